"""Edges on their way from the drivers' threads to the one that sorts them, and the moments in between.

A contact that rests makes no edge, so whoever sorts must also wake by the clock. That is where a busy
machine lies: when the sorter itself woke late, the drivers were late too, and an edge of before may
still be on its way. Taken for silence, it would turn a spike on a wire into a press. So a sorter that
woke late listens once more before it believes the silence, and believes it up to the moment it was
waiting for, no further.
"""

import queue
import time
from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

_SECOND = 1_000_000_000
LATE_NS = 5_000_000
"""Waking this much after the time asked for, the machine stood still meanwhile."""
MORE_S = 0.02
"""How long the drivers get then to tell what they could not tell before."""

Item = TypeVar("Item")


class Silence(msgspec.Struct, frozen=True):
    """Nothing was heard that happened before `until` (`time.monotonic_ns()`)."""

    until: int


class Hearing(Generic[Item]):
    """`next_due`: when silence will mean something (ns), None: never."""

    def __init__(
        self,
        next_due: Callable[[], int | None],
        *,
        clock: Callable[[], int] = time.monotonic_ns,
        more_s: float = MORE_S,
    ) -> None:
        self._next_due, self._clock, self._more_s = next_due, clock, more_s
        self._heard: queue.Queue[Item | None] = queue.Queue()

    def put(self, item: Item) -> None:
        """From any thread; never waits."""
        self._heard.put(item)

    def end(self) -> None:
        """What was put before is still given out, then None."""
        self._heard.put(None)

    def next(self) -> Item | Silence | None:
        """The next thing heard, or that the silence lasted; None: the end."""
        due = self._next_due()
        try:
            if due is None:
                return self._heard.get()
            return self._heard.get(timeout=max(0.0, (due - self._clock()) / _SECOND))
        except queue.Empty:
            assert due is not None
        try:
            if self._clock() - due > LATE_NS:
                return self._heard.get(timeout=self._more_s)
            # Between the end of the wait and now somebody may have told.
            return self._heard.get_nowait()
        except queue.Empty:
            return Silence(due)
