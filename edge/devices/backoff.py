"""How long a device that is not there waits before it is looked for again."""

from collections.abc import Iterator


def backoff(first_s: float = 0.25, most_s: float = 15.0) -> Iterator[float]:
    """Seconds: doubling from `first_s`, then `most_s` for ever."""
    wait = first_s
    while True:
        yield min(wait, most_s)
        wait = min(wait * 2, most_s)
