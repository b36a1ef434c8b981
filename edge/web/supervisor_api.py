"""The supervisor's calls: closing the hall, emergencies, alarms, checklists, the devices' test, and what is looked at.

What overrides the hall's rules is ordered by somebody: `by`, proven as `staff_api.supervised` says. An emergency
is declared without a PIN, since nobody should look for one then; it is ended with one.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contract.catalogue import Text
from edge.errors import Refused
from edge.hall.commands import (
    CloseAlarm,
    CloseChecklist,
    Command,
    DeclareEmergency,
    EndEmergency,
    ResumeHall,
    SuspendHall,
    TickItem,
)
from edge.hall.state import State, Tick
from edge.web.answers import answer
from edge.web.api import asked
from edge.web.bodies import AlarmBody, B, ByBody, EmergencyBody, HallBody, TickBody, body, idempotency_key
from edge.web.guard import require
from edge.web.house import house
from edge.web.pages import language_of
from edge.web.staff_api import known, supervised
from words.rules import sentences

TEST_S = 5.0
"""How long the caller waits for the devices' test."""


class BookingLine(msgspec.Struct, frozen=True):
    """One booking of the running day. Times in ms; `name` masked; `number` of its ticket. `cancelled_here`: the
    centre cancelled it after its customer had come.
    """

    code: str
    service: str
    starts_at: int
    name: str
    status: Literal["booked", "arrived", "void", "cancelled"]
    number: str | None
    cancelled_here: bool = False


class ItemLine(msgspec.Struct, frozen=True):
    id: str
    name: Text
    tick: Tick | None


class ListLine(msgspec.Struct, frozen=True):
    """One checklist today, line by line."""

    id: str
    name: Text
    items: tuple[ItemLine, ...]


async def suspend(request: Request) -> Response:
    """POST /api/supervisor/suspend {by, pin?, reason}: no more tickets until resumed."""
    return await _ordered(request, HallBody, lambda sent: SuspendHall(sent.reason, sent.by))


async def resume(request: Request) -> Response:
    """POST /api/supervisor/resume {by, pin?}."""
    return await _ordered(request, ByBody, lambda sent: ResumeHall(sent.by))


async def emergency(request: Request) -> Response:
    """POST /api/supervisor/emergency {by, kind}: boards and voice say it at once; no PIN is asked for."""
    return await _ordered(request, EmergencyBody, lambda sent: DeclareEmergency(sent.kind, sent.by), proven=False)


async def end_emergency(request: Request) -> Response:
    """POST /api/supervisor/emergency/end {by, pin?}."""
    return await _ordered(request, ByBody, lambda sent: EndEmergency(sent.by))


async def close_alarm(request: Request) -> Response:
    """POST /api/supervisor/alarms/{alarm}/close {by, pin?, note}: what was found, and what was done."""
    alarm = request.path_params["alarm"]
    return await _ordered(request, AlarmBody, lambda sent: CloseAlarm(alarm, sent.by, sent.note))


async def tick(request: Request) -> Response:
    """POST /api/supervisor/checklists/{checklist}/tick {by, item, ok, note?}: one line looked at."""
    checklist = request.path_params["checklist"]

    def command(sent: TickBody) -> Command:
        return TickItem(checklist, sent.item, sent.ok, sent.by, sent.note)

    return await _ordered(request, TickBody, command, proven=False)


async def close_checklist(request: Request) -> Response:
    """POST /api/supervisor/checklists/{checklist}/close {by, pin?}."""
    checklist = request.path_params["checklist"]
    return await _ordered(request, ByBody, lambda sent: CloseChecklist(checklist, sent.by))


async def self_test(request: Request) -> Response:
    """POST /api/self-test {by} → 200 {results}, device id to its health; 202 {results: null} while slow devices are
    still being tried: the view tells their results.
    """
    require(request, "office")
    sent = await body(request, ByBody)
    wires = house(request)
    known(wires, sent.by)
    test = wires.self_test
    if test is None:
        raise Refused("This node tests no devices.", code="no_self_test")

    async def act() -> Response:
        testing = asyncio.ensure_future(asyncio.to_thread(test, sent.by))
        done, _ = await asyncio.wait((testing,), timeout=TEST_S)
        return answer({"results": testing.result()}) if done else answer({"results": None}, 202)

    return await wires.answered.once(idempotency_key(request), act)


# --- what is looked at ---------------------------------------------------------


async def devices(request: Request) -> Response:
    """GET /api/supervisor/devices: every device with health and last words, as the front panel has them."""
    require(request, "office")
    return answer({"devices": await asyncio.to_thread(house(request).panel.devices)})


async def bookings(request: Request) -> Response:
    """GET /api/supervisor/bookings: those of the running day by time; names are masked."""
    require(request, "office")
    return answer({"bookings": await asked(house(request), bookings_today)})


async def checklists(request: Request) -> Response:
    """GET /api/supervisor/checklists: line by line, with what was ticked today."""
    require(request, "office")
    return answer({"checklists": await asked(house(request), _checklists)})


async def rules(request: Request) -> Response:
    """GET /api/supervisor/rules[?lang=]: the rules in force, in sentences."""
    require(request, "office")
    about, language = house(request).feed.about(), language_of(request)
    classes = about.catalogue.priority_classes if about.catalogue else ()
    names = {one.id: one.name.get(language) or next(iter(one.name.values()), one.id) for one in classes}
    return answer({"rules": sentences(about.rules, language, names)})


def bookings_today(state: State) -> list[BookingLine]:
    """Those of the running day by time. Made for `Line.ask`."""
    day = state.plan.day if state.plan else ""
    today = [one for one in state.bookings.values() if one.day == day]
    return [
        BookingLine(
            one.code, one.service, one.starts_at, one.name, one.status,
            state.tickets[one.ticket].number if one.ticket in state.tickets else None, one.cancelled_here,
        )
        for one in sorted(today, key=lambda one: (one.starts_at, one.code))
    ]  # fmt: skip


def _checklists(state: State) -> list[ListLine]:
    lists = state.catalogue.checklists if state.catalogue else ()
    ticked = {one.id: state.checklists[one.id].ticks if one.id in state.checklists else {} for one in lists}
    return [
        ListLine(
            one.id, one.name, tuple(ItemLine(item.id, item.name, ticked[one.id].get(item.id)) for item in one.items)
        )
        for one in lists
    ]


async def _ordered(
    request: Request, kind: type[B], command: Callable[[Any], Command], *, proven: bool = True
) -> Response:
    """Carries out a supervisor's order → 200 {done}."""
    require(request, "office")
    sent = await body(request, kind)
    assert isinstance(sent, ByBody)
    wires = house(request)
    if proven:
        await supervised(request, sent.by, sent.pin)
    else:
        known(wires, sent.by)
    await asyncio.wrap_future(wires.line.submit(command(sent), key=idempotency_key(request)))
    return answer({"done": True})


ROUTES = [
    Route("/api/self-test", self_test, methods=["POST"]),
    Route("/api/supervisor/suspend", suspend, methods=["POST"]),
    Route("/api/supervisor/resume", resume, methods=["POST"]),
    Route("/api/supervisor/emergency", emergency, methods=["POST"]),
    Route("/api/supervisor/emergency/end", end_emergency, methods=["POST"]),
    Route("/api/supervisor/alarms/{alarm}/close", close_alarm, methods=["POST"]),
    Route("/api/supervisor/checklists", checklists),
    Route("/api/supervisor/checklists/{checklist}/tick", tick, methods=["POST"]),
    Route("/api/supervisor/checklists/{checklist}/close", close_checklist, methods=["POST"]),
    Route("/api/supervisor/devices", devices),
    Route("/api/supervisor/bookings", bookings),
    Route("/api/supervisor/rules", rules),
]
