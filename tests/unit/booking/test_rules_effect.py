"""What other rules would make of the next days: slots, places, how far, and who is booked where no slot is then."""

from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from central.booking import effect
from central.booking.calendar import Calendar, HallTimes
from central.booking.effect import Queue
from central.booking.rules import BookingRules

TIMES = HallTimes(Calendar(), ZoneInfo("Asia/Shanghai"))
MONDAY = TIMES.moment(date(2026, 11, 23), "09:00")
QUEUES = [Queue(Fraction(2), 600.0), Queue(Fraction(1), 900.0)]
USUAL = BookingRules()


def test_the_next_days_are_compared_by_slots_and_places() -> None:
    [monday, *others] = effect.days(TIMES, QUEUES, USUAL, BookingRules(slot_min=60, last_end=""), MONDAY)
    assert (monday.now.slots, monday.then.slots) == (11, 5), "what has begun is no slot any more"
    assert [one.day.isoweekday() for one in others] == [2, 3, 4, 5, 1, 2], "weekends have none"
    tuesday = others[0]
    assert (tuesday.now.slots, tuesday.now.places, tuesday.now.until) == (
        12, 12 * (3 + 1), TIMES.moment(tuesday.day, "16:30"),
    )  # fmt: skip
    assert (tuesday.then.slots, tuesday.then.places) == (6, 6 * (7 + 2))


def test_a_shorter_horizon_leaves_days_without_slots() -> None:
    found = effect.days(TIMES, QUEUES, USUAL, BookingRules(horizon_days=1), MONDAY)
    assert [one.then.slots > 0 for one in found] == [True, True, False, False, False, False, False]
    assert found[2].then.until is None
    reach = effect.horizon(TIMES, USUAL, BookingRules(horizon_days=1), MONDAY)
    assert reach == (date(2026, 12, 7), date(2026, 11, 24))


def test_the_same_rules_change_nothing() -> None:
    assert all(one.now == one.then for one in effect.days(TIMES, QUEUES, USUAL, USUAL, MONDAY))


def test_who_is_booked_at_a_time_that_is_no_slot_then_is_counted() -> None:
    starts = [TIMES.moment(date(2026, 11, 24), text) for text in ("09:00", "09:30", "16:00")]
    assert effect.without_slot(TIMES, BookingRules(slot_min=60), starts) == starts[1:]
    assert effect.without_slot(TIMES, USUAL, starts) == []
