"""The wall clock of the centre."""

import time


def wall_ms() -> int:
    """Now, as wall ms since 1970."""
    return time.time_ns() // 1_000_000
