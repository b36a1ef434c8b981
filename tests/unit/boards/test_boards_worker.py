"""The worker between the hall and its boards: latest wins, nothing sent twice, a bad board harms nobody."""

import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from edge import boards, config
from edge.bindings import Shown
from edge.boards import Boards, Part, Placed, whole
from edge.clock import mono_ms
from edge.devices.ports import Health
from edge.devices.twins.board import TwinBoard
from edge.errors import DeviceError
from edge.faces import lamps
from tests.waiting import until


class NotedBoard:
    """A board that notes its frames; it can be slow and can fail."""

    kind = "board"
    width, height = 64, 16

    def __init__(self, name: str = "w2") -> None:
        self.id = name
        self.frames: list[Image.Image] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.entered = threading.Event()
        self.error: DeviceError | None = None

    def open(self) -> None: ...

    def close(self) -> None: ...

    def health(self) -> Health:
        return Health("failed", "broken") if self.error else Health("ok")

    check = health

    def show(self, frame: Image.Image) -> None:
        self.entered.set()
        assert self.go_on.wait(60)
        if self.error:
            raise self.error
        self.frames.append(frame)


@pytest.fixture
def run(halls: SimpleNamespace) -> Iterator[Callable[..., Boards]]:
    started: list[Boards] = []

    def start(*placed: Placed, **more: Any) -> Boards:
        more.setdefault("clock", lambda: halls.NOON)
        started.append(Boards(placed, halls.ZH, **more))
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.stop()


def last_is(board: NotedBoard, expected: Image.Image) -> Callable[[], bool]:
    return lambda: bool(board.frames) and board.frames[-1].tobytes() == expected.tobytes()


def test_each_board_shows_what_it_is_for(halls: SimpleNamespace, run: Callable[..., Boards]) -> None:
    twin = TwinBoard(config.TwinBoard(id="w2", shows="counter:2"))
    summary = TwinBoard(config.TwinBoard(id="all", shows="summary", width=128, height=32))
    twin.open()
    summary.open()
    try:
        shown = run(whole(twin, Shown("2")), whole(summary, Shown()))
        view = halls.hall(halls.counter("2", "called", "A005"), recent=(halls.call("A005", "2"),))
        shown.show(view)
        window, hall = halls.lit(view, "2"), halls.lit(view, None, 128, 32)
        until(lambda: twin.lamps().tobytes() == window.tobytes())
        until(lambda: summary.lamps().tobytes() == hall.tobytes())
        until(lambda: shown.frame("all") is not None)
    finally:
        twin.close()
        summary.close()


def test_one_chain_serves_several_windows_and_is_sent_at_once(
    halls: SimpleNamespace, run: Callable[..., Boards]
) -> None:
    """Two windows side by side and the summary below; the rest of the chain stays dark."""
    board = NotedBoard("chain")
    board.width, board.height = 160, 48
    parts = (
        Part(Shown("1"), 0, 0, 64, 16),
        Part(Shown("2"), 72, 0, 64, 16),
        Part(Shown(), 0, 16, 128, 32),
    )
    shown = run(Placed(board, parts))
    counters = (halls.counter("1", "serving", "B001"), halls.counter("2", "serving", "A005"))
    view = halls.hall(*counters, recent=(halls.call("A005", "2", halls.NOON - 60_000),))
    shown.show(view)
    expected = Image.new("1", (160, 48))
    expected.paste(halls.lit(view, "1"), (0, 0))
    expected.paste(halls.lit(view, "2"), (72, 0))
    expected.paste(halls.lit(view, None, 128, 32), (0, 16))
    until(last_is(board, expected))
    assert len(board.frames) == 1
    assert board.frames[0].crop((136, 0, 160, 48)).getbbox() is None


def test_views_are_cut_as_the_configuration_says() -> None:
    document = {
        "hall": {"id": "h", "name": {"en": "H"}},
        "node": {"id": "n"},
        "services": [{"id": "a", "letter": "A", "name": {"en": "A"}, "zone": "east"}],
        "zones": [{"id": "east", "name": {"en": "East"}}],
        "counters": [{"id": "1", "name": {"en": "1"}, "serves": [["a"]]}],
        "boards": [
            {"id": "w", "driver": "twin", "shows": "counter:1"},
            {
                "id": "chain", "driver": "twin", "width": 128, "height": 32,
                "views": [
                    {"shows": "counter:1", "width": 64, "height": 16},
                    {"shows": "summary:east", "x": 64, "y": 16, "width": 64, "height": 16},
                ],
            },
        ],
    }  # fmt: skip
    settings = config.parse(document)
    one, two = (
        boards.placed(NotedBoard(section.id), section, config.catalogue(settings)) for section in settings.boards
    )
    assert one.parts == (Part(Shown("1"), 0, 0, 64, 16),)
    assert two.parts == (Part(Shown("1"), 0, 0, 64, 16), Part(Shown(zone="east"), 64, 16, 64, 16))


def test_notices_come_and_run_out_without_anything_happening(
    halls: SimpleNamespace, run: Callable[..., Boards], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "_LOOK_MS", 20)
    now: list[dict[str, str]] = []
    board = NotedBoard()
    board.height = 48
    shown = run(whole(board, Shown()), notices=lambda: now, clock=mono_ms)
    worker = shown._workers["w2"]
    shown.show(halls.hall())
    until(lambda: board.frames)
    now.append({"zh": "周六照常办公"})
    until(lambda: "周六照常办公" in str(worker._views[0]._face))
    now.clear()
    until(lambda: "周六照常办公" not in str(worker._views[0]._face))


def test_trouble_with_the_notices_costs_no_call(halls: SimpleNamespace, run: Callable[..., Boards]) -> None:
    def torn() -> list[dict[str, str]]:
        raise KeyError("notices")

    board = NotedBoard()
    shown = run(whole(board, Shown("2")), notices=torn)
    view = halls.hall(halls.counter("2", "serving", "A001"))
    shown.show(view)
    until(last_is(board, halls.lit(view, "2")))
    until(lambda: shown.health("w2").status == "ok")


def test_a_slow_board_gets_the_latest_and_holds_up_nobody(halls: SimpleNamespace, run: Callable[..., Boards]) -> None:
    slow, quick = NotedBoard("slow"), NotedBoard("quick")
    shown = run(whole(slow, Shown("2")), whole(quick, Shown("2")))
    slow.go_on.clear()
    shown.show(halls.hall(halls.counter("2", "serving", "A000")))
    assert slow.entered.wait(60)
    for n in range(1, 51):
        shown.show(halls.hall(halls.counter("2", "serving", f"A{n:03}")))
    newest = halls.lit(halls.hall(halls.counter("2", "serving", "A050")), "2")
    until(last_is(quick, newest))
    assert slow.frames == []
    slow.go_on.set()
    until(last_is(slow, newest))
    assert len(slow.frames) == 2


def test_a_frame_is_sent_when_it_differs_from_the_one_the_board_has(halls: SimpleNamespace) -> None:
    board = NotedBoard()
    worker = Boards((whole(board, Shown("2")),), halls.ZH)._workers["w2"]
    views = {one: halls.hall(halls.counter("2", "serving", one)) for one in ("A001", "A002")}
    busier = halls.hall(halls.counter("2", "serving", "A001", waiting=9))
    frames = {one: lamps.Frame(halls.lit(view, "2"), None) for one, view in views.items()}
    worker._send(frames["A001"])
    worker._send(lamps.Frame(halls.lit(busier, "2"), None))
    assert len(board.frames) == 1
    board.error = DeviceError("w2: broken")
    worker._send(frames["A002"])
    board.error = None
    # What a board shows after an error nobody knows, so the old frame is new to it.
    worker._send(frames["A001"])
    assert len(board.frames) == 2


def test_a_called_number_blinks_by_itself(halls: SimpleNamespace, run: Callable[..., Boards]) -> None:
    board = NotedBoard()
    shown = run(whole(board, Shown("2")), clock=mono_ms)
    shown.show(halls.hall(halls.counter("2", "called", "A005")))
    until(lambda: len(board.frames) >= 3)
    lit = [frame.getbbox() is not None for frame in board.frames]
    assert all(one != other for one, other in itertools.pairwise(lit))


@pytest.mark.parametrize("hall_is_ahead_ms", [0, 3_600_000, -3_600_000])
def test_blinking_counts_from_the_call_whatever_the_two_clocks_show(
    halls: SimpleNamespace, hall_is_ahead_ms: int
) -> None:
    """A view told again, with nothing new in it, does not make an old call a new one."""
    now = [halls.NOON - hall_is_ahead_ms]
    placed = whole(NotedBoard(), Shown("2"))
    worker = Boards((placed,), halls.ZH, clock=lambda: now[0])._workers["w2"]
    called = halls.hall(halls.counter("2", "called", "A005"))
    worker.leave(called)
    worker._look(called)
    frame = worker._frame(worker._ahead)
    assert frame.until == now[0] + lamps.BLINK_MS
    now[0] += 600_000
    worker.leave(called)
    worker._look(called)
    frame = worker._frame(worker._ahead)
    assert frame.until is None


def test_a_board_that_failed_is_tried_again_and_told_once(
    halls: SimpleNamespace,
    run: Callable[..., Boards],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(boards, "_AGAIN_MS", 5)
    board = NotedBoard()
    board.error = DeviceError("w2: Input/output error")
    shown = run(whole(board, Shown("2")))
    view = halls.hall(halls.counter("2", "serving", "A001"))
    shown.show(view)
    assert board.entered.wait(60)
    for _ in range(3):
        board.entered.clear()
        assert board.entered.wait(60)
    assert shown.frame("w2") is None
    assert shown.health("w2").status == "failed"
    board.error = None
    until(last_is(board, halls.lit(view, "2")))
    until(lambda: shown.health("w2").status == "ok")
    warned = [record for record in caplog.records if record.levelname == "WARNING"]
    assert len(warned) == 1


def test_without_unifont_the_board_is_degraded_and_speaks_english(
    halls: SimpleNamespace, run: Callable[..., Boards], tmp_path: Path
) -> None:
    board = NotedBoard()
    none = (tmp_path / "none.otf",)
    shown = run(whole(board, Shown("2")), fonts=none)
    closed = halls.hall(halls.counter("2", "closed"))
    shown.show(closed)
    letters, _ = boards.letters_for(16, none)
    english = halls.lit(closed, "2", letters=letters, setting=type(halls.ZH)(languages=("en",)))
    until(last_is(board, english))
    until(lambda: shown.health("w2").status == "degraded")


def test_it_stops_while_a_board_animates(halls: SimpleNamespace, run: Callable[..., Boards]) -> None:
    board = NotedBoard()
    shown = run(whole(board, Shown()), clock=mono_ms)
    shown.show(halls.hall(recent=(halls.call("A005", "2"),)))
    until(lambda: board.frames)
    shown.stop()
    assert not [one for one in threading.enumerate() if one.name == "show-w2"]
