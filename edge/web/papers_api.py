"""The papers of a window: recorded first, then printed; a printer in trouble takes nothing back.

Answers 201 {events, counter, number, printed, trouble}: `trouble` says what to do where the paper did not come
out; it is printed later, as a COPY, by its number.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contract.events import GuidancePrinted, MaterialCheck, Missing
from edge.errors import DeviceError, HallkeeperError
from edge.hall import check
from edge.hall.commands import AcceptCase, CheckMaterials, Command, GiveNotice, Record, RegisterVisitor, TellResult
from edge.line import Recorded
from edge.printing.paper_words import Paper, number_of
from edge.web.answers import answer
from edge.web.bodies import Body, Name, Nothing, Sentence, body, idempotency_key
from edge.web.guard import require
from edge.web.house import House, house
from edge.web.staff_api import known
from identity_numbers import masked_name

PRINT_S = 60.0
"""How long a paper may take behind the slip that is being printed."""


class CheckBody(Body, frozen=True):
    """One material, as in the event's `MaterialCheck`."""

    material: Name
    received: Literal["", "original", "copy"] = ""
    complete: bool = True
    genuine: bool = True
    valid: bool = True
    expiry: Name | None = None


class MaterialsBody(Body, frozen=True):
    """`seen`: ids of the listed materials that are there as they must be; or `checks`, each looked at by itself."""

    seen: tuple[Name, ...] = ()
    checks: tuple[CheckBody, ...] = ()


class AcceptBody(Body, frozen=True):
    """`days`: working days promised. `materials`: kept by the window; without them, those seen before."""

    days: int
    materials: tuple[Name, ...] = ()


class MissingBody(Body, frozen=True):
    material: Sentence
    reason: Sentence


class NoticeBody(Body, frozen=True):
    items: tuple[MissingBody, ...]


class ResultBody(Body, frozen=True):
    """`printed`: a notice is wanted on paper."""

    outcome: Literal["success", "failure"]
    failure: Name | None = None
    note: str = ""
    collect: str = ""
    oral: bool = True
    printed: bool = True


class VisitorBody(Body, frozen=True):
    """`name` whole: it is printed and not kept. `by`: the clerk who registers; the terminal where not said."""

    name: Name
    host: Name
    purpose: Sentence
    by: Name | None = None


class AgainBody(Body, frozen=True):
    """`name`: a visitor's, whole, which the hall has not kept."""

    name: Name | None = None


async def materials(request: Request) -> Response:
    """POST /api/counters/{counter}/materials {seen | checks}: nothing is printed."""
    counter, sent = await _at_counter(request, MaterialsBody)
    checks = tuple(MaterialCheck(**msgspec.structs.asdict(one)) for one in sent.checks)
    return await _record(request, CheckMaterials(counter, sent.seen, checks), counter, wanted=False)


async def accept(request: Request) -> Response:
    """POST /api/counters/{counter}/accept {days, materials?}: the receipt of acceptance."""
    counter, sent = await _at_counter(request, AcceptBody)
    return await _record(request, AcceptCase(counter, sent.days, sent.materials), counter)


async def notice(request: Request) -> Response:
    """POST /api/counters/{counter}/notice {items: [{material, reason}]}: the one-time notice."""
    counter, sent = await _at_counter(request, NoticeBody)
    items = tuple(Missing(one.material, one.reason) for one in sent.items)
    return await _record(request, GiveNotice(counter, items), counter)


async def result(request: Request) -> Response:
    """POST /api/counters/{counter}/result {outcome, failure?, note?, collect?, oral?, printed?}: told, and printed."""
    counter, sent = await _at_counter(request, ResultBody)
    command = TellResult(counter, sent.outcome, sent.failure, sent.note, sent.collect, sent.oral, sent.printed)
    return await _record(request, command, counter, wanted=sent.printed)


async def visitor(request: Request) -> Response:
    """POST /api/visitors {name, host, purpose, by?}: the badge, with the whole name on it and nowhere else."""
    asking = require(request, "staff")
    sent = await body(request, VisitorBody)
    if sent.by is not None:
        known(house(request), sent.by)
    name, by = check.text(sent.name, "name"), sent.by or asking.name or asking.role or ""
    command = RegisterVisitor(masked_name(name), sent.host, sent.purpose, by)
    return await _record(request, command, None, name=name)


async def again(request: Request) -> Response:
    """POST /api/papers/{number}/print {name?} → 200 {number}: a COPY of a paper."""
    require(request, "staff")
    sent = await body(request, AgainBody)
    wires, number = house(request), request.path_params["number"]

    async def act() -> Response:
        await _out(lambda: wires.papers.again(number, sent.name or ""))
        return answer({"number": number})

    return await wires.answered.once(idempotency_key(request), act)


async def guide(request: Request) -> Response:
    """POST /api/services/{service}/guide → 200 {service, version}: the guidance sheet with its form, to hand out."""
    return await _guidance(request, service=request.path_params["service"])


async def matter_guide(request: Request) -> Response:
    """POST /api/matters/{matter}/guide → 200 {service, matter, version}: the same, as the matter is published."""
    return await _guidance(request, matter=request.path_params["matter"])


async def _guidance(request: Request, *, service: str = "", matter: str = "") -> Response:
    """Recorded when it is out: what was not printed was not handed out."""
    asking = require(request, "staff")
    await body(request, Nothing)
    wires = house(request)

    async def act() -> Response:
        sheet = await asyncio.to_thread(wires.papers.sheet, service, matter)
        await _out(lambda: wires.papers.print_sheet(sheet))
        printed = GuidancePrinted(sheet.service, sheet.matter, sheet.version, asking.name or asking.role or "")
        await asyncio.wrap_future(wires.line.submit(Record(printed)))
        return answer({"service": sheet.service, "matter": sheet.matter, "version": sheet.version})

    return await wires.answered.once(idempotency_key(request), act)


ROUTES = [
    Route("/api/counters/{counter}/materials", materials, methods=["POST"]),
    Route("/api/counters/{counter}/accept", accept, methods=["POST"]),
    Route("/api/counters/{counter}/notice", notice, methods=["POST"]),
    Route("/api/counters/{counter}/result", result, methods=["POST"]),
    Route("/api/papers/{number}/print", again, methods=["POST"]),
    Route("/api/visitors", visitor, methods=["POST"]),
    Route("/api/services/{service}/guide", guide, methods=["POST"]),
    Route("/api/matters/{matter}/guide", matter_guide, methods=["POST"]),
]


async def _at_counter(request: Request, kind: type[Any]) -> tuple[str, Any]:
    counter = request.path_params["counter"]
    require(request, "staff", counter)
    return counter, await body(request, kind)


async def _record(
    request: Request, command: Command, counter: str | None, *, wanted: bool = True, name: str = ""
) -> Response:
    """Records, then prints the paper that follows where one is `wanted`."""
    wires, key = house(request), idempotency_key(request)

    async def act() -> Response:
        before = wires.line.view.seq
        outcome = await asyncio.wrap_future(wires.line.submit(command, key=key))
        made = next((one for one in outcome.events if isinstance(one.event, Paper)), None)
        told: dict[str, Any] = {
            "events": [{"type": type(one.event).__name__, **msgspec.to_builtins(one.event)} for one in outcome.events],
            "counter": next((one for one in wires.line.view.counters if one.id == counter), None),
        }
        if made is not None and wanted:
            # An event from before this call was asked for twice: its paper has perhaps been printed.
            told |= await printed(wires, made, copy=made.seq <= before, name=name)
        return answer(told, 201)

    return await _once(wires, key, counter, command, act)


async def _once(
    wires: House, key: str | None, counter: str | None, command: Command, act: Callable[[], Awaitable[Response]]
) -> Response:
    """A key of the caller's own says what is a repetition; without one the repeat time does."""
    if key is not None or counter is None:
        return await wires.answered.once(key, act)
    pressed = wires.pressed.at(counter, command, lambda: asyncio.ensure_future(act()))
    done: Response = await asyncio.shield(pressed)
    return done


async def printed(wires: House, made: Recorded, *, copy: bool, name: str = "") -> dict[str, Any]:
    """{number, printed, trouble}, when the paper is out or cannot come out."""
    paper = made.event
    assert isinstance(paper, Paper)
    try:
        await _out(lambda: wires.papers.print(paper, made.at, copy=copy, name=name))
    except HallkeeperError as error:
        return {"number": number_of(paper), "printed": False, "trouble": error.detail}
    return {"number": number_of(paper), "printed": True, "trouble": None}


async def _out(begin: Callable[[], "Future[None]"]) -> None:
    """Until the paper is out. Raises DeviceError saying what to do, Refused where there is no printer."""
    future = await asyncio.to_thread(begin)
    try:
        await asyncio.wait_for(asyncio.wrap_future(future), PRINT_S)
    except TimeoutError as error:
        raise DeviceError(f"The printer took longer than {PRINT_S:g} s; look at its paper and its cable.") from error
