"""The roster of bookings in the state: what the centre told, and what falls due of it.

The centre's facts come in `DirectiveTaken`. One that cannot be read changes nothing (its directive was
answered as refused). While a snapshot comes in, what its own generation had named before and it has not named
again yet is `stale`; at its end the stale are dropped, unless their customer was here or they are void. What an
earlier generation named stays: a restored centre may have forgotten it, hears of it (roster_report.py), and cancels
what does not hold. So does what the hall sold itself. Codes are kept in capitals.
"""

import re
from datetime import date, timedelta
from operator import attrgetter

import msgspec

from contract import directives
from contract.events import BookingVoided, ClockSynced, DayPlan, DirectiveTaken, PlaceSold
from edge.hall import shares
from edge.hall.fact_told import fact_told
from edge.hall.state import Booking, State

_LEAP_DAYS = 2
_BETWEEN = re.compile(r"[\s‐-―－-]")
"""Blanks and dashes."""


def key_of(code: str) -> str:
    """How a code is kept and looked up: nobody need care for small letters."""
    return code.strip().upper()


def meant(state: State, code: str) -> Booking | None:
    """The booking that a typed code names: dashes do not matter, unless two codes differ in nothing else."""
    exact = state.bookings.get(key_of(code))
    if exact is not None:
        return exact
    bare = _bare(code)
    alike = [each for kept, each in state.bookings.items() if _bare(kept) == bare]
    return alike[0] if len(alike) == 1 else None


def _bare(code: str) -> str:
    return _BETWEEN.sub("", code).upper()


def told(state: State, event: DirectiveTaken) -> None:
    """For `apply` only."""
    match fact_told(event):
        case directives.SnapshotBegun():
            for booking in state.bookings.values():
                booking.stale = booking.generation == event.generation
        case directives.SnapshotEnded():
            _end_snapshot(state)
        case directives.BookingAdded() as added:
            _add(state, added, event.generation)
        case directives.BookingCancelled(code, rev):
            _cancel(state, code, rev)
        case _:
            pass


def _add(state: State, added: directives.BookingAdded, generation: str) -> None:
    """The same code replaces an entry; what became of that stays, unless it is another appointment now."""
    key = key_of(added.code)
    before = state.bookings.get(key)
    new = Booking(**msgspec.structs.asdict(added), generation=generation)
    if before is not None:
        same = (before.service, before.starts_at) == (new.service, new.starts_at)
        if before.status == "arrived" or (before.status == "void" and same):
            new.status, new.ticket = before.status, before.ticket
        new.grant = before.grant
    state.bookings[key] = new


def _cancel(state: State, code: str, rev: int) -> None:
    """Who is here already stays and is served; the supervisor is told (requirements.md §10)."""
    booking = state.bookings.get(key_of(code))
    if booking is None:
        return
    booking.rev = rev
    if booking.status == "arrived":
        booking.cancelled_here = True
    else:
        booking.status = "cancelled"


def sold(state: State, event: PlaceSold) -> None:
    """Booked in the hall: here at once, so that its customer can check in whatever becomes of the network. For
    `apply` only.
    """
    state.bookings[key_of(event.code)] = Booking(
        code=event.code,
        day=event.day,
        service=event.service,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        name=event.name,
        id_hmac=event.id_hmac,
        phone_hmac=event.phone_hmac,
        priority_class=event.priority_class,
        grant=event.grant,
        matter=event.matter,
    )


def _end_snapshot(state: State) -> None:
    for code, booking in list(state.bookings.items()):
        if booking.stale and booking.status not in ("arrived", "void"):
            del state.bookings[code]
        booking.stale = False


def drop_past(state: State, before: DayPlan | None, plan: DayPlan) -> None:
    """Entries and grants of before yesterday go; not when the clock made a leap, which may prove wrong (F15). For
    `apply` only.
    """
    day = date.fromisoformat(plan.day)
    if before is not None and abs(day - date.fromisoformat(before.day)) > timedelta(days=_LEAP_DAYS):
        return
    yesterday = (day - timedelta(days=1)).isoformat()
    for code in [code for code, booking in state.bookings.items() if booking.day < yesterday]:
        del state.bookings[code]
    shares.drop_past(state, yesterday)


def clock_set(state: State, event: ClockSynced) -> None:
    """A clock that had run ahead made nothing void (F15). For `apply` only."""
    for booking in state.bookings.values():
        if booking.status == "void" and event.at < void_at(state, booking):
            booking.status = "booked"


def void_at(state: State, booking: Booking) -> int:
    """The first moment (ms) at which the booking can no longer be kept (S0-45)."""
    return booking.starts_at + state.rules.grace_s * 1000 + 1


def next_void(state: State) -> int | None:
    """When the next booking falls void, ms. Asked in every turn of the line."""
    first = min(_open(state), key=_starts_at, default=None)
    return None if first is None else void_at(state, first)


def voids(state: State, at: int) -> tuple[BookingVoided, ...]:
    """The bookings whose customers did not come, by slot."""
    late = [each for each in _open(state) if void_at(state, each) <= at]
    late.sort(key=lambda each: (each.starts_at, each.code))
    return tuple(BookingVoided(each.code, each.service, each.starts_at, state.rules.grace_s) for each in late)


def _open(state: State) -> list[Booking]:
    """Still expected; of past days too, since a node may have been off."""
    today = state.plan.day if state.plan else ""
    return [each for each in state.bookings.values() if each.status == "booked" and each.day <= today]


_starts_at = attrgetter("starts_at")
