"""PURE: ids that come in addresses and forms, before anything is looked up under them."""

import re

from central.booking.sentences import BookingRefused

_ID = re.compile(r"[A-Za-z0-9_.:-]{1,200}")


def sound(id_: str) -> bool:
    """Whether it can be an id at all; a database is not asked for anything else."""
    return _ID.fullmatch(id_) is not None


def require(**ids: str) -> None:
    """`hall`, `matter` or `slot`; an empty one is of no matter here. Raises BookingRefused "…_unknown"."""
    for what, id_ in ids.items():
        if id_ and not sound(id_):
            raise BookingRefused(f"{what}_unknown", what)
