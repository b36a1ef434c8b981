"""Keys of persons: under the roster key, or one the node makes once and keeps through power cuts."""

import datetime
import hmac
import stat
from pathlib import Path

import msgspec
import pytest

from edge import config
from edge.errors import ConfigError, StorageError
from edge.people.identity_key import IdentityKey
from identity_numbers import NumberError, examine
from tests.line import settings as hall_settings

KEY = "00112233445566778899aabbccddeeff" * 2
"""As the centre gives it at enrolment."""


def with_centre(**changed: str) -> config.Settings:
    centre = config.Centre(host="127.0.0.1", password="x", **changed)  # type: ignore[arg-type]
    return msgspec.structs.replace(hall_settings(), centre=centre)


def expected(text: str) -> str:
    return hmac.new(bytes.fromhex(KEY), text.encode(), "sha256").hexdigest()


def test_keys_are_what_the_centre_computes(tmp_path: Path) -> None:
    key = IdentityKey.open(with_centre(roster_key=KEY), tmp_path)
    assert key.of("resident-id", "11010519491231002X") == expected("resident-id|11010519491231002X")
    assert key.phone("+86 138-1234-1234") == expected("phone|13812341234")
    assert key.of("uscc", "91110000600037341L") == expected("uscc|91110000600037341L")
    assert not any(tmp_path.iterdir())


def test_the_key_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "roster.key"
    file.write_text(f"{KEY}\n")
    assert IdentityKey.open(with_centre(roster_key_file=str(file)), tmp_path).of("a", "1") == expected("a|1")
    file.unlink()
    with pytest.raises(ConfigError) as error:
        IdentityKey.open(with_centre(roster_key_file=str(file)), tmp_path)
    assert error.value.field == "centre.roster_key_file"


@pytest.mark.parametrize("bad", ["", "zz" * 32, "00" * 15])
def test_a_key_that_is_none_is_refused_and_not_shown(bad: str, tmp_path: Path) -> None:
    (tmp_path / "bad").write_text(bad)
    with pytest.raises(ConfigError) as error:
        IdentityKey.open(with_centre(roster_key_file=str(tmp_path / "bad")), tmp_path)
    assert error.value.field == "centre.roster_key_file"
    assert not bad or bad not in str(error.value)


def test_a_hall_of_its_own_makes_one_key_and_keeps_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first = IdentityKey.open(hall_settings(), folder).of("badge", "04A1B2C3")
    assert IdentityKey.open(hall_settings(), folder).of("badge", "04A1B2C3") == first
    assert IdentityKey.open(hall_settings(), tmp_path / "other").of("badge", "04A1B2C3") != first
    file = folder / "identity.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in folder.iterdir()] == ["identity.key"]


def test_a_power_cut_while_the_key_is_made_leaves_a_start_that_works(tmp_path: Path) -> None:
    """What such a cut leaves: the file written aside, torn."""
    (tmp_path / ".identity.key.new").write_text("0011")
    key = IdentityKey.open(hall_settings(), tmp_path)
    assert IdentityKey.open(hall_settings(), tmp_path).of("a", "1") == key.of("a", "1")


@pytest.mark.parametrize("damage", [b"", b"00" * 31, b"\xff\xfe"])
def test_a_damaged_key_is_never_replaced(damage: bytes, tmp_path: Path) -> None:
    IdentityKey.open(hall_settings(), tmp_path)
    (tmp_path / "identity.key").write_bytes(damage)
    with pytest.raises(StorageError):
        IdentityKey.open(hall_settings(), tmp_path)
    assert (tmp_path / "identity.key").read_bytes() == damage


@pytest.mark.clause("S0-16")
def test_a_number_is_taken_validated_and_known_by_its_key_alone(tmp_path: Path) -> None:
    """However it is typed it is one person; what cannot be right gets no key."""
    key, today = IdentityKey.open(with_centre(roster_key=KEY), tmp_path), datetime.date(2026, 11, 22)
    keys = set()
    for kind, typed in (
        ("resident-id", "11010519491231002x"), ("resident-id", "110105 19491231 002X"),
        ("social-security", "11010519491231002X"),
    ):  # fmt: skip
        found = examine(kind, typed, today)
        keys.add(key.of(found.id_type, found.number))
        assert found.masked == "110***********002X"
    assert len(keys) == 1 and "1101051949" not in keys.pop()
    with pytest.raises(NumberError):
        examine("resident-id", "110105194912310021", today)
