"""Reminders: at the hall's own hour, once, and only of what will be."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, update

from central.booking.calendar import Calendar, HallTimes
from central.booking.desk import BookingDesk
from central.booking.rules import BookingRules
from central.db.engine import writing
from central.db.tables import Booking, BookingRulesRow, Closure, Hall
from central.notices.outbox import announce
from central.notices.reminders import Due, due, remind
from tests.notices_world import HOUR, MINUTE, NOON, SECRET, NoticesWorld


@pytest.fixture
def desk(world: NoticesWorld) -> BookingDesk:
    return BookingDesk(world.database, world.vault, SECRET)


def told(world: NoticesWorld) -> list[tuple[int, str, str]]:
    return [(row.booking, row.event, row.channel) for row in world.rows()]


SIX = NOON + 6 * HOUR
"""18:00 of that day; the booking is tomorrow at noon."""


@pytest.mark.clause("S0-27")
def test_the_evening_before_and_an_hour_before_once_each(world: NoticesWorld, desk: BookingDesk) -> None:
    id_ = world.book()
    counts = [remind(desk, SIX + late) for late in (-1, 0, 0, HOUR, 5 * HOUR)]
    assert counts == [0, 1, 0, 0, 0]
    counts = [remind(desk, NOON + 23 * HOUR + late) for late in (-1, 0, 0, 59 * MINUTE)]
    assert counts == [0, 1, 0, 0]
    assert told(world) == [
        (id_, "reminder.day", "sms"),
        (id_, "reminder.day", "email"),
        (id_, "reminder.hour", "sms"),
        (id_, "reminder.hour", "email"),
    ]


def test_after_a_pause_the_evening_reminder_is_made_up_for_until_midnight(
    world: NoticesWorld, desk: BookingDesk
) -> None:
    world.book()
    assert remind(desk, NOON + 12 * HOUR - 1) == 1
    other = world.book(starts_at=NOON + 46 * HOUR, ends_at=NOON + 47 * HOUR, day="2026-08-03")
    assert remind(desk, NOON + 36 * HOUR) == 0, "after midnight it is no longer the evening before"
    assert other not in [row.booking for row in world.rows()]


@pytest.mark.parametrize("status", ["reviewing", "returned", "cancelled", "displaced", "arrived"])
def test_only_of_what_stands(world: NoticesWorld, desk: BookingDesk, status: str) -> None:
    world.book(status=status)
    assert remind(desk, SIX) == 0 and remind(desk, NOON + 23 * HOUR) == 0


def test_not_of_a_hall_that_is_closed_then(world: NoticesWorld, desk: BookingDesk) -> None:
    world.book()
    closure: dict[str, Any] = {
        "hall": "bank", "from_at": NOON, "until_at": NOON + 48 * HOUR, "cause": "weather", "text": {"zh": "台风"},
        "known_at": NOON, "published_at": NOON, "by": "boss",
    }  # fmt: skip
    with writing(world.database).begin() as connection:
        connection.execute(insert(Closure).values(**closure))
    assert remind(desk, SIX) == 0
    with writing(world.database).begin() as connection:
        connection.execute(update(Closure).values(ended_at=SIX))
    assert remind(desk, SIX) == 1


def test_who_booked_or_was_told_after_the_moment_is_not_reminded(world: NoticesWorld, desk: BookingDesk) -> None:
    late = world.book(confirmed_at=SIX + MINUTE)
    moved = world.book()
    with writing(world.database).begin() as connection:
        announce(connection, world.vault, "booking.moved", world.booking(moved), at=SIX + MINUTE)
    assert remind(desk, SIX + 2 * MINUTE) == 0
    assert remind(desk, NOON + 23 * HOUR) == 2, "but an hour before"
    assert {row.booking for row in world.rows() if row.event == "reminder.hour"} == {late, moved}


def test_a_booking_moved_to_another_day_is_reminded_of_again(world: NoticesWorld, desk: BookingDesk) -> None:
    id_ = world.book()
    assert remind(desk, SIX) == 1
    with writing(world.database).begin() as connection:
        later = {"day": "2026-08-03", "starts_at": NOON + 48 * HOUR, "ends_at": NOON + 49 * HOUR, "rev": 2}
        connection.execute(update(Booking).where(Booking.id == id_).values(**later))
    assert remind(desk, SIX + HOUR) == 0 and remind(desk, SIX + 24 * HOUR) == 1


def test_many_at_once(world: NoticesWorld, desk: BookingDesk) -> None:
    for _ in range(120):
        world.book()
    assert remind(desk, SIX) == 120 and len(world.rows()) == 240


def test_by_the_clock_and_the_rules_of_the_hall(world: NoticesWorld, desk: BookingDesk) -> None:
    with writing(world.database).begin() as connection:
        rules = {"remind_at": "20:30", "remind_before_min": 0}
        connection.execute(insert(BookingRulesRow).values(hall="bank", version=1, rules=rules, by="x", at=NOON))
        connection.execute(insert(Hall).values(id="urumqi", name={"zh": "远"}, timezone="Asia/Urumqi", created_at=NOON))
    world.book()
    west = world.book(hall="urumqi")
    assert remind(desk, SIX + 2 * HOUR - 1) == 0, "in Urumqi it is two hours earlier"
    assert remind(desk, SIX + 2 * HOUR) == 1 and told(world)[0][0] == west
    assert remind(desk, SIX + 2 * HOUR + 30 * MINUTE) == 1
    assert remind(desk, NOON + 23 * HOUR + 30 * MINUTE) == 1, "one hour before there alone"


def test_the_moment_is_local_also_where_a_night_has_an_hour_less() -> None:
    zone = ZoneInfo("Europe/Berlin")
    times = HallTimes(Calendar(), zone)

    def at(text: str) -> int:
        return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)

    six = at("2026-03-28T18:00")
    assert [one for one in due(BookingRules(), times, six - 1) if one.event == "reminder.day"] == []
    first = next(due(BookingRules(), times, six))
    assert first == Due("reminder.day", day="2026-03-29", moment=six)
    assert list(due(BookingRules(remind_at="", remind_before_min=0), times, six)) == []
