"""Staff at a terminal: who logs in with what, and a supervisor's word, proven."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from contract.catalogue import Clerk
from edge.errors import Refused, Unknown
from edge.web.answers import answer
from edge.web.guard import require
from edge.web.house import House, house
from identity_numbers import kinds as documents


async def show(request: Request) -> Response:
    """GET /api/staff: {pins, badges, kinds}: the ids of the clerks who log in with a PIN, of those with a badge, and
    the documents whose numbers may be typed here, {id, name}.
    """
    require(request, "staff")
    wires = house(request)
    typed = wires.reception.kinds if wires.reception else ()
    kinds = [{"id": kind.id, "name": kind.name} for kind in documents() if kind.id in typed]
    return answer({"pins": wires.staff.pins(), "badges": wires.staff.badges(), "kinds": kinds})


async def supervised(request: Request, by: str, pin: str | None) -> str:
    """`by`, where a supervisor's terminal asks and `by` is a supervisor who proved it. In a hall without a list of
    clerks the terminal's role is all there is to prove.

    Raises HttpError 401 or 403 for the terminal, Unknown "unknown_clerk", Refused "no_supervisor", and what
    `Staff.prove` raises.
    """
    asking, wires = require(request, "office"), house(request)
    clerk = known(wires, by)
    if clerk is not None and clerk.role != "supervisor":
        raise Refused(f"{clerk.name} is no supervisor: ask one.", "by", "no_supervisor")
    await asyncio.to_thread(wires.staff.prove, by, pin, asking.id)
    return by


def known(wires: House, by: str) -> Clerk | None:
    """Whom `by` names; None in a hall without a list of clerks. Raises Unknown "unknown_clerk"."""
    catalogue = wires.feed.about().catalogue
    clerks = {each.id: each for each in catalogue.clerks} if catalogue else {}
    if clerks and by not in clerks:
        raise Unknown(f"There is no clerk {by!r} in this hall.", "by", "unknown_clerk")
    return clerks.get(by)
