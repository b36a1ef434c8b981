"""The twin of keys: pressed on the front panel or by a test; it bounces, sticks and is unplugged like real ones."""

import threading
import time
from collections.abc import Callable

from edge import config
from edge.devices.ports import Edge, Health
from edge.errors import Unknown

_MS = 1_000_000
_HELD_MS = 120
"""How long a finger stays on a key."""


class TwinKeys:
    """`Keys` without hardware, for the section of any keys driver.

    A press is told when it is over: its edges carry times of the last moment past, so that nobody
    waits for a finger to lift.
    """

    kind = "keys"

    def __init__(
        self,
        section: config.TwinKeys | config.GpioKeys | config.UsbKeypad | config.SerialKeypad | config.RemoteKeys,
    ) -> None:
        self.id = section.id
        self.names = tuple(section.bind)
        self._heard: Callable[[Edge], None] = _ignore
        self._lock = threading.Lock()
        self._down: set[str] = set()
        self._last: dict[str, int] = {}
        self._opened = False
        self._plugged = True

    def watch(self, heard: Callable[[Edge], None]) -> None:
        self._heard = heard

    def open(self) -> None:
        self._opened = True

    def close(self) -> None:
        self._opened = False

    def health(self) -> Health:
        if not self._plugged:
            return Health("failed", "unplugged; plug the keys in again")
        return Health("ok") if self._opened else Health("failed", "not opened")

    def check(self) -> Health:
        return self.health()

    # --- what a hand can do to it -------------------------------------------

    def press(self, key: str) -> None:
        """One clean press and release."""
        self._move(key, ((True, 0), (False, _HELD_MS)))

    def bounce(self, key: str, times: int) -> None:
        """One press whose contact opens and closes `times` more, 1 ms each, before it rests; the release as well."""
        chatter = tuple((step % 2 == 0, step) for step in range(2 * times + 1))
        held = 2 * times + _HELD_MS
        release = tuple((step % 2 == 1, held + step) for step in range(2 * times + 1))
        self._move(key, chatter + release)

    def stick(self, key: str) -> None:
        """The key goes down and stays there."""
        self._move(key, ((True, 0),))

    def release(self, key: str) -> None:
        """A stuck key comes up."""
        self._move(key, ((False, 0),))

    def unplug(self) -> None:
        """No key can be heard; one that was down is let go, as the kernel says of a keypad that is gone."""
        for key in tuple(self._down):
            self.release(key)
        self._plugged = False

    def plug(self) -> None:
        self._plugged = True

    def _move(self, key: str, steps: tuple[tuple[bool, int], ...]) -> None:
        """`steps`: position and ms from the first of them; the last of them is now."""
        if key not in self.names:
            raise Unknown(f'{self.id} has no key "{key}"; it has {", ".join(self.names)}', "key")
        with self._lock:
            start = max(time.monotonic_ns() - steps[-1][1] * _MS, self._last.get(key, 0) + 1)
            if not (self._plugged and self._opened):
                return
            for down, ms in steps:
                if down != (key in self._down):
                    (self._down.add if down else self._down.discard)(key)
                    self._last[key] = start + ms * _MS
                    self._heard(Edge(key, down, self._last[key]))


def _ignore(_: Edge) -> None:
    pass
