"""The keys of a satellite, from their drivers' threads to what waits for the node."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from edge.devices.hearing import Hearing, Silence
from edge.devices.ports import Edge, Keys
from edge.satellite.edges import Outgoing, Settling
from edge.satellite.messages import NumberedEdge

_log = logging.getLogger(__name__)


class Hand(msgspec.Struct, frozen=True):
    """One keys device; `names`: its key to the name the node knows it by."""

    keys: Keys
    names: Mapping[str, str]
    debounce_ms: int


class Fingers:
    """`moved` is called in this file's thread whenever an edge waits for the node."""

    def __init__(self, hands: tuple[Hand, ...], moved: Callable[[], None]) -> None:
        self._hands, self._moved = hands, moved
        self._settling = {hand.keys.id: Settling(hand.debounce_ms) for hand in hands}
        self._hearing: Hearing[tuple[str, Edge]] = Hearing(self._next_due)
        self._lock = threading.Lock()
        self._outgoing = Outgoing()
        self._dropped = 0
        self._worker: threading.Thread | None = None

    def start(self) -> None:
        for hand in self._hands:
            hand.keys.watch(partial(self._hear, hand))
        self._worker = threading.Thread(target=self._run, name="fingers", daemon=True)
        self._worker.start()

    def stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            self._hearing.end()
            worker.join(5)

    @property
    def alive(self) -> bool:
        return self._worker is not None and self._worker.is_alive()

    def again(self, taken: int) -> None:
        """A new connection: what the node has not taken goes out once more."""
        with self._lock:
            self._outgoing.again(taken)

    def taken(self, number: int) -> None:
        with self._lock:
            self._outgoing.taken(number)

    def unsent(self) -> tuple[NumberedEdge, ...]:
        """What this connection has not carried yet; it counts as sent from here on."""
        with self._lock:
            fresh = self._outgoing.unsent(time.monotonic_ns())
            if self._outgoing.dropped > self._dropped:
                _log.warning("%d moves of keys waited too long for the node", self._outgoing.dropped - self._dropped)
                self._dropped = self._outgoing.dropped
        return fresh

    def held(self) -> tuple[str, ...]:
        """Keys that are closed and of which nothing waits."""
        with self._lock:
            down = {name for settling in self._settling.values() for name in settling.down()}
            return tuple(sorted(name for name in down if not self._outgoing.waits(name)))

    def _hear(self, hand: Hand, edge: Edge) -> None:
        if (name := hand.names.get(edge.key)) is not None:
            self._hearing.put((hand.keys.id, Edge(name, edge.down, edge.mono_ns)))

    def _run(self) -> None:
        while (heard := self._hearing.next()) is not None:
            with self._lock:
                if isinstance(heard, Silence):
                    settled = [edge for each in self._settling.values() for edge in each.tick(heard.until)]
                else:
                    settled = self._settling[heard[0]].feed(heard[1])
                self._outgoing.add(settled)
            if settled:
                self._moved()

    def _next_due(self) -> int | None:
        return min((at for each in self._settling.values() if (at := each.next_due()) is not None), default=None)
