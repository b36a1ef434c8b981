"""Working days and hours: holidays and make-up workdays of 2026, Saturday service, single dates, zones with daylight
saving time (K19)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from central.booking.calendar import Calendar, HallTimes
from central.booking.rules import WEEKDAY
from central.booking.seeding import announced

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
DAYS_2026 = {day: kind for day, (kind, _) in (announced(2026) or {}).items()}
CALENDAR = Calendar(DAYS_2026, frozenset({2026}))
MORNING = (("09:00", "12:00"),)
HOUR = 3_600_000

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 11, day) for day in (20, 21, 22, 23))
MAKE_UP_SATURDAY, MAKE_UP_SUNDAY = date(2026, 10, 10), date(2026, 9, 20)
NATIONAL_DAY = date(2026, 10, 1)


def times(calendar: Calendar = CALENDAR, zone: ZoneInfo = SHANGHAI, **more: object) -> HallTimes:
    return HallTimes(calendar, zone, **more)  # type: ignore[arg-type]


def ms(*when: int) -> int:
    """Of a UTC time."""
    return round(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc]


def test_weekdays_are_worked_and_weekends_are_not() -> None:
    assert times().periods(FRIDAY) == WEEKDAY and times().periods(MONDAY) == WEEKDAY
    assert times().periods(SATURDAY) == times().periods(SUNDAY) == ()
    assert CALENDAR.workday(FRIDAY) and not CALENDAR.workday(SATURDAY)


@pytest.mark.clause("S0-19")
def test_holidays_are_free_and_make_up_days_are_worked_also_without_saturday_hours() -> None:
    hall = times()
    assert NATIONAL_DAY.isoweekday() == 4 and hall.periods(NATIONAL_DAY) == ()
    assert not CALENDAR.workday(NATIONAL_DAY)
    for day in (MAKE_UP_SATURDAY, MAKE_UP_SUNDAY):
        assert day.isoweekday() > 5 and CALENDAR.workday(day)
        assert hall.periods(day) == WEEKDAY


def test_a_make_up_day_has_the_hours_of_its_weekday_else_of_monday() -> None:
    own = {1: (("08:00", "11:00"),), 6: MORNING}
    hall = times(weekly=own)
    assert hall.periods(MAKE_UP_SATURDAY) == MORNING
    assert hall.periods(MAKE_UP_SUNDAY) == own[1]


def test_saturday_service_is_kept_but_not_on_a_holiday() -> None:
    hall = times(weekly={6: MORNING})
    assert hall.periods(SATURDAY) == MORNING
    assert hall.periods(date(2026, 10, 3)) == (), "a Saturday in the holidays of October"


def test_a_weekday_may_be_free_in_a_hall() -> None:
    assert times(weekly={1: ()}).periods(MONDAY) == ()


def test_a_single_date_goes_before_everything() -> None:
    hall = times(days={"2026-10-01": MORNING, "2026-11-23": (), "2026-10-10": ()})
    assert hall.periods(NATIONAL_DAY) == MORNING
    assert hall.periods(MONDAY) == () and hall.periods(MAKE_UP_SATURDAY) == ()


def test_a_year_nobody_announced_is_a_guess_by_weekdays() -> None:
    assert CALENDAR.announced(2026) and not CALENDAR.announced(2027)
    assert times().periods(date(2027, 10, 1)) == WEEKDAY, "a Friday"
    assert times().periods(date(2027, 1, 2)) == (), "a Saturday"


def test_hours_are_local_on_both_sides_of_a_daylight_saving_change() -> None:
    hall = times(Calendar(), BERLIN)
    [winter, *_] = hall.spans(date(2026, 3, 27))
    [summer, *_] = hall.spans(date(2026, 3, 30))
    assert winter == (ms(2026, 3, 27, 8), ms(2026, 3, 27, 11))
    assert summer == (ms(2026, 3, 30, 7), ms(2026, 3, 30, 10))
    assert times().spans(MONDAY)[0] == (ms(2026, 11, 23, 1), ms(2026, 11, 23, 4))


def test_the_hour_that_is_there_twice_or_not_at_all_moves_no_other() -> None:
    hall = times(Calendar(), BERLIN, days={"2026-10-25": (("01:00", "04:00"),), "2026-03-29": (("01:00", "04:00"),)})
    [(start, end)] = hall.spans(date(2026, 10, 25))
    assert end - start == 4 * HOUR
    [(start, end)] = hall.spans(date(2026, 3, 29))
    assert end - start == 2 * HOUR


def test_midnight_ends_a_day_and_belongs_to_the_next() -> None:
    hall = times()
    end = hall.moment(MONDAY, "24:00")
    assert end == hall.moment(MONDAY + timedelta(days=1), "00:00")
    assert hall.day_of(end) == MONDAY + timedelta(days=1) and hall.day_of(end - 1) == MONDAY
    assert times(zone=BERLIN).day_of(end) == MONDAY, "there it is still evening"


def test_the_next_open_day_leaves_out_weekends_and_holidays() -> None:
    hall = times()
    assert hall.next_open(FRIDAY) == MONDAY
    assert hall.next_open(date(2026, 9, 30)) == date(2026, 10, 8), "after the holidays of October"
    assert hall.next_open(date(2026, 10, 9)) == MAKE_UP_SATURDAY
    assert times(weekly=dict.fromkeys(range(1, 8), ()), calendar=Calendar()).next_open(MONDAY) is None


def test_working_time_is_what_the_hall_is_open() -> None:
    hall = times()
    friday = hall.moment(FRIDAY, "16:00")
    assert hall.working_ms(friday, hall.moment(MONDAY, "10:00")) == 2 * HOUR
    assert hall.working_ms(hall.moment(MONDAY, "08:00"), hall.moment(MONDAY, "18:00")) == 6.5 * HOUR
    assert hall.working_ms(hall.moment(MONDAY, "12:10"), hall.moment(MONDAY, "13:20")) == 0
    assert hall.working_ms(hall.moment(MONDAY, "10:00"), hall.moment(MONDAY, "09:00")) == 0
    over = hall.working_ms(hall.moment(date(2026, 9, 30), "16:00"), hall.moment(date(2026, 10, 8), "10:00"))
    assert over == 2 * HOUR


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ((MONDAY, "09:00"), 1, (MONDAY, "10:00")),
        ((MONDAY, "11:30"), 1, (MONDAY, "14:00")),
        ((MONDAY, "09:00"), 3, (MONDAY, "12:00")),
        ((FRIDAY, "16:00"), 2, (MONDAY, "10:00")),
        ((FRIDAY, "20:00"), 4, (MONDAY, "14:30")),
        ((date(2026, 9, 30), "16:30"), 1, (date(2026, 10, 8), "09:30")),
        ((date(2026, 10, 9), "16:30"), 1, (MAKE_UP_SATURDAY, "09:30")),
        ((SATURDAY, "10:00"), 0, (SATURDAY, "10:00")),
        ((MONDAY, "10:15"), 0, (MONDAY, "10:15")),
    ],
)
def test_a_deadline_in_working_time(since: tuple[date, str], hours: int, until: tuple[date, str]) -> None:
    hall = times()
    assert hall.after_working(hall.moment(*since), hours * HOUR) == hall.moment(*until)


def test_a_deadline_of_a_hall_that_never_opens_is_told_by_the_clock() -> None:
    hall = times(Calendar(), weekly=dict.fromkeys(range(1, 8), ()))
    assert hall.after_working(ms(2026, 11, 23), HOUR) == ms(2026, 11, 23, 1)
