"""Staff at a terminal: who logs in with what, and a supervisor's word, proven."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from edge.errors import Refused, Unknown
from edge.web.answers import answer
from edge.web.guard import require
from edge.web.house import house


async def show(request: Request) -> Response:
    """GET /api/staff: {pins, badges}, the ids of the clerks who log in with a PIN, and of those with a badge."""
    require(request, "staff")
    staff = house(request).staff
    return answer({"pins": staff.pins(), "badges": staff.badges()})


async def supervised(request: Request, by: str, pin: str | None) -> str:
    """`by`, where a supervisor's terminal asks and `by` is a supervisor who proved it. In a hall without a list of
    clerks the terminal's role is all there is to prove.

    Raises HttpError 401 or 403 for the terminal, Unknown "unknown_clerk", Refused "no_supervisor", and what
    `Staff.prove` raises.
    """
    asking, wires = require(request, "office"), house(request)
    catalogue = wires.feed.about().catalogue
    clerks = {each.id: each for each in catalogue.clerks} if catalogue else {}
    if clerks and by not in clerks:
        raise Unknown(f"There is no clerk {by!r} in this hall.", "by", "unknown_clerk")
    if clerks and clerks[by].role != "supervisor":
        raise Refused(f"{clerks[by].name} is no supervisor: ask one.", "by", "no_supervisor")
    await asyncio.to_thread(wires.staff.prove, by, pin, asking.id)
    return by
