"""Two transactions that wait for each other: the database breaks one of them, and that one is simply done again."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import OperationalError

P = ParamSpec("P")
T = TypeVar("T")

TRIES = 3
BROKEN = ("40P01", "40001")
"""PostgreSQL's deadlock_detected and serialization_failure; SQLite has one writer, and so none of this."""


def again(act: Callable[P, T]) -> Callable[P, T]:
    """For a function that is one whole transaction: where it was broken, nothing of it was kept."""

    @wraps(act)
    def tried(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(TRIES - 1):
            try:
                return act(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) not in BROKEN:
                    raise
        return act(*args, **kwargs)

    return tried
