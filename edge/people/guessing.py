"""PURE: how often somebody may guess a PIN: five wrong tries, then a wait that doubles up to half an hour.

Counted for each clerk at each terminal, so that one terminal's guessing locks nobody out elsewhere.
Times in seconds on any steady clock.
"""

import msgspec

FREE = 5
"""Wrong tries before the first wait."""
FIRST_S = 60.0
LONGEST_S = 1800.0
FORGET_S = 4 * 3600.0
"""After so long without a wrong try the slate is clean."""


class Slate(msgspec.Struct, frozen=True):
    """The wrong tries of one clerk at one terminal since the last right one."""

    wrong: int = 0
    last: float = 0.0


def wait_s(slate: Slate, now: float) -> float:
    """How long until the next try; 0: it may be made."""
    if slate.wrong < FREE:
        return 0.0
    imposed = min(FIRST_S * 2.0 ** min(slate.wrong - FREE, 10), LONGEST_S)
    return max(0.0, slate.last + imposed - now)


def missed(slate: Slate, now: float) -> Slate:
    """One wrong try more."""
    return Slate(1 if stale(slate, now) else slate.wrong + 1, now)


def stale(slate: Slate, now: float) -> bool:
    return now - slate.last > FORGET_S
