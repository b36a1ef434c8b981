"""What the figures of bookings need to know. Each struct stands for `n` things that are alike in all it says."""

import msgspec

ARRIVED = ("arrived", "served")
"""States of a booking whose customer came."""
PENDING = ("returned", "reviewing")
"""Applied for, and not decided yet."""


class BookingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Bookings. Each belongs to the day it is booked for, so every figure of a period speaks of the same ones."""

    hall: str
    matter: str | None
    channel: str
    day: str
    status: str
    """central/booking/life.py `STATUSES`."""
    n: int = 1
    attempts: int = 1
    """Σ applications of these, resubmissions included."""
    confirmed: bool = False
    """Was confirmed once, whatever became of it."""
    reason_code: str = ""
    late_cancel: bool = False
    changed: bool = False
    """Moved to another time, or changed to another matter."""
    arrival: str | None = None
    """on_time, late, deferred or lifted."""
    in_time: bool | None = None
    """Whether it was finished by the end of its slot; None: not finished."""


class SlotFacts(msgspec.Struct, frozen=True):
    """Slots of one local hour. `weekday`: 1 Monday … 7 Sunday; `booked` and `capacity`: Σ places."""

    day: str
    weekday: int
    hour: int
    booked: int
    capacity: int


class ReviewFacts(msgspec.Struct, frozen=True):
    """An application staff took. `took_s`: from the call, or the form opened, to the decision."""

    took_s: int
    limit_s: int


class ChangeFacts(msgspec.Struct, frozen=True):
    """A change of business that was asked for. `took_s`: until the reviewer decided; None: undecided, or withdrawn."""

    status: str
    """asked, approved, refused or withdrawn."""
    took_s: int | None = None


class NoticeFacts(msgspec.Struct, frozen=True):
    """Notices to customers."""

    channel: str
    """sms, email or wechat."""
    state: str
    """waiting, sent, delivered, failed or dropped."""
    n: int = 1


class CallFacts(msgspec.Struct, frozen=True):
    """Telephone tasks. `in_time`: done by when it was due; None: not done."""

    state: str
    """open, done or dropped."""
    in_time: bool | None = None
    n: int = 1


class ClosureFacts(msgspec.Struct, frozen=True):
    """A closure of a hall. `took_s`: from when the office knew of it until it was published."""

    took_s: int
    limit_s: int


class CaseFacts(msgspec.Struct, frozen=True):
    """Bookings hit by closures."""

    outcome: str
    """open, rebooked, cancelled, kept or unreachable."""
    n: int = 1
