"""Guessing of booking codes (F50): after ten wrong tries of one code, or many from one address, nothing is let through
for a while. What is not known and what is wrong have one answer, and it takes the same time.

Tries of a code that exists are kept in the database, for every process; those of addresses, and of codes nobody has,
by this process alone.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Engine

from central.clock import wall_ms
from central.errors import CentralError
from central.guesses_kept import KeptGuesses
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
TURNS = 64
T = TypeVar("T")


class TooManyTries(CentralError):
    """`wait_s`: how long nothing is let through. `of_code`: whoever asks for that code; else all from that address."""

    code = "busy"
    status = 429

    def __init__(self, wait_s: float, *, of_code: bool) -> None:
        super().__init__("too many wrong tries", "code")
        self.wait_s, self.of_code = wait_s, of_code


class Guesses:
    """Any thread may ask. `clock`: seconds, monotonic; `wall`: ms since 1970, of what is kept.

    Of several processes each may let through the one try it has in hand when another notes the last.
    """

    def __init__(
        self, engine: Engine, clock: Callable[[], float] = time.monotonic, wall: Callable[[], int] = wall_ms
    ) -> None:
        self._clock, self._wall = clock, wall
        self.kept = KeptGuesses(engine, MOST, CODE_S * 1000)
        self._codes, self._addresses = Tries(MOST, CODE_S), Tries(MOST_OF_ADDRESS, ADDRESS_S, WITHIN_S)
        self._lock = threading.Lock()
        self._turns = [threading.Lock() for _ in range(TURNS)]

    def tried(self, code: str, address: str, look: Callable[[], T | None]) -> T | None:
        """What `look` finds, None where it finds nothing. Raises TooManyTries."""
        began = time.monotonic()
        try:
            with self._turns[hash(code) % TURNS]:  # or many tries at once would all be let through before one is noted
                self._admit(code, address)
                found = look()
                self._note(code, address, found is not None)
                return found
        finally:
            time.sleep(max(0.0, began + EQUAL_S - time.monotonic()))

    def _admit(self, code: str, address: str) -> None:
        shut = self.kept.wait_ms(code, self._wall()) / 1000 if code else 0
        with self._lock:
            now = self._clock()
            of_code, of_address = max(shut, self._codes.wait_s(code, now)), self._addresses.wait_s(address, now)
        if of_code or of_address:
            log.warning("booking: codes are guessed from %s", address)
            raise TooManyTries(max(of_code, of_address), of_code=of_code >= of_address)

    def _note(self, code: str, address: str, right: bool) -> None:
        if right:
            self.kept.succeeded(code)
            return
        exists = bool(code) and self.kept.failed(code, self._wall())
        with self._lock:
            if code and not exists:  # where none was written, nobody else is to wait for it
                self._codes.failed(code, self._clock())
            self._addresses.failed(address, self._clock())
        log.info("booking: a code or its telephone was wrong, from %s", address)
