"""PURE. Presses on their way from a satellite to its node: counted, acknowledged, none twice, none stale.

The idea is klipper's (`extras/buttons.py`): the device counts what it saw and sends it until the host
says that it has it; the host takes each count once. So a lost frame is told again and a repeat collapses.
"""

from collections import deque
from collections.abc import Iterable

from edge.devices.ports import Edge
from edge.satellite.messages import NumberedEdge

_SECOND = 1_000_000_000
_MS = 1_000_000
STORM = 60
MOST_WAITING = 256
OLDEST_NS = 600 * _SECOND


class Settling:
    """Holds the edges of each contact until it rested, so that chatter crosses the network as what it came to.

    A spike that is over before `debounce_ms` leaves nothing. Chatter of more than `STORM` edges goes on as
    it is, for the node to tell a bad contact by it. Edges and ticks come in their order.
    """

    def __init__(self, debounce_ms: int) -> None:
        self._quiet = debounce_ms * _MS
        self._kept: dict[str, list[Edge]] = {}
        self._settled: dict[str, bool] = {}

    def feed(self, edge: Edge) -> list[Edge]:
        found = self.tick(edge.mono_ns)
        kept = self._kept.setdefault(edge.key, [])
        kept.append(edge)
        if len(kept) > STORM:
            found += self._kept.pop(edge.key)
            self._settled[edge.key] = edge.down
        return found

    def tick(self, now: int) -> list[Edge]:
        """What rested by `now`, oldest first."""
        found: list[Edge] = []
        for key, kept in sorted(self._kept.items(), key=lambda item: item[1][-1].mono_ns):
            if now - kept[-1].mono_ns < self._quiet:
                continue
            del self._kept[key]
            if kept[-1].down != self._settled.get(key, False):
                self._settled[key] = kept[-1].down
                found.append(kept[-1])
        return found

    def next_due(self) -> int | None:
        """When `tick` has something to say if no edge comes before; None: not before the next edge."""
        return min((kept[-1].mono_ns + self._quiet for kept in self._kept.values()), default=None)

    def down(self) -> set[str]:
        """Keys that are closed and rest."""
        return {key for key, down in self._settled.items() if down}


class Outgoing:
    """The satellite's side: numbers edges and keeps them until they are taken; bounded in number and age."""

    def __init__(self) -> None:
        self._waiting: deque[NumberedEdge] = deque()
        self._number = 0
        self._sent = 0
        self.dropped = 0
        """Edges nobody took in time, since the start."""

    def add(self, edges: Iterable[Edge]) -> None:
        for edge in edges:
            self._number += 1
            self._waiting.append(NumberedEdge(self._number, edge.key, edge.down, edge.mono_ns))

    def unsent(self, now: int) -> tuple[NumberedEdge, ...]:
        """What this connection has not carried yet; it counts as sent from here on."""
        while self._waiting and (len(self._waiting) > MOST_WAITING or now - self._waiting[0].mono_ns > OLDEST_NS):
            self._waiting.popleft()
            self.dropped += 1
        fresh = tuple(edge for edge in self._waiting if edge.number > self._sent)
        self._sent = self._number
        return fresh

    def taken(self, number: int) -> None:
        while self._waiting and self._waiting[0].number <= number:
            self._waiting.popleft()

    def again(self, taken: int) -> None:
        """A new connection: all that is not `taken` goes out once more."""
        self.taken(taken)
        self._sent = taken

    def waits(self, key: str) -> bool:
        return any(edge.key == key for edge in self._waiting)


class Incoming:
    """The node's side: each edge once, with its time on the node's clock."""

    def __init__(self) -> None:
        self.boot = ""
        self.taken = 0
        self._offsets: deque[int] = deque(maxlen=16)
        self._last = 0

    def begin(self, boot: str) -> int:
        """A connection of the satellite's process `boot`; gives what is taken of it."""
        if boot != self.boot:
            self.boot, self.taken = boot, 0
        self._offsets.clear()
        return self.taken

    def clock(self, theirs: int, mine: int) -> None:
        """A message that left at `theirs` arrived at `mine`; the quickest of the last ones tells the clocks apart."""
        self._offsets.append(mine - theirs)

    def take(self, edges: Iterable[NumberedEdge], now: int) -> list[Edge]:
        """The new ones, at node times that never run ahead of `now` nor backwards."""
        offset = min(self._offsets)
        fresh: list[Edge] = []
        for edge in edges:
            if edge.number > self.taken:
                self.taken = edge.number
                self._last = max(self._last, min(edge.mono_ns + offset, now))
                fresh.append(Edge(edge.key, edge.down, self._last))
        return fresh
