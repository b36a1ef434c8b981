"""Bookings that arrive, and who was verified."""

from typing import Literal

from contract.events.base import Event


class BookingArrived(Event, frozen=True):
    """A booked customer checked in; `ticket` was issued for it. `late_s`: behind the slot's start, negative before."""

    code: str
    ticket: str
    service: str
    slot_at: int
    method: Literal["card", "code", "phone", "number", "staff"]
    late_s: int
    outcome: Literal["on_time", "late", "deferred", "lifted"]


class BookingVoided(Event, frozen=True):
    """Nobody came within the grace (S0-45)."""

    code: str
    service: str
    slot_at: int
    grace_s: int


class VoidLifted(Event, frozen=True):
    """A supervisor lets a void booking be served, with reason and the waiting customers' consent (S0-47, K3)."""

    code: str
    by: str
    reason: str
    consent: bool


class IdentityVerified(Event, frozen=True):
    """The record of one verification (S2-53). No number, no photo: `id_hmac` under the node's key, texts masked."""

    verification: str
    ticket: str | None
    booking: str | None
    stage: Literal["arrival", "window"]
    method: Literal["card", "scan", "typed"]
    id_type: str
    id_hmac: str
    id_masked: str
    name_masked: str | None
    match: Literal["same", "other", "none"]
    """Compared with the booking, or with the verification at arrival; "none": nothing to compare with."""
    assurance: Literal["high", "low"]
    """Typed by hand is low (K6)."""
    reader: str | None
    by: str
    reason: str | None = None
    """Why it was typed; compulsory then."""
    valid_until: str | None = None
    name: Literal["same", "other", "none"] = "none"
    """The masked name compared with the booking's (S0-14). The right number under another name: a clerk decides."""
