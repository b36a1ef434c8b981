"""How often a password may be guessed (F50). PURE: the caller brings the time."""

from collections import OrderedDict

import msgspec

KEPT = 10_000
"""Sources remembered at most; the longest unseen is forgotten first."""


class _Record(msgspec.Struct):
    failures: int = 0
    last: float = 0.0


class Tries:
    """Counts failures of each source. After `most` of them nothing is let through until `pause_s` without one."""

    def __init__(self, most: int, pause_s: float) -> None:
        self._most = most
        self._pause = pause_s
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def wait_s(self, source: str, now: float) -> float:
        """Seconds until `source` may try again; 0: now."""
        record = self._records.get(source)
        if record is None or record.failures < self._most:
            return 0.0
        return max(0.0, record.last + self._pause - now)

    def failed(self, source: str, now: float) -> None:
        """Notes one failure at `now` (seconds, monotonic)."""
        record = self._records.pop(source, _Record())
        if now - record.last > self._pause:
            record.failures = 0
        record.failures += 1
        record.last = now
        self._records[source] = record
        if len(self._records) > KEPT:
            self._records.popitem(last=False)

    def succeeded(self, source: str) -> None:
        """Forgets the failures of `source`."""
        self._records.pop(source, None)
