"""The twin of every card reader and scanner: cards are laid on and codes scanned from the front panel or by a test.

Chip cards are read by the profiles over a simulated chip, resident IDs out of the module's text, so what
is told is what a real reader would tell.
"""

import queue
import threading
from collections.abc import Callable

from edge.config import ReaderShape
from edge.devices.cards import CardUnknown, CardUnreadable
from edge.devices.id_module import PULLED
from edge.devices.listeners import Failed, Listeners, Read
from edge.devices.ports import Health, Scanned
from edge.devices.twins.sample_cards import SAMPLES, Sample
from edge.errors import Refused, Unknown

_UNPLUGGED = "the card reader is unplugged; put its cable back"
_SWITCHES = ("unplugged", "pulled_early")
_STEPS_BEFORE_PULLED = 1


class _Gone(Exception):
    """The card was pulled in the middle."""


class TwinReader:
    """`CardReader` without hardware, for the section of any reader. `samples`: what can be laid on."""

    kind = "reader"

    def __init__(self, section: ReaderShape, samples: tuple[Sample, ...] = SAMPLES) -> None:
        self.id = section.id
        self._samples = {sample.name: sample for sample in samples}
        self._listeners = Listeners(section.id)
        self._on = dict.fromkeys(_SWITCHES, False)
        self._orders: queue.Queue[Sample | Scanned | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._lying: str | None = None
        self._closed = "not opened yet"

    def watch(self, read: Read, failed: Failed) -> None:
        self._listeners.watch(read, failed)

    def open(self) -> None:
        if self._thread is not None:
            return
        self._closed = ""
        self._thread = threading.Thread(target=self._run, name=f"reader-{self.id}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._orders.put(None)
        thread.join(5)
        self._closed = "closed"

    def health(self) -> Health:
        if self._on["unplugged"]:
            return Health("failed", _UNPLUGGED)
        return Health("failed", self._closed) if self._closed else Health("ok")

    def check(self) -> Health:
        return self.health()

    # --- what a hand can do to it -------------------------------------------

    def cards(self) -> list[tuple[str, str]]:
        """Name and description (a message id) of each sample card."""
        return [(sample.name, sample.description) for sample in self._samples.values()]

    @property
    def lying(self) -> str | None:
        """The card on the reader."""
        return self._lying

    def lay(self, card: str) -> None:
        """Lays a sample card on; one that lies there is taken off first. Raises Unknown, Refused."""
        if card not in self._samples:
            raise Unknown(f'there is no sample card "{card}"; there are {", ".join(self._samples)}', "card")
        self._need_plug()
        self._lying = card
        self._orders.put(self._samples[card])

    def pull(self) -> None:
        """Takes the card off."""
        self._lying = None

    def scan(self, text: str) -> None:
        """As a scanner types it: a booking code, a slip's address, machine-readable lines. Raises Refused."""
        self._need_plug()
        if text.strip():
            self._orders.put(Scanned(text.strip()))

    def switches(self) -> dict[str, bool]:
        """`unplugged`; `pulled_early`: cards laid on are pulled in the middle of reading."""
        return dict(self._on)

    def toggle(self, what: str, on: bool) -> None:
        """Moves one of `switches()`. Raises KeyError for another word."""
        if what not in self._on:
            raise KeyError(what)
        self._on[what] = on

    def _need_plug(self) -> None:
        if (health := self.health()).status == "failed":
            raise Refused(health.cause, "reader", "device")

    # --- the thread ----------------------------------------------------------

    def _run(self) -> None:
        while (order := self._orders.get()) is not None:
            self._carry_out(order)

    def _carry_out(self, order: Sample | Scanned) -> None:
        if isinstance(order, Scanned):
            return self._listeners.read(order)
        try:
            card = order.read(self._feel())
        except _Gone:
            self._lying = None
            return self._listeners.failed("pulled", PULLED)
        except CardUnknown as unknown:
            return self._listeners.failed("unknown_card", str(unknown))
        except CardUnreadable as unreadable:
            return self._listeners.failed("unreadable", str(unreadable))
        return self._listeners.read(card)

    def _feel(self) -> Callable[[], None]:
        """Whether the card is still there, asked before each step."""
        steps = 0

        def feel() -> None:
            nonlocal steps
            steps += 1
            if self._on["pulled_early"] and steps > _STEPS_BEFORE_PULLED:
                raise _Gone

        return feel
