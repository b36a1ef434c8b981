"""The hall's own share of bookable places: what it sold, gave back, and what it held when the centre began anew.

Only the hall spends a grant (contract/directives.py `ShareGranted`); each place of it ends as one `PlaceSold` or
in one `ShareReturned`, so that sold places never exceed a slot's capacity, whatever is lost or repeated.
"""

from typing import Literal

import msgspec

from contract.events.base import Event


class PlaceSold(Event, frozen=True):
    """A place of the hall's own share, booked in the hall (现场预约, S0-11). Texts masked, HMACs under its key.

    `sealed`: base64 of a NaCl SealedBox to the centre's key around the JSON of `contract.person.Person`.
    """

    grant: str
    slot: str
    code: str
    day: str
    service: str
    starts_at: int
    ends_at: int
    name: str
    phone: str
    id_hmac: str | None
    phone_hmac: str | None
    sealed: str
    by: str
    readback: bool
    """The clerk read the details back to the customer (S0-13)."""
    matter: str | None = None
    priority_class: str | None = None


class ShareReturned(Event, frozen=True):
    """`n` places of a grant, all that were left, are the centre's again; nothing more is sold of it."""

    grant: str
    n: int
    by: str
    """The person who gave it back, or "centre" where the centre had asked."""


class RosterEntry(msgspec.Struct, frozen=True):
    """One booking as the hall held it."""

    code: str
    day: str
    service: str
    starts_at: int
    ends_at: int
    name: str
    status: Literal["booked", "arrived", "void", "cancelled"]
    id_hmac: str | None = None
    phone_hmac: str | None = None
    priority_class: str | None = None
    grant: str | None = None
    """Of the hall's own share: the grant it was sold from."""
    rev: int = 0
    """The newest the centre told of it; 0: nothing. So a restored centre sees which of the two is behind."""


class RosterReported(Event, frozen=True):
    """What the hall held before a snapshot of a new generation, so that a restored centre can rebuild its bookings.

    In parts: `part` 1 to `parts`; an empty roster is one part without entries.
    """

    generation: str
    part: int
    parts: int
    entries: tuple[RosterEntry, ...]
