"""What the readers' news mean: a card or a code at the kiosk is offered to its page, a card at a window is
verified with the customer there, a badge logs a clerk in, and what went wrong is said where it happened.

A number stays in the reader's own thread for the length of one call. The pages get a masked view and a
handle that serves once, for a minute.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import partial
from typing import Any, Literal, Protocol

import msgspec

from contract.events import IdentityVerified
from edge.devices.ports import Card, CardReader, Scanned
from edge.errors import HallkeeperError, Refused
from edge.line import Line
from edge.people.checkin import CheckIns, Offer, Offers, Shown, has_booking, tidy_code, verification
from edge.people.tries import Tries

log = logging.getLogger(__name__)

ANSWER_S = 10.0
"""How long the hall may take to answer a card."""
BADGE = "badge"
SLIP = re.compile(r"/t/(?:[A-Za-z0-9-]{1,32}/)?([0-9A-Za-z_-]{13,64})/?(?:[?#].*)?$")

NewsKind = Literal["offer", "slip", "verified", "badge", "failed"]


class News(msgspec.Struct, frozen=True):
    """What the page beside a reader is told. Names and numbers in it are masked.

    `offer`: a document (`id_masked`) or a booking's code was read; POST /api/checkin takes `handle` until `until`
    (ms); `booked`: a booking of today waits for it. `slip`: the page of that slip is at `path`. `verified`: the
    customer at this counter is known (`match`, and `name` as compared with the booking's). `badge`: a clerk's.
    `failed`: `code` and `detail` say why.
    """

    kind: NewsKind
    reader: str
    handle: str = ""
    until: int = 0
    id_type: str = ""
    id_masked: str = ""
    name_masked: str | None = None
    booked: bool = False
    path: str = ""
    match: str = ""
    name: str = ""
    ticket: str = ""
    code: str = ""
    detail: str = ""


Heard = Callable[[str, News], None]
"""(place, news); called in a reader's thread."""
OnBadge = Callable[[str, str], "Future[Any] | None"]
"""(counter, chip number) → the log-in under way; raises Refused for a badge of nobody."""


class Placed(Protocol):
    """A reader's section of the configuration."""

    @property
    def id(self) -> str: ...

    @property
    def at(self) -> str:
        """kiosk, desk or counter:<id>."""


def no_badges(counter: str, number: str) -> None:
    raise Refused("Badges log nobody in here: type the clerk number and PIN.", "badge", "unknown_badge")


class Readings:
    """Listens to all readers. `listen` says who hears of it; `words` are the last words of each reader."""

    def __init__(
        self,
        line: Line,
        checkins: CheckIns,
        offers: Offers,
        tries: Tries,
        *,
        on_badge: OnBadge = no_badges,
    ) -> None:
        self._line, self._checkins, self._offers, self._tries = line, checkins, offers, tries
        self._on_badge = on_badge
        self._heard: tuple[Heard, ...] = ()
        self._words: dict[str, str] = {}
        self._lock = threading.Lock()

    def watch(self, readers: Iterable[tuple[Placed, CardReader]]) -> None:
        """Takes the readers' news from now on."""
        for placed, reader in readers:
            reader.watch(partial(self.read, placed.id, placed.at), partial(self.failed, placed.id, placed.at))

    def listen(self, heard: Heard) -> Callable[[], None]:
        """Returns the way out."""
        with self._lock:
            self._heard += (heard,)

        def leave() -> None:
            with self._lock:
                self._heard = tuple(each for each in self._heard if each is not heard)

        return leave

    def words(self, reader: str) -> str:
        """What that reader read or complained of last; nothing in it says who it was."""
        return self._words.get(reader, "")

    def read(self, reader: str, at: str, seen: Card | Scanned) -> None:
        """One card or code, in the reader's thread."""
        try:
            news = self._scanned(reader, at, seen.text) if isinstance(seen, Scanned) else self._card(reader, at, seen)
        except HallkeeperError as refused:
            news = News("failed", reader, code=refused.code, detail=refused.detail)
        except TimeoutError:
            news = News("failed", reader, code="slow", detail="The hall did not answer in time: please show it again.")
        except Exception:
            log.exception("the reader %s: what it read could not be used", reader)
            news = News("failed", reader, code="internal", detail="The node met an error of its own.")
        self._tell(at, news)

    def failed(self, reader: str, at: str, code: str, sentence: str) -> None:
        """A card pulled too early, or one nobody knows."""
        self._tell(at, News("failed", reader, code=code, detail=sentence))

    def scanned(self, reader: str, text: str) -> News:
        """A code typed into the kiosk's page by a scanner, or read there. Raises HallkeeperError."""
        return self._scanned(reader, "kiosk", text)

    # --- what it means ---------------------------------------------------------

    def _card(self, reader: str, at: str, card: Card) -> News:
        counter = _counter(at)
        if card.id_type == BADGE:
            return self._badge(reader, counter, card.number)
        shown = self._checkins.card(card, reader)
        return self._at_window(counter, shown) if counter is not None else self._offered(reader, shown=shown)

    def _badge(self, reader: str, counter: str | None, number: str) -> News:
        if counter is None:
            raise Refused("A staff badge does nothing here; it logs its clerk in at a counter.", "card", "badge_here")
        done = self._on_badge(counter, number)
        if done is not None:
            done.result(ANSWER_S)
        return News("badge", reader)

    def _scanned(self, reader: str, at: str, text: str) -> News:
        text = text.strip()
        slip = SLIP.search(text)
        counter = _counter(at)
        if slip is not None and counter is None:
            return News("slip", reader, path=f"/t/{slip.group(1)}")
        shown = self._checkins.page(text, reader)
        if shown is not None:
            return self._at_window(counter, shown) if counter is not None else self._offered(reader, shown=shown)
        if counter is not None:
            raise Refused("This code is of no use at a window: read a document here.", "code", "not_here")
        return self._offered(reader, code=code_in(text))

    def _at_window(self, counter: str, shown: Shown) -> News:
        reader = shown.reader or ""
        here = next((one for one in self._line.view.counters if one.id == counter), None)
        by = here.clerk if here is not None and here.clerk is not None else f"reader:{reader}"
        outcome = self._line.submit(verification(shown, by, counter=counter)).result(ANSWER_S)
        told = next(each.event for each in outcome.events if isinstance(each.event, IdentityVerified))
        return News(
            "verified", reader, id_type=shown.id_type, id_masked=shown.id_masked, name_masked=shown.name_masked,
            match=told.match, name=told.name, ticket=told.ticket or "",
        )  # fmt: skip

    def _offered(self, reader: str, shown: Shown | None = None, code: str | None = None) -> News:
        """Raises TooMany where this reader has seen too many codes of nobody."""
        if code is not None:
            self._tries.check(reader, code)
        offer = self._offers.put(shown, code)
        booked = self._booked(offer)
        if code is not None and not booked:
            self._tries.count(reader, code)
        return News(
            "offer", reader, offer.handle, offer.until, shown.id_type if shown else "",
            shown.id_masked if shown else "", shown.name_masked if shown else None, booked,
        )  # fmt: skip

    def _booked(self, offer: Offer) -> bool:
        return self._line.ask(lambda state: has_booking(state, offer)).result(ANSWER_S)

    def _tell(self, at: str, news: News) -> None:
        self._words[news.reader] = news.detail or _WORDS[news.kind]
        for heard in self._heard:
            heard(at, news)


_WORDS: dict[NewsKind, str] = {
    "offer": "read; waits for the customer's finger",
    "slip": "a slip's code",
    "verified": "read and compared",
    "badge": "a clerk's badge",
    "failed": "",
}


def _counter(at: str) -> str | None:
    kind, _, counter = at.partition(":")
    return counter if kind == "counter" else None


def code_in(text: str) -> str:
    """The booking's code that was shown, by itself or at the end of an address."""
    return tidy_code(text.strip().rpartition("/")[2])
