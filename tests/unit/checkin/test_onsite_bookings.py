"""What becomes of the details of whoever books at the desk: a command without them, and a seal the centre opens."""

import datetime
from typing import Any

import msgspec
import pytest

from central.vault import Vault
from contract import booking_code
from contract.person import Person
from edge.errors import Invalid, Refused
from edge.people.onsite import Details, OnsiteBookings, Wish
from identity_numbers import masked_phone
from tests.unit.checkin.conftest import KEY

TODAY = datetime.date(2026, 11, 22)
VAULT = Vault("a secret of the tests alone, 32 letters")
LI_MING = Details(" 李小明 ", "resident-id", "110105 19491231 002x", "+86 138-1234-5678")
WISH = Wish("savings", "rita", True, slot="s1", priority_class="elderly")


def bookings(seal_key: str | None = VAULT.seal_key) -> OnsiteBookings:
    return OnsiteBookings(KEY, lambda: TODAY, seal_key)


def test_the_centre_opens_what_the_hall_sealed_and_nobody_else() -> None:
    command = bookings().command(LI_MING, WISH)
    person = Person("李小明", "13812345678", id_type="resident-id", id_number="11010519491231002X")
    assert VAULT.unseal(command.sealed) == person
    with pytest.raises(Exception, match="do not open"):
        Vault("another secret of the tests, 32 letters").unseal(command.sealed)
    later = Vault("a newer secret of the tests, 32 letters", ["a secret of the tests alone, 32 letters"])
    assert later.unseal(command.sealed) == person, "sealed before the centre's key was changed"


def test_the_command_holds_nothing_in_the_clear() -> None:
    command = bookings().command(LI_MING, WISH)
    assert (command.name, command.phone) == ("李*明", "138****5678")
    assert (command.slot, command.service, command.by, command.readback) == ("s1", "savings", "rita", True)
    assert command.priority_class == "elderly"
    text = msgspec.json.encode(command).decode()
    assert not any(secret in text for secret in ("李小明", "13812345678", "11010519491231002"))


def test_code_and_seal_are_fresh_each_time() -> None:
    made = [bookings().command(LI_MING, WISH) for _ in range(50)]
    assert len({each.code for each in made}) == len({each.sealed for each in made}) == 50
    assert all(booking_code.tidy(booking_code.grouped(each.code)) == each.code for each in made)


def test_without_a_key_nothing_is_made() -> None:
    assert bookings().trouble == "" and "seal_key" in bookings(None).trouble
    with pytest.raises(Refused) as refused:
        bookings(None).command(LI_MING, WISH)
    assert refused.value.code == "no_seal_key"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"), ({"name": "x" * 65}, "name"), ({"id_type": "badge"}, "id_type"),
        ({"id_type": "tea"}, "id_type"), ({"id_number": "11010519491231002"}, "id_number"), ({"phone": "1"}, "phone"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_named_by_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        bookings().command(msgspec.structs.replace(LI_MING, **change), WISH)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("typed", "masked"),
    [
        ("13812345678", "138****5678"),
        ("+852 9123 4567", "852****4567"),
        ("+2902123", "****123"),
        ("+29021234", "****1234"),
    ],
)
def test_a_short_telephone_number_shows_less(typed: str, masked: str) -> None:
    assert masked_phone(typed) == masked
