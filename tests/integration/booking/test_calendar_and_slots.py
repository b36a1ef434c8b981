"""The calendar as it is seeded and kept by the office (K19), and the slots that are opened by it, day for day."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import delete, insert, select, update

from central.audit import Actor
from central.booking import opening, seeding
from central.booking.desk import Who
from central.booking.offer import calendar_of
from central.booking.sentences import BookingRefused
from central.db.tables import (
    AuditRow,
    BookingRulesRow,
    CalendarDay,
    CalendarYear,
    CatalogueRow,
    HallDay,
    HallHours,
    HallMatter,
    Slot,
    TicketRow,
)
from central.errors import Invalid
from contract.catalogue import Counter
from tests.booking_world import CATALOGUE, DAY, HOUR, MONDAY, World

OFFICE = Actor("zhao")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: str, time: str = "09:00") -> int:
    return round(datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=SHANGHAI).timestamp() * 1000)


def calendar(world: World) -> Any:
    with world.engine.connect() as connection:
        return calendar_of(connection)


def write(world: World, *statements: Any) -> None:
    with world.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)
    world.open()


def days(world: World, service: str = "social") -> dict[str, int]:
    """Day to the number of its slots that sell anything."""
    found: dict[str, int] = {}
    for slot in world.slots(service):
        if slot.capacity > slot.taken:
            found[slot.day] = found.get(slot.day, 0) + 1
    return found


def at_time(world: World, day: str, hour: int, service: str = "social") -> Any:
    return next(slot for slot in world.slots(service) if slot.starts_at == at(day, f"{hour:02d}:00"))


# --- the calendar ------------------------------------------------------------


@pytest.mark.clause("S0-19")
def test_the_announced_year_comes_with_its_make_up_days_and_the_next_has_no_row(world: World) -> None:
    assert seeding.seed(world.engine, 2026, world.at) == [2026]
    found = calendar(world)
    assert found.announced(2026) and not found.announced(2027), "the console warns of it"
    made_up = {day for day, kind in found.days.items() if kind == "workday"}
    assert made_up == {"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"}
    assert found.days["2026-10-01"] == "holiday" and "2026-11-23" not in found.days
    assert not any(day.startswith("2027") for day in found.days)
    assert seeding.seed(world.engine, 2026, world.at) == [], "once"


def test_what_the_office_has_set_is_kept_when_the_year_is_announced(world: World) -> None:
    with world.engine.begin() as connection:
        seeding.set_day(connection, "2026-10-01", "workday", "exhibition", OFFICE, world.at)
        seeding.set_day(connection, "2026-11-25", "holiday", "founding day", OFFICE, world.at)
    seeding.seed(world.engine, 2026, world.at)
    found = calendar(world)
    assert (found.days["2026-10-01"], found.days["2026-11-25"]) == ("workday", "holiday")
    with world.engine.begin() as connection:
        seeding.set_day(connection, "2026-10-02", None, "", OFFICE, world.at)
    assert "2026-10-02" not in calendar(world).days
    seeding.seed(world.engine, 2026, world.at)
    assert "2026-10-02" not in calendar(world).days


def test_a_date_is_written_in_one_way_and_each_edit_is_in_the_trail(world: World) -> None:
    with world.engine.begin() as connection:
        seeding.set_day(connection, "20261125", "holiday", "x" * 100, OFFICE, world.at)
    assert calendar(world).days["2026-11-25"] == "holiday"
    with world.engine.connect() as connection:
        [row] = connection.execute(select(AuditRow).where(AuditRow.action == "calendar.day_set")).all()
        [day] = connection.execute(select(CalendarDay)).all()
    assert (row.actor, row.before, row.after["kind"]) == ("zhao", {"kind": None}, "holiday")
    assert len(day.name) == 60 and day.source == "office"
    for wrong, kind in (("2026-02-30", "holiday"), ("tomorrow", "holiday"), ("2026-11-25", "feast")):
        with pytest.raises(Invalid), world.engine.begin() as connection:
            seeding.set_day(connection, wrong, kind, "", OFFICE, world.at)


def test_a_year_the_office_has_entered_is_no_guess_and_is_not_seeded_over(world: World) -> None:
    for _ in range(2):
        with world.engine.begin() as connection:
            seeding.declare_year(connection, 2026, OFFICE, world.at)
    with world.engine.connect() as connection:
        assert [row.source for row in connection.execute(select(CalendarYear))] == ["office"]
    assert seeding.seed(world.engine, 2026, world.at) == []
    assert calendar(world).days == {}


# --- slots -------------------------------------------------------------------


@pytest.mark.clause("S0-19")
def test_slots_are_opened_for_each_working_day_of_the_fortnight(world: World) -> None:
    found = days(world)
    assert list(found) == [f"2026-11-{day}" for day in (23, 24, 25, 26, 27, 30)] + [
        f"2026-12-{day:02d}" for day in (1, 2, 3, 4, 7)
    ]
    assert found["2026-11-24"] == 12 and found["2026-11-23"] == 11, "nine o'clock today has begun"
    assert {slot.capacity for slot in world.slots("social")} == {5}, "3 windows × 3 an hour half × 0.6 = 5.4"
    before = len(world.slots())
    world.at += DAY
    world.open()
    assert {slot.day for slot in world.slots()} - set(found) == {"2026-12-08"}
    assert before - len([slot for slot in world.slots() if slot.day != "2026-12-08"]) == 12


@pytest.mark.clause("S0-19")
def test_make_up_saturdays_are_opened_and_holidays_are_not(world: World) -> None:
    seeding.seed(world.engine, 2026, world.at)
    world.at = at("2026-09-28")
    with world.engine.begin() as connection:
        connection.execute(delete(Slot))
    world.open()
    assert list(days(world)) == ["2026-09-28", "2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10",
                                 "2026-10-12"]  # fmt: skip


def test_a_saturday_service_is_opened_and_taken_back(world: World) -> None:
    saturday = insert(HallHours).values(hall="hall", weekday=6, periods=[["09:00", "11:00"]])
    write(world, saturday)
    assert days(world)["2026-11-28"] == 4
    kept = world.booked(slot=at_time(world, "2026-11-28", 9).id)
    write(world, delete(HallHours))
    assert "2026-11-28" not in days(world)
    slot = world.slot(kept.slot)
    assert (slot.capacity, slot.taken) == (1, 1), "who was sold a place keeps it; nobody else gets one"
    with pytest.raises(BookingRefused):
        world.booked(2, slot=kept.slot)
    write(world, saturday)
    assert world.slot(kept.slot).capacity == 5


def test_a_day_that_the_office_closes_sells_nothing_more_whoever_set_its_capacity(world: World) -> None:
    by_hand = at_time(world, "2026-11-25", 10).id
    with world.engine.begin() as connection:
        assert opening.set_capacity(connection, by_hand, 9) == 9
    closed = insert(HallDay).values(hall="hall", day="2026-11-25", periods=[], reason="works", by="zhao", at=world.at)
    write(world, closed)
    assert "2026-11-25" not in days(world)
    with pytest.raises(BookingRefused) as refused:
        world.booked(slot=by_hand)
    assert refused.value.code == "slot_full"
    write(world, delete(HallDay))
    assert days(world)["2026-11-25"] == 12 and world.slot(by_hand).capacity == 5


def test_shorter_hours_and_longer_slots_take_effect_and_keep_what_is_sold(world: World) -> None:
    early, late = at_time(world, "2026-11-25", 9), at_time(world, "2026-11-25", 16)
    booking = world.booked(slot=late.id)
    write(world, insert(HallHours).values(hall="hall", weekday=3, periods=[["09:00", "12:00"]]))
    assert days(world)["2026-11-25"] == 6 and world.slot(late.id).capacity == 1
    write(world, insert(BookingRulesRow).values(hall="hall", version=1, rules={"slot_min": 60}, by="x", at=world.at))
    assert days(world)["2026-11-25"] == 3
    assert world.slot(early.id).ends_at == early.starts_at + HOUR and world.slot(early.id).capacity == 10
    assert world.desk.find(Who(booking.code)).status == "confirmed"


def test_more_windows_or_quicker_hands_make_larger_slots_except_where_a_person_set_them(world: World) -> None:
    by_hand, other = (at_time(world, "2026-11-25", hour).id for hour in (9, 10))
    with world.engine.begin() as connection:
        opening.set_capacity(connection, by_hand, 2)
    double = tuple(Counter(f"{i}", {"zh": "口"}, (("social",),)) for i in range(6))
    larger = msgspec.to_builtins(msgspec.structs.replace(CATALOGUE, counters=double))
    write(world, update(CatalogueRow).values(catalogue=larger))
    assert (world.slot(by_hand).capacity, world.slot(other).capacity) == (2, 10), "6 × 3 × 0.6 = 10.8"
    tickets = [ticket(n, handling_s=300) for n in range(opening.MEASURED_LEAST)]
    write(world, insert(TicketRow).values(tickets[:-1]))
    assert world.slot(other).capacity == 10, "too few were measured"
    write(world, insert(TicketRow).values(tickets[-1:]))
    assert world.slot(other).capacity == 21, "6 × 6 × 0.6 = 21.6"


def ticket(n: int, handling_s: int) -> dict[str, Any]:
    return {
        "node": "hall", "ticket": f"t{n}", "hall": "hall", "day": "2026-11-20", "number": f"A{n}",
        "service": "social", "lane": "ordinary", "source": "kiosk", "issued_at": MONDAY - DAY,
        "status": "done", "ended_at": MONDAY - DAY, "handling_s": handling_s, "calls": 1, "ahead": 0, "marks": {},
    }  # fmt: skip


def test_a_smaller_slot_never_falls_below_what_is_sold_and_given(world: World) -> None:
    slot = at_time(world, "2026-11-25", 9).id
    for n in range(3):
        world.booked(n, slot=slot)
    with world.engine.begin() as connection:
        connection.execute(update(Slot).where(Slot.id == slot).values(granted=1))
        with pytest.raises(Invalid, match="give at least 4") as refused:
            opening.set_capacity(connection, slot, 3)
        assert refused.value.field == "capacity" and "3 places are booked" in str(refused.value)
        for wrong in (-1, 1001):
            with pytest.raises(Invalid, match="0 to 1000"):
                opening.set_capacity(connection, slot, wrong)
        with pytest.raises(BookingRefused):
            opening.set_capacity(connection, "nothing", 3)
        assert opening.set_capacity(connection, slot, 4) == 4
    few = msgspec.to_builtins(msgspec.structs.replace(CATALOGUE, counters=()))
    with world.engine.begin() as connection:
        connection.execute(update(Slot).values(by_hand=False))
    write(world, update(CatalogueRow).values(catalogue=few))
    assert world.slot(slot).capacity == 4 and world.slot(at_time(world, "2026-11-25", 10).id).capacity == 1


def test_an_excess_is_over_when_the_slot_has_grown(world: World) -> None:
    slot = at_time(world, "2026-11-25", 9).id
    with world.engine.begin() as connection:
        connection.execute(update(Slot).where(Slot.id == slot).values(capacity=3, taken=5, excess=2))
        assert opening.set_capacity(connection, slot, 4) == 4
    assert world.slot(slot).excess == 1
    with world.engine.begin() as connection:
        opening.set_capacity(connection, slot, 8)
    assert world.slot(slot).excess == 0


def test_a_service_nobody_may_book_any_more_sells_nothing(world: World) -> None:
    write(world, update(HallMatter).where(HallMatter.service == "estate").values(bookable=False))
    assert days(world, "estate") == {} and days(world)
    write(world, update(HallMatter).values(bookable=False))
    assert days(world) == {}
