"""Booking at the desk (现场预约): the places of the hall's own share, one of them sold, and what is left given back.

It works without any network. A full name or number is in the body of one call and in nothing that is kept.
"""

import asyncio
from typing import Any, cast

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contract.events import PlaceSold, ShareReturned
from edge.errors import Refused
from edge.hall.commands import ReturnShare
from edge.hall.shares import spendable
from edge.hall.state import State
from edge.line import Outcome
from edge.people.onsite import Details, Wish
from edge.web.answers import answer
from edge.web.api import asked
from edge.web.bodies import Name, Number, body, idempotency_key
from edge.web.checkin_api import reception_of
from edge.web.desk_api import NEED, DeskBody, by_of
from edge.web.guard import require
from edge.web.house import House, house
from edge.web.papers_api import printed


class PlaceBody(DeskBody, frozen=True, kw_only=True):
    """One of `slot`, `grant`. Name and numbers as the customer gives them; `readback`: they were read back."""

    slot: Name | None = None
    grant: Name | None = None
    service: Name
    name: Name
    id_type: Name
    id_number: Number
    phone: Name
    priority_class: Name | None = None
    matter: Name | None = None
    readback: bool = False


class Share(msgspec.Struct, frozen=True):
    """What is left of one grant."""

    grant: str
    left: int


class SlotLine(msgspec.Struct, frozen=True):
    """One slot with places left. Times in ms."""

    slot: str
    day: str
    service: str
    starts_at: int
    ends_at: int
    left: int
    grants: tuple[Share, ...]


class Places(msgspec.Struct, frozen=True):
    """`slots` by day, service, time. `trouble`: why nothing can be booked here, and what to do; empty: it can."""

    slots: tuple[SlotLine, ...]
    trouble: str = ""


async def places(request: Request) -> Response:
    """GET /api/desk/places → 200 `Places`: where the hall may book by itself now."""
    require(request, NEED)
    wires = house(request)
    now = wires.feed.now()
    slots = await asked(wires, lambda state: open_slots(state, now))
    return answer(Places(slots, reception_of(wires).bookings.trouble))


def open_slots(state: State, at: int) -> tuple[SlotLine, ...]:
    """Made for `Line.ask`."""
    slots: dict[tuple[str, str], SlotLine] = {}
    for grant in state.grants.values():
        if not spendable(grant, at):
            continue
        share = Share(grant.id, grant.left)
        line = slots.get((grant.slot, grant.service))
        if line is None:
            where = (grant.slot, grant.day, grant.service, grant.starts_at, grant.ends_at)
            slots[grant.slot, grant.service] = SlotLine(*where, grant.left, (share,))
        else:
            more = msgspec.structs.replace(line, left=line.left + grant.left, grants=(*line.grants, share))
            slots[grant.slot, grant.service] = more
    return tuple(sorted(slots.values(), key=lambda one: (one.day, one.service, one.starts_at)))


async def book(request: Request) -> Response:
    """POST /api/desk/bookings {slot|grant, service, matter?, name, id_type, id_number, phone, priority_class?,
    readback, by?} → 201 {code, day, starts_at, ends_at, service, printed, trouble}: booked, and its slip printed.
    """
    require(request, NEED)
    sent = await body(request, PlaceBody)
    wires, key, by = house(request), idempotency_key(request), _clerk(request, sent.by)
    details = Details(sent.name, sent.id_type, sent.id_number, sent.phone)
    wish = Wish(sent.service, by, sent.readback, sent.slot, sent.grant, sent.priority_class, sent.matter)
    bookings = reception_of(wires).bookings

    async def act() -> Response:
        before = wires.line.view.seq
        outcome: Outcome = await asyncio.wrap_future(wires.line.submit(bookings.command(details, wish), key=key))
        made = outcome.events[0]
        paper = await printed(wires, made, copy=made.seq <= before)
        return answer(_told(cast(PlaceSold, made.event)) | paper, 201)

    return await wires.answered.once(key, act)


def _told(sold: PlaceSold) -> dict[str, Any]:
    return {name: getattr(sold, name) for name in ("code", "day", "starts_at", "ends_at", "service")}


async def give_back(request: Request) -> Response:
    """POST /api/desk/shares/{grant}/return {by?} → 200 {grant, n}: all that is left of it is the centre's again."""
    require(request, NEED)
    sent = await body(request, DeskBody)
    command = ReturnShare(request.path_params["grant"], _clerk(request, sent.by))
    outcome: Outcome = await asyncio.wrap_future(house(request).line.submit(command, key=idempotency_key(request)))
    returned = cast(ShareReturned, outcome.events[0].event)
    return answer({"grant": returned.grant, "n": returned.n})


def _clerk(request: Request, by: str | None) -> str:
    """As `by_of`; in a hall that lists its clerks somebody must be named, since a booking says who took it."""
    if by is None and _lists_clerks(house(request)):
        raise Refused("Say who is at the desk: a booking says who took it.", "by", "who_wanted")
    return by_of(request, by)


def _lists_clerks(wires: House) -> bool:
    catalogue = wires.feed.about().catalogue
    return catalogue is not None and bool(catalogue.clerks)


ROUTES = [
    Route("/api/desk/places", places),
    Route("/api/desk/bookings", book, methods=["POST"]),
    Route("/api/desk/shares/{grant}/return", give_back, methods=["POST"]),
]
