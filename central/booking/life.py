"""PURE. The life of a booking: its states, what leads from one to another, and the moments that bound it.

applied → checked → confirmed, or reviewing (complex matters), or returned with the fields to mend and a deadline, the
place held until then. A confirmed one may be moved, changed after a review, cancelled, or displaced by a closure; then
its customer arrives and is served, or it is void.
"""

from datetime import date, timedelta
from itertools import islice

from central.booking.calendar import HallTimes
from central.booking.rules import BookingRules
from central.booking.sentences import BookingRefused

STATUSES = (
    "returned", "reviewing", "confirmed", "displaced", "arrived", "served", "void", "cancelled", "refused", "expired",
)  # fmt: skip
OPEN = frozenset({"returned", "reviewing", "confirmed", "displaced"})
"""Still to come; the place is held by all but a displaced one."""

_NEXT: dict[str, frozenset[str]] = {
    "returned": frozenset({"returned", "reviewing", "confirmed", "expired", "cancelled", "displaced"}),
    "reviewing": frozenset({"returned", "confirmed", "refused", "cancelled", "displaced"}),
    "confirmed": frozenset({"confirmed", "displaced", "arrived", "void", "cancelled", "expired"}),
    "displaced": frozenset({"returned", "reviewing", "confirmed", "cancelled", "displaced", "arrived"}),
    "void": frozenset({"arrived", "confirmed", "cancelled"}),
    "cancelled": frozenset({"arrived"}),
    "arrived": frozenset({"served"}),
    "served": frozenset(),
    "refused": frozenset(),
    "expired": frozenset({"arrived"}),
}
"""void → arrived: a supervisor lifted it (K3); void → confirmed, cancelled: force majeure had hindered the customer
(S0-53); cancelled → arrived: its customer was in a hall that was offline; confirmed → expired: nothing was ever heard
of it."""


def may_become(status: str, after: str) -> bool:
    return after in _NEXT[status]


def require_open(status: str) -> None:
    if status not in OPEN:
        raise BookingRefused("not_open", "code")


def check_slot_time(rules: BookingRules, times: HallTimes, starts_at: int, at: int, *, assisted: bool) -> None:
    """Whether a slot may be booked now: from 1 to `horizon_days` ahead, on the day itself until `same_day_min` before.

    Staff in the hall and at the hotline may book until the slot starts. Raises BookingRefused.
    """
    today, day = times.day_of(at), times.day_of(starts_at)
    if (day - today).days > rules.horizon_days:
        raise BookingRefused("slot_far", "slot", days=rules.horizon_days)
    lead = 0 if assisted else rules.same_day_min * 60_000
    if starts_at - at < lead or starts_at <= at or (day == today and not rules.same_day):
        raise BookingRefused("slot_past", "slot")


def bookable_days(rules: BookingRules, times: HallTimes, at: int) -> list[date]:
    """Days within the horizon on which the hall is open, today first."""
    today = times.day_of(at)
    days = [today] if times.periods(today) and rules.same_day else []
    for day in times.open_days(today):
        if (day - today).days > rules.horizon_days:
            break
        days.append(day)
    return days


def days_ahead(rules: BookingRules, times: HallTimes, at: int) -> list[date]:
    """Every day within the horizon, open or not; today only where it can be booked on the day itself."""
    today = times.day_of(at)
    return [today + timedelta(days=n) for n in range(0 if rules.same_day else 1, rules.horizon_days + 1)]


def next_days(times: HallTimes, at: int, ahead: int) -> list[date]:
    """Today and the next `ahead` days on which the hall is open."""
    return [times.day_of(at), *islice(times.open_days(times.day_of(at)), ahead)]


def mend_deadline(rules: BookingRules, starts_at: int, at: int) -> int:
    """Until when a returned booking may be mended (S0-24): `resubmit_min`, never later than `resubmit_before_min`
    before the slot; a slot so near leaves ten minutes, or until it starts."""
    latest = max(starts_at - rules.resubmit_before_min * 60_000, min(at + 600_000, starts_at))
    return min(at + rules.resubmit_min * 60_000, latest)


def check_cancel(rules: BookingRules, starts_at: int, at: int) -> None:
    """S0-21. Raises BookingRefused."""
    if starts_at - at < rules.cancel_lead_min * 60_000:
        raise BookingRefused("cancel_late", "code", minutes=rules.cancel_lead_min)


def check_move(rules: BookingRules, starts_at: int, at: int) -> None:
    """A new time is a cancellation and a booking in one, so the same lead holds. Raises BookingRefused."""
    if starts_at - at < rules.cancel_lead_min * 60_000:
        raise BookingRefused("move_late", "code", minutes=rules.cancel_lead_min)


def check_change(rules: BookingRules, times: HallTimes, starts_at: int, at: int) -> None:
    """S0-48, in working time of the hall. Raises BookingRefused."""
    if times.working_ms(at, starts_at) < rules.change_lead_min * 60_000:
        raise BookingRefused("change_late", "code", hours=rules.change_lead_min // 60)


def is_late_cancel(rules: BookingRules, starts_at: int, at: int) -> bool:
    """For the late-cancel rate."""
    return starts_at - at < rules.cancel_lead_min * 60_000


def needs_call(rules: BookingRules, important: bool, flags: tuple[str, ...]) -> str:
    """Why the booking is confirmed by telephone too (S0-28): "important", or the flags; empty: it need not be."""
    if not rules.phone_confirm:
        return ""
    return ",".join((*(["important"] if important else []), *flags))


def call_by(usual: int, starts_at: int, at: int) -> int:
    """Until when a customer is to be called (S0-28, S0-52): `usual`, never later than an hour before the visit; one so
    near leaves half the time until it starts, one that has begun the usual time."""
    if starts_at <= at:
        return usual
    return min(usual, max(starts_at - 3_600_000, (at + starts_at) // 2))
