"""The figures of bookings: how many applications succeeded, who came, when, and who did not."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

import msgspec

from central.metrics.booking_facts import ARRIVED, PENDING, BookingFacts
from central.metrics.formulas import Rate
from central.metrics.order import LATE

K = TypeVar("K", bound=Hashable)

NOT_THE_CUSTOMERS = ("closure", "office")
"""Reason codes of a cancellation that was not the customer's doing."""


class BookingFigures(msgspec.Struct, frozen=True):
    """The key figures of one set of bookings. Of `applied`, each is in exactly one of the six counts after it."""

    applied: int
    pending: int
    expected: int
    came: int
    missed: int
    cancelled: int
    never: int
    """Refused, or not mended in time."""
    success: Rate
    success_by_attempts: Rate
    punctual: Rate
    late: Rate
    no_show: Rate
    cancel: Rate
    late_cancel: Rate
    change: Rate
    on_time: Rate
    overrides: int


def applied(bookings: Iterable[BookingFacts]) -> int:
    """Applications, each with its resubmissions once: Σ n. (S0-58)"""
    return sum(b.n for b in bookings)


def success_rate(bookings: Sequence[BookingFacts]) -> Rate:
    """预约成功率 = 成功预约次数 / 总预约申请次数 × 100 %, each application with its resubmissions once. (S0-58, K13)

    Successful is what was confirmed, also where it was cancelled afterwards; what is not decided yet counts as
    applied for.
    """
    return Rate(_count(bookings, lambda b: b.confirmed), applied(bookings))


def success_rate_by_attempts(bookings: Sequence[BookingFacts]) -> Rate:
    """The second figure: successful bookings / Σ attempts, every resubmission counted. (S0-58, K13)"""
    return Rate(_count(bookings, lambda b: b.confirmed), sum(b.attempts for b in bookings))


def punctual_rate(bookings: Sequence[BookingFacts]) -> Rate:
    """准时到达率 = on-time check-ins / check-ins of bookings. (S0-20)"""
    return Rate(_count(bookings, lambda b: b.arrival == "on_time"), _arrivals(bookings))


def late_rate(bookings: Sequence[BookingFacts]) -> Rate:
    """迟到率 = late check-ins / check-ins of bookings: inserted, deferred, or lifted from void. (S0-43)"""
    return Rate(_count(bookings, lambda b: b.arrival in LATE), _arrivals(bookings))


def no_show_rate(bookings: Sequence[BookingFacts]) -> Rate:
    """爽约率 = void bookings / confirmed bookings. (S0-45)

    Confirmed are those that still stood when their time came: void or come. One cancelled before, moved away by a
    closure, or still to come is in neither number; one whose void was lifted (K3) has come.
    """
    void = _count(bookings, lambda b: b.status == "void")
    return Rate(void, void + _count(bookings, lambda b: b.status in ARRIVED))


def cancel_rate(bookings: Sequence[BookingFacts]) -> Rate:
    """取消率 = confirmed bookings that their customers cancelled / all once confirmed. (S0-21)"""
    return Rate(_count(bookings, _cancelled), _count(bookings, lambda b: b.confirmed))


def late_cancel_rate(bookings: Sequence[BookingFacts]) -> Rate:
    """Of all once confirmed, those cancelled with less than the lead time left; force majeure is not late. (S0-21)"""
    late = _count(bookings, lambda b: _cancelled(b) and b.late_cancel)
    return Rate(late, _count(bookings, lambda b: b.confirmed))


def change_rate(bookings: Sequence[BookingFacts]) -> Rate:
    """变更率 = bookings moved or changed at least once / all once confirmed; closures move none. (S0-48)"""
    changed = _count(bookings, lambda b: b.confirmed and b.changed and b.reason_code != "closure")
    return Rate(changed, _count(bookings, lambda b: b.confirmed))


def overrides(bookings: Iterable[BookingFacts]) -> int:
    """Void bookings served all the same, by a supervisor's word and with consent: n(arrival = lifted). (S0-47)"""
    return _count(bookings, lambda b: b.arrival == "lifted")


def on_time_rate(bookings: Iterable[BookingFacts]) -> Rate:
    """按时办理率 = 在预约时间内办理完成的业务次数 / 业务办理次数: finished by the end of the slot / bookings served.

    The first of the two figures of K12: walk-ins have no booked time and are in neither number. (S0-59)
    """
    finished = [b for b in bookings if b.in_time is not None]
    return Rate(_count(finished, lambda b: b.in_time is True), applied(finished))


def on_time_rate_of_all(bookings: Iterable[BookingFacts], walk_ins: int) -> Rate:
    """The second figure of K12, after the letter of the clause: finished by the end of the slot / all served.

    `walk_ins`: how many were served without a booking. (S0-59)
    """
    booked = on_time_rate(bookings)
    return Rate(booked.part, booked.whole + walk_ins)


def booking_figures(bookings: Sequence[BookingFacts]) -> BookingFigures:
    """All of them."""
    return BookingFigures(
        applied=applied(bookings),
        pending=_count(bookings, lambda b: b.status in PENDING),
        expected=_count(bookings, lambda b: b.status in ("confirmed", "displaced")),
        came=_count(bookings, lambda b: b.status in ARRIVED),
        missed=_count(bookings, lambda b: b.status == "void"),
        cancelled=_count(bookings, lambda b: b.status == "cancelled"),
        never=_count(bookings, lambda b: b.status in ("refused", "expired")),
        success=success_rate(bookings),
        success_by_attempts=success_rate_by_attempts(bookings),
        punctual=punctual_rate(bookings),
        late=late_rate(bookings),
        no_show=no_show_rate(bookings),
        cancel=cancel_rate(bookings),
        late_cancel=late_cancel_rate(bookings),
        change=change_rate(bookings),
        on_time=on_time_rate(bookings),
        overrides=overrides(bookings),
    )


def each(bookings: Iterable[BookingFacts], key: Callable[[BookingFacts], K]) -> dict[K, BookingFigures]:
    """The figures of every group that `key` makes."""
    groups: dict[K, list[BookingFacts]] = {}
    for booking in bookings:
        groups.setdefault(key(booking), []).append(booking)
    return {name: booking_figures(group) for name, group in groups.items()}


def _arrivals(bookings: Iterable[BookingFacts]) -> int:
    return _count(bookings, lambda b: b.arrival is not None)


def _cancelled(booking: BookingFacts) -> bool:
    return booking.status == "cancelled" and booking.confirmed and booking.reason_code not in NOT_THE_CUSTOMERS


def _count(bookings: Iterable[BookingFacts], which: Callable[[BookingFacts], bool]) -> int:
    return sum(b.n for b in bookings if which(b))
