"""What is told goes into the outbox with what it tells of."""

from typing import Any

import pytest

from central.db.engine import writing
from central.db.tables import ContactTask
from central.notices.outbox import ADDRESS, CALL_WITHIN_MS, announce
from central.vault import Vault
from contract.person import Person
from tests.notices_world import NOON, PERSON, NoticesWorld


def tell(world: NoticesWorld, id_: int, event: str = "booking.confirmed", **how: Any) -> None:
    with writing(world.database).begin() as connection:
        announce(connection, how.pop("vault", world.vault), event, world.booking(id_), at=NOON, **how)


@pytest.mark.clause("S0-15")
def test_every_address_a_customer_gave_is_told(world: NoticesWorld) -> None:
    id_ = world.book(Person("李明", phone="13812345678", email="li.ming@example.org", openid="oABCDEF"), language="en")
    tell(world, id_, extra={"link": "https://example.org/b"})
    rows = world.rows()
    assert [(row.channel, row.address_masked) for row in rows] == [
        ("sms", "138****5678"),
        ("email", "l***@example.org"),
        ("wechat", "oABC…"),
    ]
    assert {(row.state, row.language, row.hall, row.next_at, row.booking) for row in rows} == {
        ("waiting", "en", "bank", NOON, id_)
    }
    assert world.vault.open(rows[1].address, rows[1].address_kid, ADDRESS) == b"li.ming@example.org"
    assert rows[0].variables["code"] == "CODE0001" and rows[0].variables["link"] == "https://example.org/b"
    assert "13812345678" not in str(rows) and "li.ming" not in str(rows)


def test_the_same_is_told_once_and_the_next_state_again(world: NoticesWorld) -> None:
    id_ = world.book()
    tell(world, id_)
    tell(world, id_)
    assert len(world.rows()) == 2
    with writing(world.database).begin() as connection:
        announce(connection, world.vault, "booking.confirmed", {**world.booking(id_)._mapping, "rev": 2}, at=NOON)
        for later in (1, 2):
            announce(connection, world.vault, "booking.change_refused", world.booking(id_), at=NOON + later)
    assert len(world.rows()) == 2 + 2 + 4


def test_nothing_is_told_of_what_was_rolled_back(world: NoticesWorld) -> None:
    id_ = world.book()
    with pytest.raises(RuntimeError), writing(world.database).begin() as connection:
        announce(connection, world.vault, "booking.confirmed", world.booking(id_), at=NOON)
        raise RuntimeError
    assert world.rows() == []


@pytest.mark.parametrize(
    ("person", "vault", "why"),
    [
        (None, None, "booking.confirmed: details unknown"),
        (PERSON, Vault("another secret of thirty-two characters and more"), "booking.confirmed: details unknown"),
        (Person("李明", phone="tel", email="li\n@example.org"), None, "booking.confirmed: no address"),
    ],
    ids=["rebuilt", "unknown key", "odd addresses"],
)
def test_who_cannot_be_told_is_rung_up_once(
    world: NoticesWorld, person: Person | None, vault: Vault | None, why: str
) -> None:
    id_ = world.book(person)
    for event in ("booking.confirmed", "booking.confirmed", "reminder.day"):
        tell(world, id_, event, vault=vault or world.vault)
    assert world.rows() == []
    [task] = world.rows(ContactTask)
    assert (task.kind, task.booking, task.why, task.due_at) == ("notice_failed", id_, why, NOON + CALL_WITHIN_MS)
