"""Finding a booking by what its customer shows: a code, a document, or a telephone number with the code.

What is not found says nothing of anybody else: a wrong number and a wrong code sound the same.
"""

from edge.errors import Invalid, Refused
from edge.hall.commands import CheckIn
from edge.hall.roster import meant
from edge.hall.state import Booking, State


def found(state: State, command: CheckIn, at: int) -> Booking:
    if command.phone_hmac is not None:
        if command.code is None:
            raise Invalid("With a telephone number the booking's code is needed too.", "code", "bad_code")
        booking = by_code(state, command.code)
        if booking.phone_hmac != command.phone_hmac:
            raise _nothing("code")
        return booking
    if command.code is not None:
        return by_code(state, command.code)
    if command.id_hmac is None:
        raise Invalid("A code, a document or a telephone number with the code is needed.", "code", "bad_code")
    return _by_document(state, command.id_hmac, at)


def by_code(state: State, code: str) -> Booking:
    found = meant(state, code)
    if found is None:
        raise _nothing("code")
    return found


def _by_document(state: State, id_hmac: str, at: int) -> Booking:
    """Of several the one that can be kept now: today's before others, unarrived before arrived, the nearest slot."""
    today = state.plan.day if state.plan else ""
    mine = [each for each in state.bookings.values() if each.id_hmac == id_hmac]
    if not mine:
        raise _nothing("id_hmac")
    return min(mine, key=lambda each: (each.day != today, each.status != "booked", abs(each.starts_at - at), each.code))


def _nothing(field: str) -> Refused:
    return Refused("No booking belongs to this; please ask at the desk.", field, "no_booking")
