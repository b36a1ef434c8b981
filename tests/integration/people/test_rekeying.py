"""A new secret: everything of persons comes under it, step by step, and is found and opened as before."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from central.booking.written import DETAILS
from central.db.engine import writing
from central.db.tables import Base, Booking, Contact, OutboxRow, Watcher, Webhook
from central.db.tables.channels import ApiKey
from central.hooks.register import ABOUT as WEBHOOK
from central.notices.outbox import ADDRESS, kept
from central.people import rekey as keys
from central.people.find import find_by_number, find_by_phone
from central.roster_key import fingerprint, roster_key
from central.vault import Vault
from tests.booking_world import SECRET, World, id_number

NEW = "another secret of at least thirty-two"
TODAY = datetime.date(2026, 11, 23)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    made = World(database_url)
    yield made
    made.close()


def bookings(world: World) -> list[Any]:
    with world.engine.connect() as connection:
        return list(connection.execute(select(Booking.__table__).order_by(Booking.id)))


def test_every_encrypted_column_is_known() -> None:
    named = {(table.name, column.name) for table in Base.metadata.sorted_tables for column in table.columns}
    assert {(one.table.name, one.kid) for one in keys.COLUMNS} == {one for one in named if one[1].endswith("_kid")}


def test_persons_are_opened_and_found_under_the_new_key_alone(world: World) -> None:
    world.booked(1)
    world.booked(2, matter="claim", detail="my pension, since last May")
    with writing(world.engine).begin() as connection:
        connection.execute(update(Booking).where(Booking.id == 1).values(told_rev=1))
    both, new, progress = Vault(NEW, [SECRET]), Vault(NEW), []
    assert keys.count(world.engine, both) == 2
    assert keys.rekey(world.engine, both, NEW, progress.append) == keys.Done(2, 0)
    assert sum(progress) == 2
    first, second = bookings(world)
    assert new.person(first.person, first.person_kid).name == "李小明"
    assert b"since last May" in new.open(second.detail, second.person_kid, DETAILS)
    with world.engine.connect() as connection:
        assert [row.id for row in find_by_phone(connection, new, f"138{1:08d}")] == [1]
        assert [row.id for row in find_by_number(connection, new, "resident-id", id_number(2), TODAY)] == [2]
    assert first.roster_id == fingerprint(roster_key(NEW, "hall"), "resident-id", id_number(1))
    assert first.roster_phone == fingerprint(roster_key(NEW, "hall"), "phone", f"138{1:08d}")
    assert (first.rev, second.rev) == (2, 1), "the hall that knew it hears of it anew, under its new key"
    assert keys.rekey(world.engine, both, NEW) == keys.Done(0, 0)


def test_addresses_of_notices_watchers_and_webhooks_come_along(world: World) -> None:
    old, new = world.vault, Vault(NEW)
    text, secret = kept(old, "duty@example.org", "d***"), old.keep(b"a webhook's", WEBHOOK)
    with writing(world.engine).begin() as connection:
        connection.execute(insert(Watcher).values(name="Amy", channel="email", kinds=[], **text))
        connection.execute(insert(Contact).values(name="Loans", channel="email", **text))
        row = {"dedupe": "x", "event": "e", "hall": "hall", "channel": "email", "language": "zh", "variables": {}}
        connection.execute(insert(OutboxRow).values(**row, **text, next_at=0, created_at=0))
        api_key = {"name": "app", "channel": "app", "key_hash": b"k" * 32, "prefix": "p", "halls": [], "created_at": 0}
        connection.execute(insert(ApiKey).values(**api_key, per_minute=60, created_by="boss"))
        hook = {"api_key": 1, "url": "https://partner.example/", "events": [], "created_at": 0}
        connection.execute(insert(Webhook).values(**hook, secret=secret.text, secret_kid=secret.kid))
    assert keys.rekey(world.engine, Vault(NEW, [SECRET]), NEW) == keys.Done(4, 0)
    with world.engine.connect() as connection:
        for model in (Watcher, Contact, OutboxRow):
            one = connection.execute(select(model.address, model.address_kid)).one()
            assert new.open(*one, ADDRESS) == b"duty@example.org"
        one = connection.execute(select(Webhook.secret, Webhook.secret_kid)).one()
        assert new.open(*one, WEBHOOK) == b"a webhook's"


def test_what_is_under_a_lost_key_is_left_and_counted(world: World) -> None:
    for n in range(1, 4):
        world.booked(n)
    with writing(world.engine).begin() as connection:
        connection.execute(update(Booking).where(Booking.id == 2).values(person_kid="lost"))
    before = bookings(world)[1]
    assert keys.rekey(world.engine, Vault(NEW, [SECRET]), NEW) == keys.Done(2, 1)
    assert bookings(world)[1] == before


def test_stopped_half_way_it_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "AT_ONCE", 2)
    for n in range(1, 6):
        world.booked(n)

    def stop(_rows: int) -> None:
        raise KeyboardInterrupt

    both = Vault(NEW, [SECRET])
    with pytest.raises(KeyboardInterrupt):
        keys.rekey(world.engine, both, NEW, stop)
    assert keys.count(world.engine, both) == 3
    assert keys.rekey(world.engine, both, NEW) == keys.Done(3, 0)


def test_a_person_booked_once_under_each_key_keeps_both_and_somebody_looks(world: World) -> None:
    first = world.booked(1)
    both = Vault(NEW, [SECRET])
    world.desk.vault = both
    second = world.desk.apply(world.application(1, slot=world.slots()[-1].id), "web")
    assert first.person_key != second.person_key
    assert keys.rekey(world.engine, both, NEW) == keys.Done(1, 0)
    old, new = bookings(world)
    assert (old.person_key, old.flag) == (None, "double")
    assert new.person_key == both.search_key("resident-id", id_number(1))
    assert (old.status, new.status) == ("confirmed", "confirmed")
    assert both.person(old.person, old.person_kid).name == "李小明"
