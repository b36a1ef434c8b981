"""A booking made again from a hall's roster gets its customer back, by what fits the hall's masked name and hashes."""

import datetime
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from central.audit import Actor
from central.booking.application import Application
from central.booking.desk import BookingDesk, Who
from central.booking.sentences import BookingRefused, Faulty
from central.console.booking import finding
from central.db.engine import writing
from central.db.tables import AuditRow, Booking, OutboxRow
from central.notices import reminders
from central.notices.outbox import teller
from central.roster_key import fingerprint, roster_key
from tests.booking_halls import Halls, entry, report
from tests.booking_world import HOUR, SECRET, World, id_number

CLERK = Actor("wang")
CODE = "ABCDEFGH2345"


@pytest.fixture
def told(world: World) -> World:
    """The same centre, whose notices are written."""
    world.desk = BookingDesk(world.engine, world.vault, SECRET, [teller(world.vault)], wall=lambda: world.at)
    return world


@pytest.fixture
def lost(told: World, halls: Halls) -> Iterator[Any]:
    """A booking that only the hall remembers: the centre it was made at is gone."""
    halls.follower = type(halls.follower)(told.desk)
    yield rebuilt(told, halls)


def rebuilt(world: World, halls: Halls, n: int = 1, code: str = CODE, **changes: Any) -> Any:
    asked, key = world.application(n), roster_key(SECRET, "hall")
    slot = world.slot(asked.slot)
    row = entry(_Row(slot, code, fingerprint(key, "resident-id", id_number(n)), fingerprint(key, "phone", asked.phone)))
    halls.says(halls.node(), report("unasked", msgspec.structs.replace(row, **changes)))
    return world.desk.find(Who(code))


class _Row:
    """As the centre had it once."""

    def __init__(self, slot: Any, code: str, id_: str, phone: str) -> None:
        self.code, self.day, self.service = code, slot.day, slot.service
        self.starts_at, self.ends_at, self.name_masked = slot.starts_at, slot.ends_at, "李*明"
        self.roster_id, self.roster_phone, self.rev = id_, phone, 1


def said(world: World, **changes: Any) -> Application:
    return msgspec.structs.replace(world.application(1), **changes)


def trail(world: World, action: str) -> list[Any]:
    query = select(AuditRow).where(AuditRow.action == action)
    with world.engine.connect() as connection:
        return list(connection.execute(query))


def notices(world: World) -> list[str]:
    with world.engine.connect() as connection:
        return list(connection.scalars(select(OutboxRow.event).order_by(OutboxRow.id)))


@pytest.mark.fault("F25")
def test_what_fits_makes_the_booking_whole_and_the_customer_is_told_again(told: World, lost: Any) -> None:
    assert (lost.flag, lost.person, lost.phone_key) == ("details_lost", None, None)
    done = told.desk.complete(CODE, said(told, email="li@example.org", language="en"), CLERK)
    assert (done.flag, done.name_masked, done.phone_masked, done.language) == ("", "李*明", "138****0001", "en")
    person = told.vault.person(done.person, done.person_kid)
    assert (person.name, person.phone, person.id_number) == ("李小明", "13800000001", id_number(1))
    assert b"13800000001" not in done.person, "it lies encrypted"
    assert (done.roster_id, done.roster_phone) == (lost.roster_id, lost.roster_phone), "the hall knows him as before"
    [record] = trail(told, "booking.completed")
    assert record.actor == "wang" and "李小明" not in str(record.after)
    assert notices(told) == []
    told.at = done.starts_at - HOUR // 2
    reminders.remind(told.desk, told.at)
    told.desk.move(Who(CODE), told.slots()[-1].id, CLERK, staff=True)
    assert set(notices(told)) >= {"reminder.hour", "booking.moved"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "王小明"}, "name"),
        ({"phone": "13800000002"}, "phone"),
        ({"id_number": id_number(2)}, "id_number"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field_and_on_record(
    told: World, lost: Any, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Faulty) as refused:
        told.desk.complete(CODE, said(told, **changes), CLERK)
    assert [one.field for one in refused.value.faults] == [field]
    assert refused.value.faults[0].said("zh") != refused.value.faults[0].said("en")
    now = told.desk.find(Who(CODE))
    assert (now.person, now.flag) == (None, "details_lost")
    assert [one.after for one in trail(told, "booking.complete_refused")] == [{"unfit": [field]}]


def test_everything_that_is_wrong_is_said_at_once(told: World, lost: Any) -> None:
    with pytest.raises(Faulty) as refused:
        told.desk.complete(CODE, said(told, name="王五", phone="13900000000", id_number=id_number(7)), CLERK)
    assert [one.field for one in refused.value.faults] == ["name", "id_number", "phone"]
    with pytest.raises(Faulty) as refused:
        told.desk.complete(CODE, said(told, name="", phone="12", id_number="1"), CLERK)
    assert {one.field for one in refused.value.faults} == {"name", "id_number", "phone"}
    assert len(trail(told, "booking.complete_refused")) == 1, "what cannot be a number says nothing of anybody"


def test_only_what_is_unknown_is_completed(told: World, lost: Any) -> None:
    known = told.booked(2)
    with pytest.raises(BookingRefused) as refused:
        told.desk.complete(known.code, said(told), CLERK)
    assert refused.value.code == "details_known"
    told.desk.complete(CODE, said(told), CLERK)
    with pytest.raises(BookingRefused):
        told.desk.complete(CODE, said(told, name="李大明"), CLERK)


def test_one_too_many_stays_flagged_and_one_person_twice_is_seen_to(told: World, halls: Halls, lost: Any) -> None:
    with writing(told.engine).begin() as connection:
        connection.execute(Booking.__table__.update().where(Booking.code == CODE).values(flag="excess"))  # type: ignore[attr-defined]
    assert told.desk.complete(CODE, said(told), CLERK).flag == "excess"
    rebuilt(told, halls, code="ABCDEFGH2346")
    again = told.desk.complete("ABCDEFGH2346", said(told), CLERK)
    assert (again.flag, again.person_key) == ("double", None) and again.person is not None


def test_hashes_under_a_secret_of_before_still_prove_the_customer(told: World, halls: Halls) -> None:
    old, new = roster_key("an older secret, as long as it has to be", "hall"), roster_key(SECRET, "hall")
    kept = {
        "id_hmac": fingerprint(old, "resident-id", id_number(1)),
        "phone_hmac": fingerprint(old, "phone", "13800000001"),
    }
    rebuilt(told, halls, **kept)
    told.desk = BookingDesk(
        told.engine, told.vault, SECRET, wall=lambda: told.at, previous=["an older secret, as long as it has to be"]
    )
    done = told.desk.complete(CODE, said(told), CLERK)
    assert done.roster_id == fingerprint(new, "resident-id", id_number(1)), "and the hall is told the new ones"
    assert done.rev > done.told_rev


def test_an_elderly_customer_is_known_as_one_again(told: World, halls: Halls) -> None:
    number = id_number(3, "19400101")
    rebuilt(told, halls, id_hmac=fingerprint(roster_key(SECRET, "hall"), "resident-id", number))
    assert told.desk.complete(CODE, said(told, id_number=number), CLERK).flags == ["elderly"]


@pytest.mark.clause("S0-10")
def test_it_is_found_by_the_numbers_the_hall_kept(told: World, lost: Any) -> None:
    today = datetime.date(2026, 11, 23)
    told.booked(2)
    with told.engine.connect() as connection:
        for asked in ("138 0000 0001", id_number(1), CODE.lower()):
            assert [row.code for row in finding.find(connection, told.desk, asked, today, ())] == [CODE], asked
        assert finding.find(connection, told.desk, "13800000001", today, ("other",)) == []
        assert finding.find(connection, told.desk, "13800000009", today, ()) == []
