"""How often a password may be guessed (F50). PURE: the caller brings the time."""

from collections import OrderedDict
from math import inf

import msgspec

KEPT = 10_000
"""Sources remembered at most; the longest unseen is forgotten first."""


class _Record(msgspec.Struct):
    first: float
    last: float
    failures: int = 0


class Tries:
    """Counts failures of each source. After `most` of them nothing is let through until `pause_s` without one.

    `within_s`: only so many in that time count, from the first of them on.
    """

    def __init__(self, most: int, pause_s: float, within_s: float = inf) -> None:
        self._most = most
        self._pause = pause_s
        self._within = within_s
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def wait_s(self, source: str, now: float) -> float:
        """Seconds until `source` may try again; 0: now."""
        record = self._records.get(source)
        if record is None or record.failures < self._most:
            return 0.0
        return max(0.0, record.last + self._pause - now)

    def failed(self, source: str, now: float) -> None:
        """Notes one failure at `now` (seconds, monotonic)."""
        record = self._records.pop(source, None)
        if record is None or self._over(record, now):
            record = _Record(first=now, last=now)
        record.failures += 1
        record.last = now
        self._records[source] = record
        if len(self._records) > KEPT:
            self._records.popitem(last=False)

    def succeeded(self, source: str) -> None:
        """Forgets the failures of `source`."""
        self._records.pop(source, None)

    def _over(self, record: _Record, now: float) -> bool:
        """Whether what is noted does not count any more."""
        old = record.failures < self._most and now - record.first > self._within
        return old or now - record.last > self._pause
