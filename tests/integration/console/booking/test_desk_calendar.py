"""Opening times and the calendar on the console: set, audited, warned about; nobody loses a time unseen."""

from typing import Any

import pytest
from sqlalchemy import select

from central.booking import seeding
from central.db.tables import AuditRow, CalendarDay, HallDay, HallHours
from contract.booking_code import grouped
from tests.desk_visitor import Clerk
from tests.desk_world import DeskWorld

WEEK = {f"day{day}": "09:00-12:00, 13:30-17:00" if day <= 5 else "" for day in range(1, 8)}


def hours(clerk: Clerk, **form: str) -> Any:
    return clerk.fill("/hours", "/hours", {"hall": "hall", **form})


def trail(world: DeskWorld, start: str) -> list[tuple[Any, ...]]:
    query = select(AuditRow.actor, AuditRow.action, AuditRow.subject_id).where(AuditRow.action.startswith(start))
    with world.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(AuditRow.id))]


def starts(world: DeskWorld, day: str) -> set[str]:
    """Local hours of the day's slots that can still be sold."""
    return {
        f"{(slot.starts_at // 3_600_000 + 8) % 24:02d}" for slot in world.slots() if slot.day == day and slot.capacity
    }


@pytest.mark.clause("S0-19")
def test_the_bookable_periods_of_a_week_are_set_and_the_slots_follow(world: DeskWorld) -> None:
    head = Clerk(world, "hall-head")
    answer = hours(head, what="week", **WEEK | {"day2": "10:00-12:00", "day6": "9：00 至 12：00"})
    assert "The opening times are set" in answer.text
    with world.engine.connect() as connection:
        rows = connection.execute(select(HallHours.weekday, HallHours.periods).order_by(HallHours.weekday)).all()
    assert [tuple(row) for row in rows] == [(2, [["10:00", "12:00"]]), (6, [["09:00", "12:00"]])]
    assert starts(world, "2026-11-24") == {"10", "11"}, "a Tuesday"
    assert starts(world, "2026-11-28") == {"09", "10", "11"}, "Saturday service"
    assert trail(world, "hours.") == [("hall-head", "hours.week_set", "hall")]


def test_periods_that_cannot_be_are_refused_beside_their_day(world: DeskWorld) -> None:
    head = Clerk(world, "hall-head")
    for wrong in ("nine to five", "12:00-09:00", "09:00-12:00, 11:00-13:00", "09:00-25:00"):
        answer = hours(head, what="week", **WEEK | {"day3": wrong})
        assert answer.status_code == 422 and 'id="fault-day3"' in answer.text and f'value="{wrong}"' in answer.text
    assert trail(world, "hours.") == []


def test_who_would_lose_a_time_is_shown_before_a_date_is_closed(world: DeskWorld) -> None:
    booking = world.booked(1)
    head = Clerk(world, "hall-head")
    asked = {"what": "date", "day": "2026-11-24", "periods": "", "reason": "the water pipes"}
    shown = hours(head, **asked).text
    assert "1 booking would be left without a time" in shown and grouped(booking.code) in shown
    with world.engine.connect() as connection:
        assert connection.execute(select(HallDay)).all() == [], "nothing is done yet"
    assert "The opening times are set" in hours(head, **asked, sure="1").text
    assert world.slot(booking.slot).capacity == 1, "what is sold"
    assert not [one for one in world.slots() if one.day == "2026-11-24" and one.capacity > one.taken]
    page = head.page("/hours").text
    assert "Tue, Nov 24" in page and "the water pipes" in page
    hours(head, what="drop", day="2026-11-24")
    assert len(starts(world, "2026-11-24")) == 7
    assert [row[1] for row in trail(world, "hours.")] == ["hours.date_set", "hours.date_dropped"]


def test_a_date_needs_a_reason_and_lies_ahead(world: DeskWorld) -> None:
    head = Clerk(world, "hall-head")
    assert "Give the reason." in hours(head, what="date", day="2026-11-25", periods="", reason=" ").text
    assert "Give a date from today on." in hours(head, what="date", day="2026-11-22", periods="", reason="x").text
    assert hours(head, what="date", day="never", periods="", reason="x").status_code == 400
    assert hours(Clerk(world, "supervisor"), what="week", **WEEK).status_code == 403


@pytest.mark.clause("S0-19")
def test_a_year_nobody_has_announced_is_warned_about_until_somebody_enters_it(world: DeskWorld) -> None:
    """The package knows 2026 and not yet 2027."""
    seeding.seed(world.engine, 2026, world.at)
    head = Clerk(world, "hall-head")
    page = head.page("/calendar").text
    assert "The holidays of 2027 are not announced." in page and "alert-danger" in page, "it is November"
    assert "The holidays of 2026" not in page
    no = head.fill("/calendar/declare", "/calendar", {"year": "2027"}).text
    assert "Tick that all holidays" in no and "The holidays of 2027 are not announced." in no
    done = head.fill("/calendar/declare", "/calendar", {"year": "2027", "entered": "1"}).text
    assert "2027 counts as announced." in done and "are not announced" not in done
    assert ("hall-head", "calendar.year_declared", "2027") in trail(world, "calendar.")


def test_holidays_and_make_up_days_stand_in_the_year_with_their_source(world: DeskWorld) -> None:
    seeding.seed(world.engine, 2026, world.at)
    page = Clerk(world, "hall-head").page("/calendar?year=2026&day=2026-10-01").text
    assert "as announced by the State Council" in page
    assert page.count("hk-d-workday") == 7, "six make-up days of 2026, and the legend"
    assert "hk-d-holiday" in page and 'title="National Day"' in page
    assert 'title="Worked in place of a day off: National Day"' in page


def test_holidays_have_chinese_names_and_are_kept_as_what_they_are(world: DeskWorld) -> None:
    seeding.seed(world.engine, 2026, world.at)
    head = Clerk(world, "hall-head", language="zh")
    page = head.page("/calendar?year=2026&day=2026-10-01").text
    assert 'title="国庆节"' in page and 'title="国庆节调休上班"' in page and 'value="国庆节"' in page
    assert "National Day" not in page and "Spring Festival" not in page
    head.fill("/calendar", "/calendar", {"day": "2026-12-05", "kind": "workday", "name": "国庆节"})
    with world.engine.connect() as connection:
        [name] = connection.scalars(select(CalendarDay.name).where(CalendarDay.day == "2026-12-05"))
    assert name == "National Day", "in any language"


def test_a_day_is_set_for_all_halls_and_bookings_that_lose_their_time_are_shown(world: DeskWorld) -> None:
    booking = world.booked(1)
    head = Clerk(world, "hall-head")
    asked = {"day": "2026-11-24", "kind": "holiday", "name": "a day of mourning"}
    assert grouped(booking.code) in head.fill("/calendar", "/calendar", asked).text
    with world.engine.connect() as connection:
        assert connection.execute(select(CalendarDay)).all() == []
    head.fill("/calendar", "/calendar", {**asked, "sure": "1"})
    with world.engine.connect() as connection:
        row = connection.execute(select(CalendarDay.kind, CalendarDay.source, CalendarDay.name)).one()
    assert tuple(row) == ("holiday", "office", "a day of mourning")
    assert ("hall-head", "calendar.day_set", "2026-11-24") in trail(world, "calendar.")
    head.fill("/calendar", "/calendar", {"day": "2026-11-28", "kind": "workday", "name": "for Tuesday"})
    assert len(starts(world, "2026-11-28")) == 7, "a Saturday worked as a Monday"
    assert Clerk(world, "supervisor").fill("/calendar", "/desk", asked).status_code == 403


def test_the_opening_times_say_until_when_bookings_are_possible(world: DeskWorld) -> None:
    head = Clerk(world, "hall-head")
    page = head.page("/hours?hall=hall").text
    assert "By the booking rules no slot ends after 16:30" in page and page.count("bookable until 16:30") == 5
    week = {f"day{n}": "09:00-17:00" for n in range(1, 5)} | {"day5": "18:00-20:15", "day6": "09:00-09:20", "day7": ""}
    page = head.fill("/hours", "/hours?hall=hall", {"hall": "hall", "what": "week", **week}).text
    assert page.count("bookable until 16:30") == 4, "a longer day is no longer to book"
    assert "bookable until 20:00" in page, "an evening of its own is"
    assert page.count("no slot fits") == 1
    day = {"hall": "hall", "what": "date", "day": "2026-11-26", "periods": "09:00-11:00", "reason": "works"}
    assert "(bookable until 11:00)" in head.fill("/hours", "/hours?hall=hall", day).text


def test_a_day_open_to_its_end_is_bookable_until_24_00(world: DeskWorld) -> None:
    head = Clerk(world, "hall-head")
    day = {"hall": "hall", "what": "date", "day": "2026-11-26", "periods": "18:00-24:00", "reason": "a vigil"}
    assert "(bookable until 24:00)" in head.fill("/hours", "/hours?hall=hall", day).text
    week = {f"day{n}": "18:00-24:00" for n in range(1, 8)}
    page = head.fill("/hours", "/hours?hall=hall", {"hall": "hall", "what": "week", **week}).text
    assert page.count("bookable until 24:00") == 8 and "bookable until 00:00" not in page
