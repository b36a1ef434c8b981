"""What becomes of bookings, applied."""

from contract.events import BookingArrived, BookingVoided
from edge.hall.roster import key_of
from edge.hall.state import State


def arrived(state: State, event: BookingArrived, at: int) -> None:
    booking = state.bookings.get(key_of(event.code))
    if booking is not None:
        booking.status, booking.ticket = "arrived", event.ticket


def voided(state: State, event: BookingVoided, at: int) -> None:
    booking = state.bookings.get(key_of(event.code))
    if booking is not None and booking.status == "booked":
        booking.status = "void"
