"""Clerks prove who they are: PIN, badge, or neither; and how often a PIN may be guessed."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from edge.config import Staff as Clerk
from edge.errors import ConfigError, Invalid, Refused
from edge.hall.commands import LogIn, LogOut
from edge.people import guessing
from edge.people.guessing import Slate
from edge.people.identity_key import IdentityKey
from edge.people.staff import BadgeLogin, Staff, fingerprint_of, hashed

KEY = IdentityKey(b"k" * 32)
PIN, BADGE = "7294", "04A23B1C"
HASH = hashed(PIN)


class Watch:
    """A clock moved by hand, seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def staff(watch: Watch) -> Staff:
    clerks = (
        Clerk(id="1001", name="王芳", pin=HASH),
        Clerk(id="1002", name="李强"),
        Clerk(id="1003", name="赵敏", badge=fingerprint_of(BADGE, KEY.of)),
    )
    return Staff(clerks, KEY.of, watch)


@pytest.fixture
def proving(hallway: Any, staff: Staff) -> Any:
    """The hall with those clerks; nobody is logged in at counter 1."""
    object.__setattr__(hallway.app.state.house, "staff", staff)
    hallway.line.submit(LogOut("1")).result()
    hallway.line.submitted.clear()
    return hallway


def login(client: Any, **body: Any) -> tuple[int, str | None]:
    answer = client.post("/api/counters/1/login", json=body)
    return answer.status_code, answer.json().get("error")


def code_of(staff: Staff, *tried: Any) -> str:
    with pytest.raises(Refused) as refused:
        staff.prove(*tried)
    return refused.value.code


# --- over HTTP ----------------------------------------------------------------


def test_a_clerk_with_a_pin_logs_in_with_it_alone(client: Any, proving: Any) -> None:
    assert login(client, clerk="1001") == (409, "pin_wanted")
    assert login(client, clerk="1001", pin="7295") == (409, "wrong_pin")
    assert proving.line.submitted == []
    assert login(client, clerk="1001", pin=PIN) == (200, None)
    assert proving.line.submitted[0][0] == LogIn("1", "1001")
    assert proving.line.view.counters[0].clerk == "1001"


def test_a_clerk_with_neither_is_taken_at_the_word(client: Any, proving: Any) -> None:
    proving.line.submit(LogOut("2")).result()
    assert login(client, clerk="1002") == (200, None)


def test_guesses_are_counted_for_each_terminal(client: Any, proving: Any) -> None:
    one, other = proving.paired("counter:1"), proving.paired("supervisor")
    for _ in range(guessing.FREE):
        assert login(one, clerk="1001", pin="0000") == (409, "wrong_pin")
    assert login(one, clerk="1001", pin=PIN) == (409, "pin_wait")
    assert login(other, clerk="1001", pin=PIN) == (200, None)


def test_who_logs_in_how_is_told_to_staff_alone(client: Any, proving: Any) -> None:
    told = client.get("/api/staff").json()
    assert (told["pins"], told["badges"]) == (["1001"], ["1003"])
    assert "passport" in {kind["id"] for kind in told["kinds"]}
    assert proving.paired("kiosk").get("/api/staff").status_code == 403
    assert HASH not in client.get("/api/staff").text + client.get("/api/about").text + client.get("/api/view").text


# --- the proof ----------------------------------------------------------------


def test_waits_begin_after_five_wrong_tries_and_double_until_half_an_hour(watch: Watch, staff: Staff) -> None:
    waits = []
    for nth in range(guessing.FREE + 7):
        assert code_of(staff, "1001", "0000", "desk") == "wrong_pin"
        if nth >= guessing.FREE - 1:
            left = guessing.wait_s(Slate(nth + 1, watch.now), watch.now)
            assert code_of(staff, "1001", PIN, "desk") == "pin_wait"
            watch.now += left - 1
            assert code_of(staff, "1001", PIN, "desk") == "pin_wait"
            watch.now += 1
            waits.append(left)
    assert waits == [60, 120, 240, 480, 960, 1800, 1800, 1800]


def test_a_right_pin_wipes_the_slate(staff: Staff) -> None:
    for _ in range(3):
        for _ in range(guessing.FREE - 1):
            assert code_of(staff, "1001", "0000", "desk") == "wrong_pin"
        staff.prove("1001", PIN, "desk")


def test_old_tries_are_forgotten(watch: Watch, staff: Staff) -> None:
    for _ in range(guessing.FREE - 1):
        code_of(staff, "1001", "0000", "desk")
    watch.now += guessing.FORGET_S + 1
    assert code_of(staff, "1001", "0000", "desk") == "wrong_pin"
    assert code_of(staff, "1001", "0000", "desk") == "wrong_pin"


def test_a_clerk_with_a_badge_alone_needs_it(staff: Staff) -> None:
    assert code_of(staff, "1003", None, "desk") == "badge_wanted"
    assert code_of(staff, "1003", "1234", "desk") == "badge_wanted"


def test_a_hash_that_is_none_is_the_files_mistake() -> None:
    staff = Staff((Clerk(id="1", name="x", pin="1234"),))
    with pytest.raises(ConfigError, match="edge pin"):
        staff.prove("1", "1234", "desk")


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12a4", "１２３４", "0000", "1234", "9876"])
def test_a_pin_too_easy_or_none_gets_no_hash(pin: str) -> None:
    with pytest.raises(ConfigError):
        hashed(pin)


# --- badges -------------------------------------------------------------------


def test_a_badge_opens_the_counter_where_it_lies(proving: Any, staff: Staff) -> None:
    proving.line.submit(LogOut("2")).result()
    staff = Staff((Clerk(id="1002", name="李强", badge=fingerprint_of(BADGE, KEY.of)),), KEY.of)
    BadgeLogin(staff, proving.line.submit).badge("1", "04:a2:3b:1c").result()
    assert proving.line.view.counters[0].clerk == "1002"


def test_a_foreign_badge_opens_nothing(proving: Any, staff: Staff) -> None:
    with pytest.raises(Refused) as refused:
        BadgeLogin(staff, proving.line.submit).badge("1", "04A23B1D")
    assert refused.value.code == "unknown_badge" and proving.line.submitted == []
    with pytest.raises(Invalid):
        staff.clerk_of("no chip")


def test_a_badge_of_another_nodes_key_is_foreign() -> None:
    clerks = (Clerk(id="1003", name="赵敏", badge=fingerprint_of(BADGE, KEY.of)),)
    with pytest.raises(Refused):
        Staff(clerks, IdentityKey(b"another key of this length, 32 b").of).clerk_of(BADGE)
    with pytest.raises(Refused):
        Staff(clerks).clerk_of(BADGE)


# --- what the file must say ---------------------------------------------------


def commanded(*words: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", "hallkeeper", "edge", *words]
    return subprocess.run(line, input=typed, capture_output=True, text=True, timeout=60, check=False)


def test_edge_pin_asks_twice_and_prints_a_hash_that_holds() -> None:
    done = commanded("pin", typed="7294\n7294\n")
    assert done.returncode == 0, done.stderr
    line = done.stdout.strip().splitlines()[-1]
    hash_ = line[line.index('"') + 1 : line.rindex('"')]
    Staff((Clerk(id="1", name="x", pin=hash_),)).prove("1", "7294", "desk")
    differing = commanded("pin", typed="7294\n7295\n")
    assert differing.returncode == 1 and "argon2" not in differing.stdout


def test_edge_badge_prints_the_fingerprint_of_this_node(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(
        '[hall]\nid = "h"\nname = { zh = "厅" }\n'
        f'[node]\nid = "h-1"\ndata = "{tmp_path / "data"}"\n'
        '[[services]]\nid = "s"\nletter = "A"\nname = { zh = "业务" }\n'
        '[[counters]]\nid = "1"\nname = { zh = "一" }\nserves = [["s"]]\n'
    )
    done = commanded("badge", str(file), "--number", "04:A2:3B:1C")
    assert done.returncode == 0, done.stderr
    key = IdentityKey(bytes.fromhex((tmp_path / "data" / "identity.key").read_text()))
    assert done.stdout == f'badge = "{fingerprint_of(BADGE, key.of)}"\n'
    assert commanded("badge", str(file)).returncode == 1  # no reader in that file


@pytest.mark.parametrize("command", ["pin", "badge"])
def test_the_help_names_the_table_of_the_halls_file(command: str) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "hallkeeper", "edge", command, "--help"], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert "[[clerks]]" in told.stdout
