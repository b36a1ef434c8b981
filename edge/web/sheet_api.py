"""The day-end sheet (日结单): the running day as it stands now, and the days the hall has closed."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from contract.catalogue import Text
from contract.events import DayClosed, ServiceSheet
from edge.config import PrinterShape
from edge.errors import DeviceError, Refused, Unknown
from edge.faces.sheet_slip import print_sheet
from edge.faces.typeface import Typeface
from edge.hall import sheet as hall_sheet
from edge.hall.state import State
from edge.web.answers import answer
from edge.web.api import asked
from edge.web.bodies import SheetBody, body, idempotency_key
from edge.web.guard import require
from edge.web.house import House, house

PRINT_S = 60.0
"""How long the paper may take behind the slip that is being printed."""


class SheetShown(msgspec.Struct, frozen=True):
    """One day. `day` None: no day has begun yet. `names`: service id to its name, where it is still on offer."""

    day: str | None
    closed: bool
    sheet: tuple[ServiceSheet, ...]
    names: dict[str, Text]
    days: list[str]
    """The closed days there are, newest first."""
    at: int


async def show(request: Request) -> Response:
    """GET /api/sheet[?day=YYYY-MM-DD]: the running day, or a closed one."""
    require(request, "office")
    return answer(await _shown(house(request), request.query_params.get("day")))


async def print_it(request: Request) -> Response:
    """POST /api/sheet/print {day?, language?} → 200 {day}, once the slip printer has printed it."""
    require(request, "office")
    sent = await body(request, SheetBody)
    wires = house(request)

    async def act() -> Response:
        shown = await _shown(wires, sent.day)
        if shown.day is None:
            raise Refused("No business day has begun yet: there is nothing to print.", code="no_day")
        await _print(wires, shown, sent.language or wires.settings.hall.languages[0])
        return answer({"day": shown.day})

    return await wires.answered.once(idempotency_key(request), act)


async def _shown(wires: House, day: str | None) -> SheetShown:
    """Raises Unknown for a day that is not kept."""
    closed = {one.day: one for one in await asyncio.to_thread(wires.sheets)}
    days = sorted(closed, reverse=True)
    running, lines, names = await asked(wires, _running)
    if day is not None and day != running:
        if day not in closed:
            raise Unknown(f"There is no day-end sheet of {day}; choose one of the days listed.", "day")
        return SheetShown(day, True, closed[day].sheet, names, days, wires.feed.now())
    return SheetShown(running, False, lines, names, days, wires.feed.now())


def _running(state: State) -> tuple[str | None, tuple[ServiceSheet, ...], dict[str, Text]]:
    names = {one.id: one.name for one in state.catalogue.services} if state.catalogue else {}
    return (state.plan.day if state.plan else None), hall_sheet.sheet(state, ()), names


async def _print(wires: House, shown: SheetShown, language: str) -> None:
    """Raises Refused where there is no printer, DeviceError where none of them prints."""
    hall = wires.settings.hall
    told = DayClosed(shown.day or "-", shown.sheet)
    until = datetime.fromtimestamp(shown.at / 1000, ZoneInfo(hall.timezone)).strftime("%Y-%m-%d %H:%M")
    so_far = None if shown.closed else until

    def draw(shape: PrinterShape, face: Typeface | None) -> bytes:
        return print_sheet(told, hall.name, shown.names, language, shape, face, so_far)

    try:
        await asyncio.wait_for(asyncio.wrap_future(wires.print_paper(draw)), PRINT_S)
    except TimeoutError as error:
        raise DeviceError(f"The printer took longer than {PRINT_S:g} s; look at its paper and its cable.") from error
