"""Enrolment: node, hall and the broker's password line."""

import subprocess
from pathlib import Path

import pytest

from central import registry
from central.errors import CentralError, Invalid, Refused, Unknown
from central.signing import Signer
from tests.centre import CentreBench
from tests.fakenode import FakeNode

NAME = {"zh": "示例", "en": "Example"}


def test_enrolling_twice_changes_nothing_but_the_name(centre: CentreBench) -> None:
    registry.enrol(centre.database, "n1", "hall", NAME, at=5, timezone="Asia/Urumqi")
    registry.enrol(centre.database, "n1", "hall", {"en": "Renamed"}, at=9, timezone="Asia/Shanghai")
    registry.enrol(centre.database, "n2", "hall", {"en": "Renamed"}, at=9)
    hall = centre.one("halls")
    assert (hall["timezone"], hall["created_at"]) == ("Asia/Urumqi", 5)
    assert "Renamed" in hall["name"]
    assert [row["id"] for row in centre.rows("nodes")] == ["n1", "n2"]


@pytest.mark.parametrize(
    ("node", "hall", "name", "timezone", "field"),
    [
        ("N 1", "hall", NAME, "Asia/Shanghai", "node"),
        ("n" * 33, "hall", NAME, "Asia/Shanghai", "node"),
        ("n1", "../x", NAME, "Asia/Shanghai", "hall"),
        ("n1", "hall", {}, "Asia/Shanghai", "name"),
        ("n1", "hall", NAME, "Mars/Base", "timezone"),
    ],
)
def test_what_cannot_be_is_named(
    centre: CentreBench, node: str, hall: str, name: dict[str, str], timezone: str, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        registry.enrol(centre.database, node, hall, name, at=0, timezone=timezone)
    assert caught.value.field == field
    assert centre.count("nodes") == centre.count("halls") == 0


def test_a_node_does_not_change_halls(centre: CentreBench) -> None:
    registry.enrol(centre.database, "n1", "hall", NAME, at=0)
    with pytest.raises(Refused):
        registry.enrol(centre.database, "n1", "other", NAME, at=0)
    assert centre.count("halls") == 1


def test_a_dismissed_node_is_not_heard(centre: CentreBench) -> None:
    node = centre.enrol(FakeNode("n1"))
    registry.dismiss(centre.database, "n1")
    assert centre.say(node.hello()) == []
    assert centre.intake.counts["unknown_node"] == 1
    registry.enrol(centre.database, "n1", "n1", NAME, at=0)
    assert len(centre.say(node.hello())) == 1
    with pytest.raises(Unknown):
        registry.dismiss(centre.database, "nobody")


def test_the_password_line_is_mosquittos_own(tmp_path: Path) -> None:
    line = registry.password_line("n1", "correct horse")
    name, _, hashed = line.partition(":")
    assert name == "n1" and hashed.startswith("$7$") and "correct" not in line
    file = tmp_path / "passwords"
    file.write_text(line + "\n")
    subprocess.run(["mosquitto_passwd", "-D", str(file), "n1"], check=True, capture_output=True)
    assert file.read_text() == "", "mosquitto knows the user in it"


@pytest.mark.parametrize(("node", "password"), [("n 1", "x"), ("n1", ""), ("n1", "a\nb"), ("n1", "a\0b")])
def test_passwords_that_cannot_be_are_refused(node: str, password: str) -> None:
    with pytest.raises(CentralError) as caught:
        registry.password_line(node, password)
    assert caught.value.code == "invalid"


def test_the_signing_key_follows_from_the_secret() -> None:
    assert Signer("a" * 40).public_key == Signer("a" * 40).public_key != Signer("b" * 40).public_key
