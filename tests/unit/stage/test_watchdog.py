"""The signs of life, read from the socket systemd would name."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.watchdog import Watchdog, notify

PERIOD_US = 300_000


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", str(PERIOD_US))
        yield listening


def heard(told: socket.socket) -> str:
    return told.recv(100).decode()


def waiting(told: socket.socket) -> list[str]:
    """All that was told and not heard yet."""
    told.setblocking(False)
    words = []
    with contextlib.suppress(BlockingIOError):
        while True:
            words.append(heard(told))
    return words


def test_ready_then_signs_of_life_then_stopping(told: socket.socket) -> None:
    watchdog = Watchdog(lambda: True)
    watchdog.start()
    assert [heard(told), heard(told), heard(told)] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
    watchdog.stop()
    last = [heard(told)]
    while last[-1] != "STOPPING=1":
        last.append(heard(told))
    assert set(last[:-1]) <= {"WATCHDOG=1"}


def test_a_line_that_is_not_well_gives_no_sign(told: socket.socket) -> None:
    asked = []
    watchdog = Watchdog(lambda: len(asked.append(None) or asked) > 3)
    watchdog.start()
    assert [heard(told), heard(told)] == ["READY=1", "WATCHDOG=1"]
    watchdog.stop()
    assert 1 + waiting(told).count("WATCHDOG=1") == len(asked) - 3


def test_a_line_that_was_slow_once_is_asked_again(told: socket.socket) -> None:
    answers = iter((TimeoutError(), TimeoutError()))

    def alive() -> bool:
        if (trouble := next(answers, None)) is not None:
            raise trouble
        return True

    watchdog = Watchdog(alive)
    watchdog.start()
    assert [heard(told), heard(told)] == ["READY=1", "WATCHDOG=1"]
    watchdog.stop()


def test_nobody_asks_without_systemd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    asked: list[bool] = []
    watchdog = Watchdog(lambda: bool(asked.append(True)))
    watchdog.start()
    notify("READY=1")
    watchdog.stop()
    assert not asked


def test_a_name_without_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """systemd may give an abstract address, written with an @."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("")  # Linux picks a free abstract name
        listening.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + listening.getsockname()[1:].decode())
        notify("READY=1")
        assert heard(listening) == "READY=1"
