"""Polling with a bound, for tests that wait for another thread or process."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(what: Callable[[], T], seconds: float = 60.0, say: Callable[[], object] | None = None) -> T:
    """The first true value of `what`; AssertionError, with `say()`, when there is none in time."""
    end = time.monotonic() + seconds
    while not (found := what()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {say() if say else what}")
        time.sleep(0.01)
    return found
