"""The live stream: after each commit every open page gets the newest picture of the hall, coalesced.

Four kinds of message go out: `view` (the HallView), `about` (what changes seldom: names, rules,
notices, the printers, the version of these pages), `clock` (the node's time, since a terminal's own
may be wrong) and, where a page stands beside a reader, `reading` (edge/people/reading.py). A page that is slow
misses pictures in between, never the last one.
"""

import asyncio
import itertools
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any, Literal

import msgspec
from sse_starlette import ServerSentEvent

from contract.catalogue import Catalogue, Rules, Text
from contract.events import CatalogueChanged, DirectiveTaken, RulesChanged
from contract.matters import Matter
from edge.hall import shelf
from edge.hall.state import State
from edge.hall.view import HallView
from edge.line import Batch, Line
from edge.people.reading import News
from edge.web.public_view import public

GAP_S = 0.05
"""At most one picture in this time for each page."""
LOOK_S = 2.0
"""How often what no commit announces (link, notices) is looked at."""
READINGS = 32
"""The most news of readers kept for pages that are slow."""
CLOCK_S = 8.0
"""Only messages tell a page that its connection lives; after 20 s of silence (common.js) it calls it dead."""

_ENCODER = msgspec.json.Encoder()


class About(msgspec.Struct, frozen=True):
    """`printing`: none (this hall has no printer), trouble (none of them prints), ok.
    `failed`: nothing can be recorded, so nothing is issued or called.
    """

    pages: str
    catalogue: Catalogue | None
    rules: Rules
    notices: tuple[Text, ...]
    printing: Literal["none", "trouble", "ok"]
    failed: bool
    matters: tuple[Matter, ...] = ()
    """Published for this hall, by id."""


class Feed:
    """Made in the event loop that serves the pages. `pages`: what tells one build of the pages from another."""

    def __init__(
        self,
        line: Line,
        *,
        pages: str,
        printers: tuple[str, ...],
        notices: Callable[[], list[Text]],
        clock: Callable[[], int],
    ) -> None:
        self._line = line
        self._pages = pages
        self._printers = printers
        self._notices = notices
        self._clock = clock
        self._catalogue: Catalogue | None = None
        self._rules = Rules()
        self._shelf = shelf.Shelf()
        self._matters: tuple[Matter, ...] = ()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._leave: Callable[[], None] = lambda: None
        self._waking = False
        self._news = asyncio.Event()
        self._closed = False
        self._encoded: dict[bool, tuple[HallView, str]] = {}
        self._readings: deque[tuple[int, str, News]] = deque(maxlen=READINGS)
        self._reading = itertools.count(1)

    async def open(self) -> None:
        """Subscribes first and asks after, so that no change falls in between."""
        self._loop = asyncio.get_running_loop()
        self._leave = self._line.subscribe(self._told)
        await asyncio.wrap_future(self._line.ask(self._learn))

    def close(self) -> None:
        """Ends every open stream; to be called in the event loop."""
        self._closed = True
        self._leave()
        self._wake()

    def close_soon(self) -> None:
        """`close`, from any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has closed by itself
                self._loop.call_soon_threadsafe(self.close)

    @property
    def is_open(self) -> bool:
        return not self._closed

    def about(self) -> About:
        failed = self._line.view.failed_devices
        well = [printer for printer in self._printers if printer not in failed]
        printing: Literal["none", "trouble", "ok"] = "ok" if well else "trouble" if self._printers else "none"
        return About(
            self._pages,
            self._catalogue,
            self._rules,
            tuple(self._notices()),
            printing,
            self._line.health.status == "failed",
            self._matters,
        )

    async def stream(
        self, still: Callable[[], bool], place: str = "", whole: bool = True
    ) -> AsyncIterator[ServerSentEvent]:
        """Until the feed closes or `still` says the page may no longer look. `place`: where its reader stands;
        `whole`: the page is staff's.
        """
        follower = Follower(self, place, whole)
        while not self._closed and still():
            news = self._news  # before looking, so that what comes while looking is not slept over
            for message in follower.due():
                yield message
            await _heard(news, LOOK_S)
            await asyncio.sleep(GAP_S)

    @property
    def view(self) -> HallView:
        return self._line.view

    def now(self) -> int:
        return self._clock()

    def tell(self, place: str, news: News) -> None:
        """What a reader at `place` saw; from any thread. Only pages open now hear of it."""
        self._readings.append((next(self._reading), place, news))
        self._wake_soon()

    def readings(self, place: str, after: int) -> tuple[int, list[News]]:
        """The news of that place behind number `after`, and the number of the newest."""
        kept = tuple(self._readings)
        return (kept[-1][0] if kept else after), [news for nth, at, news in kept if at == place and nth > after]

    def view_text(self, view: HallView, whole: bool) -> str:
        """Encoded once for all pages of a kind."""
        known = self._encoded.get(whole)
        if known is None or known[0] is not view:
            known = self._encoded[whole] = (view, _ENCODER.encode(view if whole else public(view)).decode())
        return known[1]

    def _learn(self, state: State) -> None:
        """In the line's thread, as `_told`."""
        self._catalogue, self._rules = state.catalogue, state.rules
        self._shelf = shelf.Shelf(dict(state.shelf.matters), list(state.shelf.stale))
        self._matters = self._shelf.all()

    def _told(self, batch: Batch) -> None:
        """In the line's thread: nothing here may take long or fail."""
        for recorded in batch.recorded:
            if isinstance(recorded.event, CatalogueChanged):
                self._catalogue = recorded.event.catalogue
            elif isinstance(recorded.event, RulesChanged):
                self._rules = recorded.event.rules
            elif isinstance(recorded.event, DirectiveTaken) and shelf.told(self._shelf, recorded.event):
                self._matters = self._shelf.all()
        self._wake_soon()

    def _wake_soon(self) -> None:
        if self._loop is not None and not self._waking:
            self._waking = True
            with suppress(RuntimeError):  # the loop has closed: no page is listening any more
                self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self._waking = False
        news, self._news = self._news, asyncio.Event()
        news.set()


class Follower:
    """What one page has been told already."""

    def __init__(self, feed: Feed, place: str = "", whole: bool = True) -> None:
        self._feed, self._place, self._whole = feed, place, whole
        self._read, _ = feed.readings(place, 0)
        self._view: HallView | None = None
        self._about: About | None = None
        self._clock_at = 0.0

    def due(self) -> list[ServerSentEvent]:
        """What the page does not know yet; to be called in the event loop."""
        messages = []
        if time.monotonic() >= self._clock_at:
            self._clock_at = time.monotonic() + CLOCK_S
            messages.append(message("clock", {"now": self._feed.now()}))
        if (about := self._feed.about()) != self._about:
            self._about = about
            messages.append(message("about", about))
        if (view := self._feed.view) is not self._view:
            self._view = view
            messages.append(ServerSentEvent(self._feed.view_text(view, self._whole), event="view", id=str(view.seq)))
        if self._place:
            self._read, news = self._feed.readings(self._place, self._read)
            messages += [message("reading", each) for each in news]
        return messages


async def _heard(news: asyncio.Event, at_most_s: float) -> None:
    try:
        async with asyncio.timeout(at_most_s):
            await news.wait()
    except TimeoutError:
        return


def message(event: str, data: Any) -> ServerSentEvent:
    return ServerSentEvent(_ENCODER.encode(data).decode(), event=event)
