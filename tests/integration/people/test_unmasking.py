"""A customer's full details: who may look, what for, and that every look and every refusal is on record."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError

from central.db.engine import writing
from central.db.tables import AuditRow, Booking
from central.errors import CentralError, Forbidden, Invalid, StorageError, Unknown
from central.people.find import find_by_number, find_by_phone
from central.people.purposes import Purpose
from central.people.roles import ROLES
from central.people.scope import Staff
from central.people.unmask import unmask
from central.vault import Vault
from tests.notices_world import NOON, PERSON, SECRET, NoticesWorld

CALL = Purpose("call", "wants another slot")
AGENT = Staff("amy", ("operator",), ("bank",), "10.0.0.7")
TODAY = datetime.date(2026, 8, 1)


@pytest.fixture
def world(database_url: str) -> Iterator[NoticesWorld]:
    made = NoticesWorld(database_url)
    yield made
    made.close()


def trail(world: NoticesWorld) -> list[Any]:
    return [row for row in world.rows(AuditRow) if row.action.startswith("person.")]


@pytest.mark.clause("S1-22")
def test_a_look_behind_the_mask_says_who_when_from_where_and_what_for(world: NoticesWorld) -> None:
    booking = world.book()
    assert unmask(world.database, world.vault, AGENT, booking, CALL, at=NOON) == PERSON
    (line,) = trail(world)
    assert (line.action, line.actor, line.source, line.at) == ("person.viewed", "amy", "10.0.0.7", NOON)
    assert (line.subject, line.subject_id, line.purpose) == ("booking", "CODE0001", "call: wants another slot")
    for kept in (PERSON.phone, PERSON.id_number, PERSON.name):
        assert kept not in str(line), "the trail itself shows nobody"


@pytest.mark.fault("F51")
@pytest.mark.parametrize("role", [id_ for id_, role in ROLES.items() if "person.unmask" not in role.rights])
def test_without_the_right_it_is_refused_and_recorded(world: NoticesWorld, role: str) -> None:
    booking = world.book()
    with pytest.raises(Forbidden):
        unmask(world.database, world.vault, Staff("eve", (role,)), booking, CALL, at=NOON)
    (line,) = trail(world)
    assert (line.action, line.actor, line.subject_id) == ("person.view_refused", "eve", "CODE0001")
    assert line.after == {"refused": "right"}


@pytest.mark.fault("F51")
def test_another_halls_customer_is_refused_and_recorded(world: NoticesWorld) -> None:
    booking = world.book()
    with pytest.raises(Forbidden, match="hall"):
        unmask(world.database, world.vault, Staff("bob", ("operator",), ("north",)), booking, CALL, at=NOON)
    assert [line.after for line in trail(world)] == [{"refused": "hall"}]


@pytest.mark.clause("S1-22")
@pytest.mark.parametrize(
    ("purpose", "field"),
    [
        (Purpose("", "wants another slot"), "purpose"),
        (Purpose("curious", "wants another slot"), "purpose"),
        (Purpose("call", ""), "words"),
        (Purpose("call", " a  b "), "words"),
        (Purpose("call", "x" * 201), "words"),
        (Purpose("call", "five\x00five"), "words"),
    ],
)
def test_without_a_purpose_nothing_is_shown(world: NoticesWorld, purpose: Purpose, field: str) -> None:
    booking = world.book()
    with pytest.raises(Invalid) as refusal:
        unmask(world.database, world.vault, AGENT, booking, purpose, at=NOON)
    assert refusal.value.field == field
    assert [line.after for line in trail(world)] == [{"refused": field}]


def test_what_is_not_there_cannot_be_seen(world: NoticesWorld) -> None:
    cleared = world.book(None)
    for booking in (cleared, 999):
        with pytest.raises(Unknown):
            unmask(world.database, world.vault, AGENT, booking, CALL, at=NOON)
    assert [line.subject_id for line in trail(world)] == ["CODE0001", "999"]


def test_an_encrypted_person_that_was_exchanged_does_not_open(world: NoticesWorld) -> None:
    booking = world.book()
    with writing(world.database).begin() as connection:
        connection.execute(update(Booking).values(person=b"x" * 60))
    with pytest.raises(StorageError):
        unmask(world.database, world.vault, AGENT, booking, CALL, at=NOON)


@pytest.mark.clause("S0-3")
def test_the_database_itself_refuses_to_change_or_shorten_the_trail(world: NoticesWorld) -> None:
    booking = world.book()
    unmask(world.database, world.vault, AGENT, booking, CALL, at=2**42)
    before = trail(world)
    for statement in ("UPDATE audit SET actor = 'somebody else'", "DELETE FROM audit"):
        with pytest.raises(DatabaseError, match="audit trail"), writing(world.database).begin() as connection:
            connection.execute(text(statement))
    assert trail(world) == before
    with writing(world.database).begin() as connection:
        connection.execute(text("INSERT INTO audit (at, actor, action, subject, subject_id, purpose, source) "
                                "VALUES (1, 'a', 'old', 'x', '1', '', '')"))  # fmt: skip
        connection.execute(text("DELETE FROM audit WHERE at = 1"))  # older than three years: may go


def keys(world: NoticesWorld, vault: Vault) -> dict[str, str]:
    return {
        "phone_key": vault.search_key("phone", PERSON.phone),
        "person_key": vault.search_key("resident-id", PERSON.id_number),
    }


def test_a_customer_is_found_by_phone_or_number_however_typed_and_after_a_new_secret(world: NoticesWorld) -> None:
    new = Vault("another secret of at least thirty-two", [SECRET])
    first = world.book(**keys(world, world.vault))
    second = world.book(**keys(world, new), business_type="other")
    world.book(phone_key=new.search_key("phone", "13900000000"))
    with world.database.connect() as connection:
        for typed in ("138 1234 5678", "+86-138-1234-5678", "１３８１２３４５６７８"):
            assert {row.id for row in find_by_phone(connection, new, typed)} == {first, second}
        found = find_by_number(connection, new, "resident-id", "110105 19491231 002x", TODAY)
        assert {row.id for row in found} == {first, second}
        assert not find_by_phone(connection, new, "13812345678", halls=("north",))
        assert len(find_by_phone(connection, new, "13812345678", halls=("bank", "north"))) == 2


def test_what_cannot_be_a_number_is_said(world: NoticesWorld) -> None:
    with world.database.connect() as connection:
        with pytest.raises(CentralError) as refusal:
            find_by_phone(connection, world.vault, "12")
        assert refusal.value.field == "phone"
        with pytest.raises(CentralError):
            find_by_number(connection, world.vault, "resident-id", "110105194912310021", TODAY)
