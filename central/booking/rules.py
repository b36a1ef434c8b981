"""PURE. The booking rules of a hall: named numbers, their bounds, and the defaults of requirements.md §7."""

from typing import Any

import msgspec

from central.errors import Invalid

Periods = tuple[tuple[str, str], ...]
"""Local times "HH:MM", each from and to."""

WEEKDAY: Periods = (("09:00", "12:00"), ("13:30", "17:00"))
"""booking.periods on a working day (S0-19); a slot ends by `last_end`."""


class BookingRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One set of rules. Minutes unless the name says otherwise."""

    slot_min: int = 30
    last_end: str = "16:30"
    """No slot ends later, so that the queue can be finished; empty: until the hall closes."""
    share_percent: int = 60
    """Of what the windows can do, so much is bookable; the rest is kept for walk-ins."""
    horizon_days: int = 14
    same_day: bool = True
    same_day_min: int = 60
    """On the day itself, until so long before the slot."""
    cancel_lead_min: int = 120
    change_lead_min: int = 240
    """Working time of the hall: staff review the change."""
    resubmit_min: int = 1440
    resubmit_before_min: int = 120
    """A returned booking is mended within `resubmit_min`, never later than this before the slot."""
    review_min: int = 10
    """An assisted booking is decided within this (booking.offline_review_sla)."""
    readback: bool = True
    email_required: bool = False
    phone_confirm: bool = True
    """Important matters and customers with a flag are called (confirm.phone.*)."""
    elderly_age: int = 70
    phone_confirm_min: int = 240
    """Working time within which they are."""
    remind_at: str = "18:00"
    """The day before; empty: not."""
    remind_before_min: int = 60
    fm_waives: bool = True
    """Force majeure waives the lead times (K4)."""
    missed_limit: int = 0
    """After so many missed bookings within `missed_days` a person books by telephone only; 0: no limit."""
    missed_days: int = 90
    hall_percent: int = 20
    """Of each slot so much is the hall's own share, sold there also without a network."""
    hall_days: int = 1
    """How many days ahead the hall holds its share."""
    hall_recall: bool = True
    """A slot of which the centre has nothing left asks the hall for what is left of its share."""
    show_capacity: bool = True
    closure_publish_min: int = 30
    closure_contact_min: int = 120
    """Who was to come on the same day is contacted within this; others within a working day."""


BOUNDS: dict[str, tuple[int, int]] = {
    "slot_min": (5, 240),
    "share_percent": (1, 100),
    "horizon_days": (1, 90),
    "same_day_min": (0, 1440),
    "cancel_lead_min": (0, 10080),
    "change_lead_min": (0, 4800),
    "resubmit_min": (10, 10080),
    "resubmit_before_min": (0, 2880),
    "review_min": (1, 480),
    "elderly_age": (50, 100),
    "phone_confirm_min": (10, 4800),
    "remind_before_min": (0, 1440),
    "missed_limit": (0, 20),
    "missed_days": (1, 730),
    "hall_percent": (0, 100),
    "hall_days": (0, 14),
    "closure_publish_min": (1, 1440),
    "closure_contact_min": (10, 2880),
}
_TIMES = ("last_end", "remind_at")


def parse(document: dict[str, Any]) -> BookingRules:
    """Checked rules; what is left out has its default. Raises Invalid naming the field and its bounds."""
    try:
        rules = msgspec.convert(document, BookingRules)
    except msgspec.ValidationError as error:
        raise Invalid(f"booking rules: {error}", "rules") from None
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(rules, name) <= most:
            raise Invalid(f"{name} is {getattr(rules, name)}: give a number from {least} to {most}", name)
    for name in _TIMES:
        text = getattr(rules, name)
        if text and minutes(text) is None:
            raise Invalid(f"{name} is {text!r}: write a time like 16:30", name)
    return rules


def minutes(text: str) -> int | None:
    """Minutes since midnight of "HH:MM"; "24:00" ends a day; None where it is no time."""
    hour, _, minute = text.partition(":")
    if len(hour) != 2 or len(minute) != 2 or not (hour + minute).isascii() or not (hour + minute).isdigit():
        return None
    total = int(hour) * 60 + int(minute)
    return total if int(minute) < 60 and total <= 24 * 60 else None


def check_periods(periods: Periods) -> Periods:
    """In order and not overlapping. Raises Invalid."""
    before = 0
    for start, end in periods:
        a, b = minutes(start), minutes(end)
        if a is None or b is None:
            raise Invalid(f"{start}-{end}: write times like 09:00", "periods")
        if not before <= a < b:
            raise Invalid(
                f"{start}-{end} does not come after the period before it, or ends before it begins", "periods"
            )
        before = b
    return periods
