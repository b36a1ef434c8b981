"""Codes and terminals: how long, how often, and across restarts."""

import stat
from pathlib import Path

import pytest

from edge.errors import StorageError
from edge.web.pairing import CODE_MS, TRIES, TRIES_PER_ADDRESS, Desk, is_role, may, offer, redeem, wait_ms
from edge.web.terminals import Terminals


def test_a_code_lives_five_minutes_to_the_millisecond() -> None:
    desk = offer(Desk(), "ABCD2345", "kiosk", 1_000)
    assert redeem(desk, "abcd 2345", "a", 1_000 + CODE_MS - 1)[1] is not None
    assert redeem(desk, "ABCD2345", "a", 1_000 + CODE_MS)[1] is None


def test_a_new_code_for_a_role_takes_the_older_one_out_of_use() -> None:
    desk = offer(offer(offer(Desk(), "OLDCODE2", "kiosk", 0), "DISPLAY2", "display", 0), "NEWCODE2", "kiosk", 1)
    assert {code.text for code in desk.codes} == {"DISPLAY2", "NEWCODE2"}


def test_an_address_that_guesses_waits_until_its_oldest_try_is_five_minutes_old() -> None:
    desk = offer(Desk(), "ABCD2345", "kiosk", 0)
    for at in range(TRIES_PER_ADDRESS):
        assert wait_ms(desk, "a", at) == 0
        desk, _ = redeem(desk, "WRONG", "a", at)
    assert wait_ms(desk, "a", 10) == CODE_MS - 10
    assert wait_ms(desk, "b", 10) == 0
    assert wait_ms(desk, "a", CODE_MS) == 0


def test_many_wrong_tries_from_many_addresses_close_every_code() -> None:
    desk = offer(Desk(), "ABCD2345", "kiosk", 0)
    for number in range(TRIES):
        assert desk.codes
        desk, _ = redeem(desk, "WRONG", f"address {number}", 0)
    assert desk.codes == ()


@pytest.mark.parametrize(
    ("role", "need", "counter", "allowed"),
    [
        ("counter:1", "staff", "1", True),
        ("counter:1", "staff", "2", False),
        ("counter:1", "staff", None, True),
        ("supervisor", "staff", "2", True),
        ("kiosk", "staff", "1", False),
        ("desk", "staff", None, True),
        ("desk", "staff", "1", False),
        ("desk", "desk", None, True),
        ("desk", "office", None, False),
        ("counter:1", "desk", None, False),
        ("local", "panel", None, True),
        ("supervisor", "panel", None, False),
    ],
)
def test_what_a_role_allows(role: str, need: str, counter: str | None, allowed: bool) -> None:
    assert may(role, need, counter) is allowed


def test_nobody_can_be_paired_as_somebody_at_the_node_itself() -> None:
    assert not is_role("local") and not is_role("counter") and is_role("counter:7")


def test_terminals_survive_a_restart_and_revocations_do_too(tmp_path: Path) -> None:
    before = Terminals(tmp_path, lambda: 5)
    tokens = []
    for role in ("kiosk", "display"):
        paired = before.pair(before.new_code(role).text, "", "a")
        assert paired is not None
        tokens.append(paired)
    before.revoke(tokens[1][0].id)
    after = Terminals(tmp_path, lambda: 6)
    assert after.who(tokens[0][1]).role == "kiosk"
    assert after.who(tokens[1][1]).role is None


def test_only_the_nodes_own_user_reads_key_and_list(tmp_path: Path) -> None:
    terminals = Terminals(tmp_path, lambda: 5)
    terminals.pair(terminals.new_code("kiosk").text, "", "a")
    for name in ("terminals.key", "terminals.json"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_token_of_another_node_or_of_another_role_opens_nothing(tmp_path: Path) -> None:
    here, there = (Terminals(tmp_path / name, lambda: 5) for name in ("here", "there"))
    paired = there.pair(there.new_code("kiosk").text, "", "a")
    assert paired is not None
    assert here.who(paired[1]).role is None
    assert here.who("").role is None and here.who("x.y").role is None


@pytest.mark.parametrize("damaged", [b'[{"id": "tor', b'[{"id": "\xff\xfe"}]'])
def test_a_damaged_list_pairs_nobody_and_is_kept_aside(tmp_path: Path, damaged: bytes) -> None:
    before = Terminals(tmp_path, lambda: 5)
    paired = before.pair(before.new_code("panel").text, "", "a")
    (tmp_path / "terminals.json").write_bytes(damaged)
    after = Terminals(tmp_path, lambda: 6)
    assert paired is not None and after.who(paired[1]).role is None
    assert (tmp_path / "terminals.damaged").read_bytes() == damaged


def test_a_disk_that_does_not_take_the_list_pairs_nobody(tmp_path: Path) -> None:
    terminals = Terminals(tmp_path, lambda: 5)
    code = terminals.new_code("kiosk").text
    (tmp_path / "terminals.new").mkdir()
    with pytest.raises(StorageError):
        terminals.pair(code, "", "a")
    assert terminals.paired() == []
