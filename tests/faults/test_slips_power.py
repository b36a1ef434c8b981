"""F02, F03, F04: the node is killed between the steps of one slip; the printer outside lives on and keeps its paper."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.devices.twins.escpos_paper import Paper
from tests.line import NOON
from tests.ports.printer_peer import TcpPrinter
from tests.waiting import until

NUMBER = "A000001"
QUARTER_H = 900_000
ROOT = Path(__file__).parents[2]


class Hall:
    """A journal and a printer that outlive the node."""

    def __init__(self, folder: Path) -> None:
        self.paper = Paper(80, None, lambda: 0)
        self.printer = TcpPrinter(self.paper)
        self.journal = folder / "journal.db"

    def node(self, step: str, at: int = NOON) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.faults.slip_node", str(self.journal), str(self.printer.port)]
        return subprocess.Popen([*command, str(at), step], cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def killed(self, step: str) -> None:
        """Runs a node to its death."""
        node = self.node(step)
        assert node.wait(100) == -9
        self.printer.hang_up()

    def restarted(self, after_ms: int = 1000) -> dict[str, Any]:
        """Starts a node again, and what it says once all slips are settled."""
        out, _ = self.node("look", NOON + after_ms).communicate(timeout=100)
        said: dict[str, Any] = json.loads(out)
        return said

    def slips(self) -> list[tuple[str, bool]]:
        """Pieces of paper with the number on them, torn-off ones too, and whether they are marked."""
        self.paper.tear()
        return [(NUMBER, "COPY" in sheet.text) for sheet in self.paper.sheets if NUMBER in sheet.text]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = Hall(tmp_path)
    yield made
    made.printer.close()


@pytest.mark.fault("F02")
def test_never_begun_prints_one_clean_slip(hall: Hall) -> None:
    hall.killed("issue:before")
    assert hall.slips() == []
    assert hall.restarted()["slips"] == {NUMBER: "printed"}
    assert hall.slips() == [(NUMBER, False)]


@pytest.mark.fault("F02")
def test_never_begun_and_old_asks_staff(hall: Hall) -> None:
    hall.killed("issue:before")
    assert hall.restarted(QUARTER_H) == {"slips": {NUMBER: "staff"}, "staff": [NUMBER]}
    assert hall.slips() == []


@pytest.mark.fault("F02")
def test_never_begun_and_called_meanwhile_asks_staff(hall: Hall) -> None:
    hall.killed("call:now")
    assert hall.restarted() == {"slips": {NUMBER: "staff"}, "staff": [NUMBER]}
    assert hall.slips() == []


@pytest.mark.fault("F03")
def test_begun_without_a_byte_prints_a_copy(hall: Hall) -> None:
    hall.killed("issue:started")
    assert hall.slips() == []
    assert hall.restarted()["slips"] == {NUMBER: "printed"}
    assert hall.slips() == [(NUMBER, True)]


@pytest.mark.fault("F03")
@pytest.mark.parametrize("after", [1, 60, 200, 330])
def test_cut_in_mid_print_prints_a_copy(hall: Hall, after: int) -> None:
    """The printer got `after` bytes of the document and waits for more when the node dies."""
    node = hall.node("issue:run")
    stuck = []
    receive = hall.paper.receive

    def slow(data: bytes) -> bytes:
        if b"\x1b@" not in data:
            return receive(data)
        stuck.append(1)
        answers = receive(data[:after])
        node.kill()
        node.wait(60)
        return answers

    hall.paper.receive = slow  # type: ignore[method-assign]
    until(lambda: stuck)
    assert node.wait(60) == -9
    hall.paper.receive = receive  # type: ignore[method-assign]
    hall.printer.hang_up()
    before = hall.slips()
    assert hall.restarted()["slips"] == {NUMBER: "printed"}
    after_ = hall.slips()
    assert after_[: len(before)] == before and after_[len(before) :] == [(NUMBER, True)]


@pytest.mark.fault("F03")
def test_begun_and_old_asks_staff(hall: Hall) -> None:
    hall.killed("issue:started")
    assert hall.restarted(QUARTER_H)["staff"] == [NUMBER]
    assert hall.slips() == []


@pytest.mark.fault("F04")
def test_printed_but_not_recorded_is_never_printed_unmarked_again(hall: Hall) -> None:
    hall.killed("issue:printed")
    assert hall.slips() == [(NUMBER, False)]
    assert hall.restarted()["slips"] == {NUMBER: "printed"}
    assert hall.slips() == [(NUMBER, False), (NUMBER, True)]


def test_once_settled_a_restart_prints_nothing(hall: Hall) -> None:
    hall.killed("issue:before")
    hall.restarted()
    hall.restarted(2000)
    assert hall.slips() == [(NUMBER, False)]
