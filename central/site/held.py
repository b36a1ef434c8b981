"""How many applications that are to be mended an address may leave behind: each of them holds a place for hours (F50).

Beyond that one is mended on the form it was written in. Counted in this process.
"""

import threading

from central.tries import Tries

MOST = 20
"""A hall's own network, or a village behind one address, leaves fewer."""
PER_S = 86_400.0


class Held:
    """Called from any thread. `address`: front.client(); `now` in seconds, monotonic."""

    def __init__(self) -> None:
        self._tries = Tries(MOST, PER_S, within_s=PER_S)
        self._lock = threading.Lock()

    def full(self, address: str, now: float) -> bool:
        with self._lock:
            return self._tries.wait_s(address, now) > 0

    def returned(self, address: str, now: float) -> None:
        """One more was."""
        with self._lock:
            self._tries.failed(address, now)
