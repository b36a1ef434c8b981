"""Guessing of booking codes (F50): after ten wrong tries of one code, or many from one address, nothing is let through
for a while. What is not known and what is wrong have one answer, and it takes the same time."""

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from central.errors import CentralError
from central.tries import Tries

log = logging.getLogger(__name__)

MOST = 10
CODE_S = 3600
"""Four digits at ten tries an hour: a thousand hours."""
MOST_OF_ADDRESS = 60
WITHIN_S = 600
ADDRESS_S = 300
"""A whole hall or a village stands behind one address, and its people mistype: sixty in ten minutes, then a pause."""
EQUAL_S = 0.12
"""No answer comes faster, so that its time tells nothing."""
T = TypeVar("T")


class TooManyTries(CentralError):
    """`wait_s`: how long nothing is let through. `of_code`: whoever asks for that code; else all from that address."""

    code = "busy"
    status = 429

    def __init__(self, wait_s: float, *, of_code: bool) -> None:
        super().__init__("too many wrong tries", "code")
        self.wait_s, self.of_code = wait_s, of_code


class Guesses:
    """Any thread may ask. `clock`: seconds, monotonic."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._codes, self._addresses = Tries(MOST, CODE_S), Tries(MOST_OF_ADDRESS, ADDRESS_S, WITHIN_S)
        self._lock = threading.Lock()

    def tried(self, code: str, address: str, look: Callable[[], T | None]) -> T | None:
        """What `look` finds, None where it finds nothing. Raises TooManyTries."""
        began = time.monotonic()
        self._admit(code, address)
        try:
            found = look()
            self._note(code, address, found is not None)
            return found
        finally:
            time.sleep(max(0.0, began + EQUAL_S - time.monotonic()))

    def _admit(self, code: str, address: str) -> None:
        with self._lock:
            now = self._clock()
            of_code, of_address = self._codes.wait_s(code, now), self._addresses.wait_s(address, now)
        if of_code or of_address:
            log.warning("booking: codes are guessed from %s", address)
            raise TooManyTries(max(of_code, of_address), of_code=of_code >= of_address)

    def _note(self, code: str, address: str, right: bool) -> None:
        with self._lock:
            if right:
                self._codes.succeeded(code)
                return
            if code:  # where none was written, nobody else is to wait for it
                self._codes.failed(code, self._clock())
            self._addresses.failed(address, self._clock())
        log.info("booking: a code or its telephone was wrong, from %s", address)
