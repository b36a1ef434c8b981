"""Who a clerk is, proven: by PIN (argon2) or by the chip number of a badge (HMAC under the node's own key).

What proves it stands in `[[clerks]]` of the hall's file and never leaves the node. A clerk with
neither is taken at the word, on a paired terminal.
"""

import datetime
import math
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from hmac import compare_digest
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from edge.config import Staff as Clerk
from edge.errors import ConfigError, Refused
from edge.hall.commands import Command, LogIn
from edge.people.guessing import Slate, missed, stale, wait_s
from edge.people.numbers import examined

BADGE = "badge"
"""The id type badges are fingerprinted under."""
LEAST, MOST = 4, 12
"""Digits of a PIN."""

_HASHER = PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1)
"""19 MiB a try, above the least OWASP names for argon2id: a Pi checks one in some tenths of a second."""

Fingerprint = Callable[[str, str], str]
"""(id type, number) → hex HMAC under the node's key: `edge.people.identity_key`."""


def hashed(pin: str) -> str:
    """What stands in `[[clerks]] pin`. Raises ConfigError for a PIN that is no PIN."""
    if not (pin.isascii() and pin.isdecimal() and LEAST <= len(pin) <= MOST):
        raise ConfigError(f"A PIN has {LEAST} to {MOST} digits and nothing else.", "pin")
    if len(set(pin)) == 1 or pin in "01234567890123" or pin in "98765432109876":
        raise ConfigError("This PIN is guessed first of all: take digits that are neither alike nor in a row.", "pin")
    return _HASHER.hash(pin)


def fingerprint_of(badge: str, fingerprint: Fingerprint) -> str:
    """What stands in `[[clerks]] badge` for a chip number. Raises Invalid for what is none."""
    return fingerprint(BADGE, examined(BADGE, badge, datetime.date.min).number)


class Staff:
    """The clerks of the hall's file. Every method may be called from any thread.

    `fingerprint` None: no badge is known here. `clock`: seconds, steady.
    """

    def __init__(
        self,
        clerks: Iterable[Clerk],
        fingerprint: Fingerprint | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clerks = {each.id: each for each in clerks}
        self._fingerprint, self._clock = fingerprint, clock
        self._slates: dict[tuple[str, str], Slate] = {}
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()

    def pins(self) -> tuple[str, ...]:
        """Ids of the clerks who log in with a PIN."""
        return tuple(each.id for each in self._clerks.values() if each.pin)

    def badges(self) -> tuple[str, ...]:
        """Ids of the clerks who may log in with a badge."""
        return tuple(each.id for each in self._clerks.values() if each.badge) if self._fingerprint else ()

    def prove(self, clerk: str, pin: str | None, terminal: str) -> None:
        """Returns where `clerk` is who they say; slow (argon2), so never in an event loop.

        Raises Refused: "pin_wanted", "badge_wanted", "wrong_pin", "pin_wait".
        """
        known = self._clerks.get(clerk)
        if known is None or (known.pin is None and known.badge is None):
            return
        if known.pin is None:
            raise Refused(f"{known.name} logs in by laying the badge on the reader.", "clerk", "badge_wanted")
        if not pin:
            raise Refused(f"{known.name} has a PIN: type it.", "pin", "pin_wanted")
        with self._one_at_a_time:
            self._check_wait(clerk, terminal)
            right = _matches(known.pin, pin)
            self._note(clerk, terminal, right)
        if not right:
            raise Refused("This PIN is wrong: type it again.", "pin", "wrong_pin")

    def clerk_of(self, badge: str) -> str:
        """Whose badge has this chip number. Raises Refused "unknown_badge"."""
        if self._fingerprint is not None:
            found = fingerprint_of(badge, self._fingerprint)
            for each in self._clerks.values():
                if each.badge and compare_digest(each.badge.lower(), found.lower()):
                    return each.id
        raise Refused(
            "Nobody in this hall has this badge: `hallkeeper edge badge` prints what [[clerks]] badge must say.",
            "badge", "unknown_badge",
        )  # fmt: skip

    def _check_wait(self, clerk: str, terminal: str) -> None:
        with self._lock:
            left = wait_s(self._slates.get((clerk, terminal), Slate()), self._clock())
        if left:
            raise Refused(f"Too many wrong PINs: try again in {math.ceil(left)} s.", "pin", "pin_wait")

    def _note(self, clerk: str, terminal: str, right: bool) -> None:
        now = self._clock()
        with self._lock:
            self._slates = {key: slate for key, slate in self._slates.items() if not stale(slate, now)}
            slate = self._slates.pop((clerk, terminal), Slate())
            if not right:
                self._slates[clerk, terminal] = missed(slate, now)


class BadgeLogin:
    """A badge laid on a counter's reader opens the counter. `submit`: the engine's."""

    def __init__(self, staff: Staff, submit: Callable[[Command], "Future[Any]"]) -> None:
        self._staff, self._submit = staff, submit

    def badge(self, counter: str, number: str) -> "Future[Any]":
        """The future of the log-in. Raises Refused "unknown_badge"; the future raises what the hall refuses."""
        return self._submit(LogIn(counter, self._staff.clerk_of(number)))


def _matches(hash_: str, pin: str) -> bool:
    """Raises ConfigError where the hall's file holds no hash."""
    try:
        return _HASHER.verify(hash_, pin)
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError) as error:
        raise ConfigError(
            "[[clerks]] pin is no argon2 hash: put in the line `hallkeeper edge pin` prints.", "clerks.pin"
        ) from error
