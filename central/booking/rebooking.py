"""Somebody whose booking is over is helped to a new one; each names the other (S0-46)."""

from typing import Any

from sqlalchemy import Row

from central.booking import applying, store
from central.booking.application import Application
from central.booking.sentences import BookingRefused
from central.booking.work import Work
from central.booking.written import Caller


def rebook(work: Work, old: Row[Any], asked: Application, caller: Caller) -> Row[Any]:
    """The new booking. Raises BookingRefused, "open_booking" where the old one is still open."""
    if old.open:
        raise BookingRefused("open_booking", "code")
    made = applying.apply(work, asked, caller)
    if made.rebooked_from is not None:
        return made  # the same request once more
    now = store.change(work.connection, made, rebooked_from=old.code)
    before = store.change(work.connection, old, rebooked_as=made.code)
    work.tell("booking.rebooked", before, old, code=made.code)
    return now
