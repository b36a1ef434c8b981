"""Bookings and the hall's share of places, applied: what the centre told, what the hall sold, what became of it."""

from contract.events import BookingArrived, BookingVoided, DirectiveTaken, PlaceSold, ShareReturned
from edge.hall import roster, shares, shelf
from edge.hall.roster import key_of
from edge.hall.state import State


def told(state: State, event: DirectiveTaken, at: int) -> None:
    shares.told(state, event)
    roster.told(state, event)
    shelf.told(state.shelf, event)
    state.generation = event.generation


def place_sold(state: State, event: PlaceSold, at: int) -> None:
    shares.sold(state, event)
    roster.sold(state, event)


def share_returned(state: State, event: ShareReturned, at: int) -> None:
    shares.returned(state, event)


def arrived(state: State, event: BookingArrived, at: int) -> None:
    booking = state.bookings.get(key_of(event.code))
    if booking is not None:
        booking.status, booking.ticket = "arrived", event.ticket


def voided(state: State, event: BookingVoided, at: int) -> None:
    booking = state.bookings.get(key_of(event.code))
    if booking is not None and booking.status == "booked":
        booking.status = "void"
