"""Checking in over HTTP: a booking becomes a ticket, by card, code, phone or typed number.

Numbers come in bodies only, never in an address; no answer repeats one. Wrong tries of one terminal are
counted for each way of typing, and after ten of them that way waits: ten minutes, or seconds where all were whole
codes, which nobody guesses. A card or code that a reader saw never waits for what was typed.
"""

import asyncio
import logging
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contract.catalogue import Catalogue, Text
from contract.events import BookingArrived, TicketIssued, VoidLifted, Wait
from edge import tokens
from edge.errors import HallkeeperError, Invalid, Refused
from edge.hall.commands import CheckIn, LiftVoid
from edge.hall.view import HallView
from edge.line import Outcome
from edge.people.checkin import Offer, Shown, tidy_code, verification
from edge.people.reception import Reception
from edge.people.tries import TooMany
from edge.web.answers import HttpError, answer
from edge.web.bodies import CheckInBody, LiftBody, NumberCheckBody, body, idempotency_key
from edge.web.guard import address, require, who
from edge.web.house import House, house
from edge.web.pairing import Who, may
from edge.web.staff_api import known, supervised

log = logging.getLogger(__name__)


class Window(msgspec.Struct, frozen=True):
    id: str
    name: Text


class Arrived(msgspec.Struct, frozen=True):
    """What a customer who checked in is told. `windows`: those that may call; `zone`: where to wait."""

    ticket: str
    number: str
    outcome: str
    ahead: int
    wait: Wait | None
    service: str
    service_name: Text
    zone: Text | None
    windows: tuple[Window, ...]
    slot_at: int | None
    verified: bool
    """Whether an identity was shown and recorded (K5: the window need not ask again)."""


async def check_in(request: Request) -> Response:
    """POST /api/checkin → 201 `Arrived`. The bodies: `CheckInBody`."""
    asking = require(request, "ticket")
    sent = await body(request, CheckInBody)
    _check_shape(sent)
    wires, terminal = house(request), terminal_of(request)
    reception = reception_of(wires)
    staff = _at_desk(request, asking, sent)
    counted = f"{terminal} {way}" if (way := _guessable(sent)) else None
    if counted is not None:
        limited(reception, counted, _code(sent))
    key = idempotency_key(request)

    async def act() -> Response:
        command, shown = await asyncio.to_thread(_made, reception, sent, _source(asking, staff), staff)
        outcome = await _submitted(wires, command, key, reception, counted, _code(sent))
        by = staff or (f"kiosk:{asking.id}" if asking.role == "kiosk" else "kiosk")
        verified = shown is not None and await _verified(wires, shown, by, _issued(outcome).ticket, key)
        return answer(_arrived(wires, outcome, verified), 201)

    return await wires.answered.once(key and f"{terminal} {key}", act)


async def lift(request: Request) -> Response:
    """POST /api/bookings/{code}/lift {by, reason, consent, pin?} → 201 `Arrived`: a void booking is served."""
    sent = await body(request, LiftBody)
    by = await supervised(request, sent.by, sent.pin)
    wires, key = house(request), idempotency_key(request)
    code = tidy_code(request.path_params["code"])
    command = LiftVoid(code, by, sent.reason, sent.consent, tokens.fresh(), _source(who(request), by))
    outcome: Outcome = await asyncio.wrap_future(wires.line.submit(command, key=key))
    return answer(_arrived(wires, outcome, False), 201)


async def check_number(request: Request) -> Response:
    """POST /api/identity/check {id_type, text} → 200 {ok, error?, detail?}: only whether the number can be right."""
    require(request, "ticket")
    sent = await body(request, NumberCheckBody)
    try:
        reception_of(house(request)).checkins.look_over(sent.id_type, sent.text)
    except Invalid as wrong:
        return answer({"ok": False, "error": wrong.code, "detail": wrong.detail})
    return answer({"ok": True})


def reception_of(wires: House) -> Reception:
    if wires.reception is None:
        raise Refused("Nobody can check in at this node; ask at the service desk.", code="no_checkin")
    return wires.reception


def terminal_of(request: Request) -> str:
    """Whose tries are counted together."""
    asking = who(request)
    return asking.id if asking.role != "local" else f"local {address(request)}"


def limited(reception: Reception, terminal: str, code: str = "") -> None:
    """Raises HttpError 429 while the terminal must wait; what it sends is not even looked at."""
    try:
        reception.tries.check(terminal, code)
    except TooMany as wait:
        log.warning("check-in: too many wrong tries at %s, %d refused so far", terminal, reception.tries.refused)
        headers = {"Retry-After": str(wait.left_s)}
        raise HttpError(429, wait.code, wait.detail, wait.field, headers) from None


def _check_shape(sent: CheckInBody) -> None:
    ways = {
        "code": sent.code is not None and sent.phone is None,
        "phone": sent.phone is not None,
        "id_number": sent.id_number is not None or sent.id_type is not None,
        "handle": sent.handle is not None,
    }
    if sum(ways.values()) != 1:
        raise Invalid("Send one of: code; phone and code; id_type and id_number; handle.", "code", "one_way")
    if ways["phone"] and sent.code is None:
        raise Invalid("A phone number goes with the booking's code.", "code", "one_way")
    if ways["id_number"] and (sent.id_number is None or sent.id_type is None):
        raise Invalid("Send both id_type and id_number.", "id_number" if sent.id_type else "id_type", "one_way")


def _guessable(sent: CheckInBody) -> str:
    """The way of typing whose wrong tries are counted together; "": nothing was typed. A guesser of codes holds up
    nobody who has a card, or a phone number with the code.
    """
    if sent.handle is not None:
        return ""
    return "phone" if sent.phone is not None else "code" if sent.code is not None else "number"


def _code(sent: CheckInBody) -> str:
    """A code typed by itself. Where the phone number may be what is wrong, that is guessed."""
    return sent.code or "" if sent.phone is None else ""


def _at_desk(request: Request, asking: Who, sent: CheckInBody) -> str | None:
    """Who of the staff checks somebody in; None: the customer does it. Raises Invalid without a reason, Unknown for
    somebody not on the list of clerks.
    """
    staffed = may(asking.role or "", "staff") and asking.role != "local"
    if sent.by is None and not staffed:
        return None
    require(request, "staff")
    if sent.by is not None:
        known(house(request), sent.by)
    if sent.handle is None and not sent.reason:
        raise Invalid("Say why it was done by hand.", "reason", "no_reason")
    return sent.by or asking.role or "staff"


def _made(reception: Reception, sent: CheckInBody, source: str, staff: str | None) -> tuple[CheckIn, Shown | None]:
    """The command, and the identity shown with it."""
    checkins = reception.checkins
    if sent.handle is not None:
        return _of_offer(reception, reception.offers.take(sent.handle), source)
    if sent.phone is not None:
        return checkins.by_phone(sent.phone, sent.code or "", source), None
    if sent.code is not None:
        return checkins.by_code(sent.code, source, staff=staff is not None), None
    shown = checkins.typed(sent.id_type or "", sent.id_number or "", sent.reason)
    return checkins.by_shown(shown, source), shown


def _of_offer(reception: Reception, offer: Offer, source: str) -> tuple[CheckIn, Shown | None]:
    if offer.shown is None:
        return reception.checkins.by_code(offer.code or "", source), None
    return reception.checkins.by_shown(offer.shown, source), offer.shown


async def _submitted(
    wires: House, command: CheckIn, key: str | None, reception: Reception, counted: str | None, code: str
) -> Outcome:
    """Nobody learns whether the code, the phone or the number was wrong: the hall has one answer for all."""
    try:
        outcome: Outcome = await asyncio.wrap_future(wires.line.submit(command, key=key))
    except Refused as refused:
        if refused.code == "no_booking" and counted is not None:
            reception.tries.count(counted, code)
        raise
    return outcome


async def _verified(wires: House, shown: Shown, by: str, ticket: str, key: str | None) -> bool:
    """The record of the identity; without it the customer has the ticket all the same, and the window asks."""
    command = verification(shown, by, ticket=ticket)
    try:
        await asyncio.wrap_future(wires.line.submit(command, key=key and f"{key} identity"))
    except HallkeeperError as refused:
        log.warning("the identity at check-in of %s was not recorded: %s", ticket, refused.detail)
        return False
    return True


def _source(asking: Who, staff: str | None) -> str:
    """At the node itself stands its kiosk; a member of the staff who checks somebody in there is its desk."""
    if asking.role == "local":
        return "kiosk" if staff is None else "desk"
    return asking.role or "api"


def _issued(outcome: Outcome) -> TicketIssued:
    return next(each.event for each in outcome.events if isinstance(each.event, TicketIssued))


def _arrived(wires: House, outcome: Outcome, verified: bool) -> Arrived:
    issued = _issued(outcome)
    came = next((each.event for each in outcome.events if isinstance(each.event, BookingArrived)), None)
    lifted = any(isinstance(each.event, VoidLifted) for each in outcome.events)
    catalogue = wires.feed.about().catalogue
    service = next((one for one in catalogue.services if one.id == issued.service), None) if catalogue else None
    return Arrived(
        ticket=issued.ticket,
        number=issued.number,
        outcome=came.outcome if came else "lifted" if lifted else "on_time",
        ahead=issued.ahead,
        wait=issued.wait,
        service=issued.service,
        service_name=service.name if service else {"": issued.service},
        zone=_zone(catalogue, service.zone if service else None),
        windows=_windows(wires.line.view, issued.service),
        slot_at=issued.slot_at,
        verified=verified,
    )


def _zone(catalogue: Catalogue | None, zone: str | None) -> Text | None:
    if zone is None or catalogue is None:
        return None
    return next((one.name for one in catalogue.zones if one.id == zone), {"": zone})


def _windows(view: HallView, service: str) -> tuple[Window, ...]:
    """The open windows that serve it; where none is open, all that could."""
    able = [one for one in view.counters if service in one.serves]
    now = [one for one in able if one.status != "closed"]
    return tuple(Window(one.id, one.name) for one in now or able)


ROUTES: list[Any] = [
    Route("/api/checkin", check_in, methods=["POST"]),
    Route("/api/bookings/{code}/lift", lift, methods=["POST"]),
    Route("/api/identity/check", check_number, methods=["POST"]),
]
