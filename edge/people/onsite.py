"""Bookings taken at the desk (现场预约): a customer's details, made into a command of the hall.

The details live in the arguments of these functions and nowhere else. The hall gets masked texts and fingerprints,
and a box around the whole that only the centre can open.
"""

from collections.abc import Callable
from datetime import date

import msgspec
from nacl.encoding import Base64Encoder
from nacl.public import PublicKey, SealedBox

from contract.person import Person
from edge import tokens
from edge.errors import Invalid, Refused
from edge.hall import check
from edge.hall.commands import SellPlace
from edge.people.checkin import TYPED, Fingerprints
from edge.people.numbers import examined, phone_number
from identity_numbers import masked_name, masked_phone

NO_KEY = (
    "Places cannot be booked here yet: put the line seal_key that `hallkeeper central enrol` prints into [centre] of "
    "this hall's file, and restart the node."
)


class Details(msgspec.Struct, frozen=True):
    """Who books, as typed at the desk."""

    name: str
    id_type: str
    id_number: str
    phone: str


class Wish(msgspec.Struct, frozen=True):
    """What is booked, by whom at the desk: as in `SellPlace`."""

    service: str
    by: str
    readback: bool
    slot: str | None = None
    grant: str | None = None
    priority_class: str | None = None
    matter: str | None = None


class OnsiteBookings:
    """Makes the commands. `seal_key`: the centre's, base64; None: nothing can be sold. Any thread may call."""

    def __init__(self, fingerprints: Fingerprints, today: Callable[[], date], seal_key: str | None) -> None:
        self._fingerprints, self._today = fingerprints, today
        self._box = None if seal_key is None else SealedBox(PublicKey(seal_key.strip().encode(), Base64Encoder))

    @property
    def trouble(self) -> str:
        """Why nothing can be sold here; empty where it can."""
        return NO_KEY if self._box is None else ""

    def command(self, details: Details, wish: Wish) -> SellPlace:
        """Raises Invalid naming what cannot be right, Refused "no_seal_key"."""
        person = self._person(details)
        return SellPlace(
            code=tokens.booking_code(),
            service=wish.service,
            name=masked_name(person.name),
            phone=masked_phone(person.phone),
            id_hmac=self._fingerprints.of(person.id_type, person.id_number),
            phone_hmac=self._fingerprints.phone(details.phone),
            sealed=self._sealed(person),
            by=wish.by,
            readback=wish.readback,
            slot=wish.slot,
            grant=wish.grant,
            priority_class=wish.priority_class,
            matter=wish.matter,
        )

    def _person(self, details: Details) -> Person:
        if details.id_type not in TYPED:
            raise Invalid("This type of document is not typed here. Choose one of the list.", "id_type")
        name = check.text(details.name, "name")
        try:
            found = examined(details.id_type, details.id_number, self._today())
        except Invalid as wrong:
            raise Invalid(wrong.detail, "id_number") from None
        return Person(name, phone_number(details.phone), id_type=found.id_type, id_number=found.number)

    def _sealed(self, person: Person) -> str:
        if self._box is None:
            raise Refused(NO_KEY, code="no_seal_key")
        return self._box.encrypt(msgspec.json.encode(person), encoder=Base64Encoder).decode()
