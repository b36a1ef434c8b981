"""The node's clock: wall time that never jumps between two readings, because the monotonic clock carries it.

The wall is read once, as an anchor; from then on time is the anchor plus what the monotonic clock
counted. When the wall leaves that line (NTP arrived, somebody set the clock), `step` says so as a
`ClockSynced` to record, and re-anchors. All times in milliseconds; `at` since 1970 UTC.
"""

import ctypes
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from contract.events import ClockSynced
from edge.stamp import Stamp

STEP_MS = 2_000
"""A wall clock further than this from the anchored time has been set."""

_SYNCED_FLAG = Path("/run/systemd/timesync/synchronized")
_STA_UNSYNC = 0x0040
_TIME_ERROR = 5


class Correction(msgspec.Struct, frozen=True):
    """The wall was set: `stamp` still carries the time before, `event` the time from now on, at the same moment."""

    stamp: Stamp
    event: ClockSynced


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


def mono_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class _Timex(ctypes.Structure):
    """The head of `struct timex`; the rest of it is only room for the kernel to write in."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def kernel_synced() -> bool:
    """Whether the kernel's clock is disciplined (chrony, ntpd), or systemd-timesyncd has set it since boot."""
    if _SYNCED_FLAG.exists():
        return True
    timex = _Timex()
    state: int = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    return state not in (-1, _TIME_ERROR) and not timex.status & _STA_UNSYNC


class Clock:
    """Safe to read from any thread."""

    def __init__(
        self,
        *,
        wall: Callable[[], int] = wall_ms,
        mono: Callable[[], int] = mono_ms,
        synced: Callable[[], bool] = kernel_synced,
    ) -> None:
        self._wall, self._mono, self._ask_synced = wall, mono, synced
        self._lock = threading.Lock()
        now = mono()
        self._anchor = (now, wall())
        self._synced, self._asked_at = synced(), now
        self._floored = False

    def stamp(self) -> Stamp:
        with self._lock:
            return self._read()

    def _read(self) -> Stamp:
        mono = self._mono()
        if mono - self._asked_at >= 1_000:
            self._synced, self._asked_at = self._ask_synced(), mono
        since, at = self._anchor
        return Stamp(mono, at + mono - since, self._synced)

    def not_before(self, at: int) -> None:
        """After a restart: an unsynchronised clock behind what the journal has seen goes on from there (F14)."""
        with self._lock:
            stamp = self._read()
            if not stamp.synced and stamp.at < at:
                self._anchor = (stamp.mono_ms, at)
                self._floored = True

    def step(self, boot: str) -> Correction | None:
        """Notices that the wall was set by more than `STEP_MS`; None when all is as it was.

        A clock that goes on from the journal's last time is left alone until it is synchronised.
        """
        with self._lock:
            stamp, wall = self._read(), self._wall()
            if abs(wall - stamp.at) <= STEP_MS or (self._floored and not stamp.synced and wall < stamp.at):
                return None
            self._floored = False
            self._anchor = (stamp.mono_ms, wall)
            return Correction(stamp, ClockSynced(boot, stamp.mono_ms, wall))

    def seconds_until(self, at: int) -> float:
        """Real seconds to wait before this clock shows `at`; 0 when it does already."""
        return max(0, at - self.stamp().at) / 1000

    def listen(self, changed: Callable[[], None]) -> None:
        """`changed` is called when the clock was moved by hand, so that who sleeps until a time looks again."""


class ManualClock(Clock):
    """A clock set by hand: tests, and the demo's fast days. `rate` is how many of its seconds pass in a real one."""

    def __init__(self, at: int, *, rate: float = 0.0, synced: bool = True) -> None:
        self._listeners: list[Callable[[], None]] = []
        self._rate, self._base, self._real = rate, 0.0, time.monotonic()
        self._offset = at
        self.synced = synced
        super().__init__(wall=lambda: self._offset + self._elapsed(), mono=self._elapsed, synced=lambda: self.synced)

    def _elapsed(self) -> int:
        return int(self._base + (time.monotonic() - self._real) * 1000 * self._rate)

    def _read(self) -> Stamp:
        # `synced` set by hand holds at once
        self._synced = self.synced
        return super()._read()

    @property
    def rate(self) -> float:
        return self._rate

    @rate.setter
    def rate(self, rate: float) -> None:
        self._base, self._real = float(self._elapsed()), time.monotonic()
        self._rate = rate
        self._tell()

    def advance(self, ms: int) -> None:
        """Time passes, for wall and monotonic alike."""
        self._base += ms
        self._tell()

    def set_wall(self, at: int) -> None:
        """Somebody sets the wall clock; the monotonic one knows nothing of it."""
        self._offset = at - self._elapsed()
        self._tell()

    def seconds_until(self, at: int) -> float:
        if self._rate <= 0:
            return 0.0 if at <= self.stamp().at else 3600.0
        return super().seconds_until(at) / self._rate

    def listen(self, changed: Callable[[], None]) -> None:
        self._listeners.append(changed)

    def _tell(self) -> None:
        for changed in tuple(self._listeners):
            changed()
