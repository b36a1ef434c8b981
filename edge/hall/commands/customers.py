"""Customers: tickets, arrivals, places, turns, ratings."""

from typing import Literal

from edge.hall.commands.base import Command


class IssueTicket(Command, frozen=True):
    """`token`: at least 60 random bits, 13 to 64 characters of base32, hex or base64url.

    `counter`: written at that window for a customer without ticket (S1-23); called there at once if
    the window is idle and nobody waits for it, else it waits like any other.
    """

    service: str
    token: str
    source: str
    priority_class: str | None = None
    counter: str | None = None
    journey: str | None = None
    """一票到底: the catalogue's journey whose first service is `service`."""
    cause: str | None = None
    """Which kiosk flow failed (then the class is `rules.fallback_class`), or why staff wrote it."""


class CheckIn(Command, frozen=True):
    """A booked customer is here. Either `code`, or `id_hmac`, or both `phone_hmac` and `code`.

    `token` as for a new ticket.
    """

    token: str
    source: str
    method: Literal["card", "code", "phone", "number", "staff"]
    code: str | None = None
    id_hmac: str | None = None
    phone_hmac: str | None = None


class SellPlace(Command, frozen=True):
    """现场预约: a place of the hall's own share (shares.py), of the slot named or of one grant.

    `code`: fresh (contract/booking_code.py). Texts masked, HMACs under the hall's key; `sealed` as in `PlaceSold`.
    `readback`: the clerk read the details back, and the customer agreed.
    """

    code: str
    service: str
    name: str
    phone: str
    id_hmac: str | None
    phone_hmac: str | None
    sealed: str
    by: str
    readback: bool
    slot: str | None = None
    grant: str | None = None
    priority_class: str | None = None
    matter: str | None = None
    """One that is published for the service; None: the office takes the service's first."""


class ReturnShare(Command, frozen=True):
    """What is left of a grant goes back to the centre. `by`: a receptionist or supervisor, or "centre"."""

    grant: str
    by: str


class LiftVoid(Command, frozen=True):
    """A supervisor serves a void booking all the same. `consent`: the waiting customers agree."""

    code: str
    by: str
    reason: str
    consent: bool
    token: str
    source: str


class MoveBack(Command, frozen=True):
    """ "I need ten more minutes", with the slip's token. `by`: "slip", "centre" or a clerk."""

    token: str
    by: str


class VerifyIdentity(Command, frozen=True):
    """What a reader or a person found out about who is here; goes with the ticket at `counter`, or with `ticket`.

    `verification`: a fresh id. The number itself never comes this far.
    """

    verification: str
    method: Literal["card", "scan", "typed"]
    id_type: str
    id_hmac: str
    id_masked: str
    name_masked: str | None
    by: str
    counter: str | None = None
    ticket: str | None = None
    reader: str | None = None
    reason: str | None = None
    valid_until: str | None = None


class RateTicket(Command, frozen=True):
    """By `token` (slip) or by `counter` (its evaluator: the ticket finished there last)."""

    level: int
    source: str
    token: str | None = None
    counter: str | None = None
    tags: tuple[str, ...] = ()
    comment: str = ""
