"""The booking that is open in a browser."""

from typing import Any

import msgspec
from fastapi import Request
from sqlalchemy import Row

from central.audit import Actor
from central.booking.desk import Who
from central.site.front import Front, NotOpened
from central.site.visit import Visit


def opened(front: Front, request: Request) -> tuple[Visit, Row[Any]]:
    """The visit, from now on open for its full time again, and the booking. Raises NotOpened."""
    visit, now = front.visit(request), front.now()
    if not (visit.booking and visit.proven(now)):
        raise NotOpened("no booking is open here")
    return msgspec.structs.replace(visit, proved_at=now), front.desk.find(Who(visit.booking))


def customer(visit: Visit) -> Actor:
    """In the audit trail."""
    return Actor("customer", visit.channel)
