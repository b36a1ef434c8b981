"""Check-in: what a customer shows or types, made into commands of the hall.

A full identity number or phone number lives in the arguments of these functions and nowhere else: what
goes on is an HMAC and a masked text. Typed by hand counts less than a card and needs a reason (K6).
"""

import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from typing import Literal, Protocol

import msgspec

from edge import tokens
from edge.devices.ports import Card
from edge.errors import Invalid, Refused
from edge.hall.commands import CheckIn, VerifyIdentity
from edge.hall.roster import meant
from edge.hall.state import State
from edge.people.numbers import examined
from identity_numbers import Examined, kinds, masked_name
from identity_numbers.mrz import looks_like as machine_readable

OFFER_MS = 60_000
"""How long what a reader saw may still be used."""
OFFERS = 64

TYPED = tuple(kind.id for kind in kinds() if kind.of != "staff")
"""The id types whose numbers may be typed."""

Shows = Literal["card", "scan", "typed"]


class Fingerprints(Protocol):
    """`edge.people.identity_key.IdentityKey`."""

    def of(self, id_type: str, number: str) -> str: ...

    def phone(self, text: str) -> str: ...


class Shown(msgspec.Struct, frozen=True):
    """A document of identity that somebody showed or typed: enough to compare and to record, never the number."""

    method: Shows
    id_type: str
    id_hmac: str
    id_masked: str
    name_masked: str | None = None
    reader: str | None = None
    reason: str | None = None
    valid_until: str | None = None


class CheckIns:
    """Makes the commands. `today`: the hall's date. Any thread may call."""

    def __init__(self, fingerprints: Fingerprints, today: Callable[[], date]) -> None:
        self._fingerprints, self._today = fingerprints, today

    def look_over(self, id_type: str, text: str) -> None:
        """Raises Invalid naming what is wrong with a typed number."""
        examined(id_type, text, self._today())

    def typed(self, id_type: str, text: str, reason: str | None) -> Shown:
        """A number typed by hand. Raises Invalid: the number is wrong, or nobody says why it was typed."""
        if reason is None or not reason.strip():
            raise Invalid("A number typed by hand needs a reason: say why no card was read.", "reason", "no_reason")
        if id_type not in TYPED:
            raise Invalid("This type of document is not typed here. Choose one of the list.", "id_type")
        return self._shown("typed", examined(id_type, text, self._today()), reason=reason.strip())

    def card(self, card: Card, reader: str) -> Shown:
        """A document a reader saw. Raises Refused "expired", Invalid for a number that cannot be one."""
        found = examined(card.id_type, card.number, self._today())
        return self._shown("card", found, card.name, card.valid_until, reader)

    def page(self, text: str, reader: str) -> Shown | None:
        """The machine-readable lines of a travel document, scanned; None: the text is none. Raises as `card`."""
        if not machine_readable(text):
            return None
        found = examined("passport" if text.lstrip().startswith("P") else "foreign-card", text, self._today())
        return self._shown("scan", found, found.name or "", found.valid_until, reader)

    def _shown(
        self, method: Shows, found: Examined, name: str = "", until: str | None = None, reader: str | None = None,
        reason: str | None = None,
    ) -> Shown:  # fmt: skip
        until = until or found.valid_until
        if until is not None and _is_date(until) and until < self._today().isoformat():
            raise Refused(f"This document was valid until {until}: please show another one.", "card", "expired")
        hmac = self._fingerprints.of(found.id_type, found.number)
        return Shown(method, found.id_type, hmac, found.masked, masked_name(name) or None, reader, reason, until)

    def by_shown(self, shown: Shown, source: str) -> CheckIn:
        method: Literal["card", "number"] = "number" if shown.method == "typed" else "card"
        return CheckIn(tokens.fresh(), source, method, id_hmac=shown.id_hmac)

    def by_code(self, code: str, source: str, *, staff: bool = False) -> CheckIn:
        return CheckIn(tokens.fresh(), source, "staff" if staff else "code", code=tidy_code(code))

    def by_phone(self, phone: str, code: str, source: str) -> CheckIn:
        """Raises Invalid for what cannot be a phone number."""
        hmac = self._fingerprints.phone(phone)
        return CheckIn(tokens.fresh(), source, "phone", code=tidy_code(code), phone_hmac=hmac)


def verification(
    shown: Shown, by: str, *, ticket: str | None = None, counter: str | None = None, id_: str | None = None
) -> VerifyIdentity:
    """The record of it: at arrival for `ticket`, at the window for whoever is at `counter`."""
    return VerifyIdentity(
        verification=id_ or secrets.token_hex(8),
        method=shown.method,
        id_type=shown.id_type,
        id_hmac=shown.id_hmac,
        id_masked=shown.id_masked,
        name_masked=shown.name_masked,
        by=by,
        counter=counter,
        ticket=ticket,
        reader=shown.reader,
        reason=shown.reason,
        valid_until=shown.valid_until,
    )


class Offer(msgspec.Struct, frozen=True):
    """What a reader saw, waiting for the customer's finger: a document or a code of a booking. `until` in ms."""

    handle: str
    until: int
    shown: Shown | None = None
    code: str | None = None


class Offers:
    """The open offers. A handle serves once, for a minute, and says nothing of what is behind it."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._open: OrderedDict[str, Offer] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, shown: Shown | None = None, code: str | None = None) -> Offer:
        offer = Offer(secrets.token_urlsafe(16), self._clock() + OFFER_MS, shown, code)
        with self._lock:
            self._drop_old()
            self._open[offer.handle] = offer
            while len(self._open) > OFFERS:
                self._open.popitem(last=False)
        return offer

    def take(self, handle: str) -> Offer:
        """Raises Refused "offer_gone" for one used up, run out or never given."""
        with self._lock:
            self._drop_old()
            offer = self._open.pop(handle, None)
        if offer is None:
            raise Refused("The card or code was read too long ago: please show it again.", "handle", "offer_gone")
        return offer

    def _drop_old(self) -> None:
        now = self._clock()
        self._open = OrderedDict((key, one) for key, one in self._open.items() if now < one.until)


def has_booking(state: State, offer: Offer) -> bool:
    """Whether a booking of the running day waits for whoever is behind the offer. Made for `Line.ask`."""
    day = state.plan.day if state.plan else ""
    coded = meant(state, offer.code) if offer.code is not None else None
    for booking in state.bookings.values():
        if booking.status != "booked" or booking.day != day:
            continue
        if booking is coded:
            return True
        if offer.shown is not None and booking.id_hmac == offer.shown.id_hmac:
            return True
    return False


def tidy_code(code: str) -> str:
    """A booking's code as people type it: small letters and spaces do not matter; nor dashes, which the roster's
    own codes may have, and which it compares (`roster.meant`).
    """
    return re.sub(r"\s", "", code).upper()


def _is_date(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None
