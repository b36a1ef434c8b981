"""`/api/v1/bookings`: a program books for a person, and changes, moves, cancels what it booked.

Idempotency-Key: needed for a new booking, honoured by all that changes one; the same request under the same key is
done once, and answered with the booking as it is now.
"""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request
from sqlalchemy import Row

from central.api.answers import BookingShown
from central.api.bodies import StrictRoute
from central.api.door import Asker, Asking
from central.api.entries import (
    Cancelling,
    Changing,
    Code,
    Customer,
    Digits,
    Entries,
    Hindrance,
    Moving,
    NewBooking,
    Sure,
)
from central.api.errors import language
from central.api.offers import published
from central.api.reach import Named, Reach, shown
from central.api.sentences import ApiRefused
from central.booking import applying, changing, repeats
from central.booking.application import Application
from central.booking.desk import BookingDesk, Who
from central.booking.work import Work
from central.booking.written import Caller

Key = Annotated[Sure, Header(alias="Idempotency-Key", description="Yours, another one for every request.")]
MaybeKey = Annotated[Sure | None, Header(alias="Idempotency-Key", description="The same request then counts once.")]
TheCode = Annotated[Code, Path(examples=["K7PM29QX4TWA"])]
Tail = Annotated[
    Digits | None,
    Query(alias="phone_tail", description="End of the telephone number: for a booking that this key did not make."),
]
Act = Callable[[Work, Row[Any]], object]


class Bookings:
    """Its methods are the calls; each is one transaction of the desk."""

    def __init__(self, desk: BookingDesk, reach: Reach) -> None:
        self._desk, self._reach = desk, reach

    def book(self, request: Request, entries: NewBooking, key: Key, asker: Asking) -> BookingShown:
        """Confirmed, or waiting for a reviewer, or returned with `faults` to mend until `deadline`: see `status`."""
        published(self._desk, entries.hall)
        if not asker.key.may(entries.hall):
            raise ApiRefused("hall_not_yours", "hall")
        asked = _application(request, entries, hall=entries.hall, matter=entries.matter, slot=entries.slot)
        made = self._desk.apply(
            asked, asker.key.channel, asker.actor, partner=asker.key.id, idempotency=(asker.name, key)
        )
        with self._desk.engine.connect() as connection:
            return shown(connection, made)

    def look(self, code: TheCode, asker: Asking, tail: Tail = None) -> BookingShown:
        """The booking as it is now."""
        within = Who(self._reach.of(asker, Named(code, tail)))
        with self._desk.engine.connect() as connection:
            return shown(connection, self._desk.found(connection, within, lock=False))

    def mend(
        self, request: Request, code: TheCode, entries: Customer, asker: Asking, tail: Tail = None, key: MaybeKey = None
    ) -> BookingShown:
        """A returned application once more, with all of its entries; hall, matter and time stay (S0-24)."""
        asked = _application(request, entries, hall="", matter="", slot="")

        def act(work: Work, found: Row[Any]) -> object:
            caller = Caller(found.channel, self._desk.roster_key(found.hall), found.partner)
            return applying.resubmit(work, found, asked, caller)

        return self._act(asker, Named(code, tail), ("mend", entries), key, act)

    def cancel(
        self, code: TheCode, entries: Cancelling, asker: Asking, tail: Tail = None, key: MaybeKey = None
    ) -> BookingShown:
        """Until the lead time of the hall (`cancel_lead_min`)."""

        def act(work: Work, found: Row[Any]) -> object:
            return changing.cancel(work, found, reason=entries.reason)

        return self._act(asker, Named(code, tail), ("cancel", entries), key, act)

    def move(
        self, code: TheCode, entries: Moving, asker: Asking, tail: Tail = None, key: MaybeKey = None
    ) -> BookingShown:
        """The same matter at another time; the old place is given up only with the new one in hand."""

        def act(work: Work, found: Row[Any]) -> object:
            return changing.move(work, found, entries.slot, reason=entries.reason)

        return self._act(asker, Named(code, tail), ("move", entries), key, act)

    def change(
        self, code: TheCode, entries: Changing, asker: Asking, tail: Tail = None, key: MaybeKey = None
    ) -> BookingShown:
        """Another matter: staff review it; until then the booking stays as it is, with `change`."""

        def act(work: Work, found: Row[Any]) -> object:
            channel = asker.key.channel
            return changing.ask_change(work, found, entries.matter, entries.slot, entries.reason, channel)

        return self._act(asker, Named(code, tail), ("change", entries), key, act)

    def hindered(
        self, code: TheCode, entries: Hindrance, asker: Asking, tail: Tail = None, key: MaybeKey = None
    ) -> BookingShown:
        """By force majeure: moved to `slot`, or cancelled without one, whatever the lead time."""

        def act(work: Work, found: Row[Any]) -> object:
            waived = {"reason": entries.reason, "reason_code": changing.FORCE_MAJEURE}
            if entries.slot is None:
                return changing.cancel(work, found, **waived)
            return changing.move(work, found, entries.slot, **waived)

        return self._act(asker, Named(code, tail), ("hindered", entries), key, act)

    def _act(self, asker: Asker, named: Named, asked: tuple[str, Entries], key: str | None, act: Act) -> BookingShown:
        """`asked`, of that booking, is what the key stands for."""
        within = Who(self._reach.of(asker, named))
        with self._desk.working(asker.actor) as work:
            found = self._desk.found(work.connection, within)
            request = (asked[0], found.code, asked[1].model_dump())
            if key is None or repeats.before(work.connection, asker.name, key, request, found.code, work.at) is None:
                act(work, found)
            return shown(work.connection, self._desk.found(work.connection, within, lock=False))


def router(desk: BookingDesk, reach: Reach) -> APIRouter:
    api = APIRouter(prefix="/api/v1/bookings", tags=["bookings"], route_class=StrictRoute)
    calls = Bookings(desk, reach)
    api.add_api_route("", calls.book, methods=["POST"], status_code=201)
    api.add_api_route("/{code}", calls.look, methods=["GET"])
    api.add_api_route("/{code}", calls.mend, methods=["PUT"])
    api.add_api_route("/{code}/cancel", calls.cancel, methods=["POST"])
    api.add_api_route("/{code}/move", calls.move, methods=["POST"])
    api.add_api_route("/{code}/change", calls.change, methods=["POST"], status_code=202)
    api.add_api_route("/{code}/hindered", calls.hindered, methods=["POST"])
    return api


def _application(request: Request, entries: Customer, *, hall: str, matter: str, slot: str) -> Application:
    """Sentences are in the language of the booking from here on."""
    request.state.language = entries.language or language(request)
    told = entries.model_dump(exclude={"hall", "matter", "slot", "language", "flags"})
    return Application(
        hall=hall, matter=matter, slot=slot, flags=tuple(entries.flags), language=request.state.language, **told
    )
