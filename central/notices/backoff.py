"""PURE: when a notice is tried again."""

FIRST_MS = 20_000
LONGEST_MS = 15 * 60_000
_JITTER = 0.25


def delay(tries: int, spin: float) -> int:
    """Ms until the next try after `tries` that came to nothing; `spin` in [0, 1) spreads them by a quarter."""
    return int(_step(tries) * (1 + _JITTER * (2 * spin - 1)))


def spent(tries: int) -> int:
    """About how long so many tries have taken, ms."""
    return sum(_step(one) for one in range(1, tries))


def _step(tries: int) -> int:
    return min(LONGEST_MS, FIRST_MS << min(tries - 1, 20))
