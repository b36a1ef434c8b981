"""PURE. Raw contact edges in, presses out: bounce, repeats, stuck keys and chattering contacts sorted away.

A press counts once its contact was closed without a break for `debounce_ms`; so a spike on a long wire
is none. The same key again within `repeat_ms` of a press that counted is the same press. A key closed
for `stuck_s` is stuck (F41): told once, ignored until it opens. One with more than `storm` edges in a
second has a bad contact (F40): told once, ignored until it was quiet for a second.
"""

from collections import deque
from typing import Literal

import msgspec

from edge.devices.ports import Edge

_SECOND = 1_000_000_000
_MS = 1_000_000


class Pressed(msgspec.Struct, frozen=True):
    """One press; `mono_ns`: when the contact closed for good."""

    key: str
    mono_ns: int


class Ailing(msgspec.Struct, frozen=True):
    """The key is ignored from here on."""

    key: str
    why: Literal["stuck", "storm"]


class Well(msgspec.Struct, frozen=True):
    """An ailing key works again."""

    key: str


Finding = Pressed | Ailing | Well


class _Contact:
    """One key. `since`: when `down` began; `settled`: the position after the last quiet time."""

    def __init__(self, storm: int) -> None:
        self.down = False
        self.since = 0
        self.settled = False
        self.pressed: int | None = None
        self.ailing: Literal["stuck", "storm"] | None = None
        self.edges: deque[int] = deque(maxlen=storm + 1)


class Debounce:
    """All keys of one device. Times are `time.monotonic_ns()`; feed edges and ticks in their order."""

    def __init__(self, *, debounce_ms: int, repeat_ms: int = 400, stuck_s: float = 15.0, storm: int = 60) -> None:
        self._quiet = debounce_ms * _MS
        self._repeat = repeat_ms * _MS
        self._stuck = int(stuck_s * _SECOND)
        self._storm = storm
        self._contacts: dict[str, _Contact] = {}

    def feed(self, edge: Edge) -> tuple[Finding, ...]:
        """What this edge shows, with all that became certain before it."""
        found = self.tick(edge.mono_ns)
        contact = self._contacts.setdefault(edge.key, _Contact(self._storm))
        if edge.down == contact.down:
            return found
        contact.down, contact.since = edge.down, edge.mono_ns
        contact.edges.append(edge.mono_ns)
        storming = len(contact.edges) > self._storm and edge.mono_ns - contact.edges[0] <= _SECOND
        if storming and contact.ailing is None:
            contact.ailing = "storm"
            return (*found, Ailing(edge.key, "storm"))
        return found

    def tick(self, now: int) -> tuple[Finding, ...]:
        """What the mere passing of time until `now` makes certain."""
        found: list[Finding] = []
        while (due := self._earliest()) is not None and due[0] <= now:
            found += self._settle(due[1], self._contacts[due[1]])
        return tuple(found)

    def next_due(self) -> int | None:
        """When `tick` has something to say if no edge comes before; None: not before the next edge."""
        due = self._earliest()
        return due[0] if due else None

    def _earliest(self) -> tuple[int, str] | None:
        """First come, first served, also between two keys that settle in one tick."""
        dues = ((self._due(contact), key) for key, contact in self._contacts.items())
        return min(((due, key) for due, key in dues if due is not None), default=None)

    def _due(self, contact: _Contact) -> int | None:
        if contact.ailing == "storm":
            return contact.since + _SECOND
        if contact.down != contact.settled:
            return contact.since + self._quiet
        if contact.down and contact.ailing is None:
            return contact.since + self._stuck
        return None

    def _settle(self, key: str, contact: _Contact) -> list[Finding]:
        if contact.ailing == "storm":
            # Quiet again. Were it closed now, that would be no press anybody meant.
            contact.ailing = None
            contact.settled = contact.down
            return [Well(key)]
        if contact.down and contact.settled:
            contact.ailing = "stuck"
            return [Ailing(key, "stuck")]
        contact.settled = contact.down
        if contact.down:
            return self._press(key, contact)
        was_stuck, contact.ailing = contact.ailing, None
        return [Well(key)] if was_stuck else []

    def _press(self, key: str, contact: _Contact) -> list[Finding]:
        if contact.ailing or (contact.pressed is not None and contact.since - contact.pressed < self._repeat):
            return []
        contact.pressed = contact.since
        return [Pressed(key, contact.since)]
