"""How often a terminal may try: codes are not guessed, and what is given for nothing is not taken for ever (F50)."""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from math import ceil

from contract.booking_code import whole
from edge.errors import Refused

TRIES = 10
WITHIN_S = 600.0
"""So many wrong tries of one terminal in this time, then it waits (F50)."""
WHOLE_WITHIN_S = 20.0
"""The same for whole codes. Nobody guesses 60 bits, and a roster that is old makes many customers be wrong: only a loop
is slowed."""
TERMINALS = 1_000


class Tries:
    """What only so many may be of at a terminal in a time: wrong tries, those of whole booking codes by themselves, or
    uses of a favour. `now` in seconds, steady.
    """

    def __init__(self, now: Callable[[], float], most: int = TRIES, within_s: float = WITHIN_S) -> None:
        self._now, self._most, self._within_s = now, most, within_s
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()
        self.refused = 0
        """How many tries were not even looked at."""

    def check(self, terminal: str, code: str = "") -> None:
        """Raises TooMany while the terminal must wait. `code`: what was typed or shown as one."""
        key, within_s = self._counted(terminal, code)
        with self._lock:
            times = self._recent(key, within_s)
            if len(times) < self._most:
                return
            self.refused += 1
            left_s = times[-self._most] + within_s - self._now()
        raise TooMany(ceil(left_s))

    def count(self, terminal: str, code: str = "") -> None:
        """One more."""
        key, within_s = self._counted(terminal, code)
        with self._lock:
            times = self._recent(key, within_s)
            times.append(self._now())
            self._times[key] = times
            self._times.move_to_end(key)
            while len(self._times) > TERMINALS:
                self._times.popitem(last=False)

    def _counted(self, terminal: str, code: str) -> tuple[str, float]:
        """Under what, and for how long."""
        return (f"{terminal} whole", WHOLE_WITHIN_S) if whole(code) else (terminal, self._within_s)

    def _recent(self, key: str, within_s: float) -> deque[float]:
        times = self._times.get(key, deque())
        while times and self._now() - times[0] >= within_s:
            times.popleft()
        return times


class TooMany(Refused):
    """Too many wrong tries; `left_s` until the next one."""

    code = "too_many_tries"

    def __init__(self, left_s: int) -> None:
        minutes = ceil(left_s / 60)
        super().__init__(f"Too many wrong tries here: please wait {minutes} min, or ask the staff.", "code")
        self.left_s = left_s
