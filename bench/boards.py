"""A call key until the frame with the called number is sent to the window's board."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from bench import hall
from bench.figures import Figure, percentile
from bench.press import Finger
from bench.raw import RawCommits
from bench.stand import Stand
from edge import bindings, config
from edge.boards import Boards, whole
from edge.clock import ManualClock
from edge.devices.twins.board import TwinBoard
from edge.engine import Engine
from edge.faces.board import Setting
from edge.hall.commands import IssueTicket, LogIn, Start
from edge.journal import Journal
from edge.keypress import Bank, Keypress
from edge.tokens import fresh

ABOUT = "call key → board"
NOON = 1_795_320_000_000
"""2026-11-22, noon in Shanghai, ms. The hall's time stands still, so that no lamp blinks by itself."""


class TimedBoard(TwinBoard):
    """Tells when all bytes of a frame are at its chips."""

    def __init__(self, section: config.TwinBoard) -> None:
        super().__init__(section)
        self.shows = section.shows
        self.sent = threading.Event()
        self.sent_at = 0

    def show(self, frame: Image.Image) -> None:
        super().show(frame)
        self.sent_at = time.perf_counter_ns()
        self.sent.set()


def run(stand: Stand) -> list[Figure]:
    calls = stand.few(400, 60)
    took, raw = _measure(stand.folder, stand.track("calls and raw commits in turn", range(calls)))
    return [
        Figure(
            name=f"call key → board frame sent, p{percent}",
            measured=percentile(took, percent),
            unit="ms",
            raw=percentile(raw, percent),
            raw_name=f"SQLite commit, p{percent}",
            comparison="difference",
            note="four boards are drawn; the window's own counts" if percent == 50 else "",
        )
        for percent in (50, 99)
    ]


def _measure(folder: Path, turns: Iterator[int]) -> tuple[list[float], list[float]]:
    settings = config.parse(hall.twins(hall.document(folder)))
    engine = Engine(Journal.open(folder / "journal.db", boot="bench"), ManualClock(NOON), settings)
    engine.start()
    boards = [TimedBoard(section) for section in settings.boards if isinstance(section, config.TwinBoard)]
    offered = config.catalogue(settings)
    chains = tuple(whole(board, bindings.shown(board.shows, offered, "shows")) for board in boards)
    shown = Boards(chains, Setting(settings.hall.languages, settings.hall.timezone, {}), clock=lambda: NOON)
    finger = Finger()
    actions = bindings.bind({"1": "counter:1:next"}, offered, "keys")
    keypress = Keypress((Bank(finger, actions, 20),), engine.submit, clock=lambda: finger.now_ns)
    raw = RawCommits(folder / "raw.db")
    try:
        for board in boards:
            board.open()
        shown.start()
        engine.subscribe(lambda batch: shown.show(batch.view))
        keypress.start()
        engine.submit(LogIn("1", "bench")).result(20)
        window = next(board for board in boards if board.shows == "counter:1")
        return _calls(engine, finger, window, raw, turns)
    finally:
        keypress.stop()
        shown.stop()
        for board in boards:
            board.close()
        engine.stop()
        raw.close()


def _calls(
    engine: Engine, finger: Finger, window: TimedBoard, raw: RawCommits, turns: Iterator[int]
) -> tuple[list[float], list[float]]:
    took: list[float] = []
    commits: list[float] = []
    for _ in turns:
        engine.submit(IssueTicket("personal", fresh(), "bench")).result(20)
        commits.append(raw.commit(bytes(330)))
        time.sleep(0.03)  # the frame that the new ticket brought is gone
        window.sent.clear()
        start = time.perf_counter_ns()
        finger.press()
        assert window.sent.wait(20), "no frame came"
        took.append((window.sent_at - start) / 1e6)
        finger.lift()
        engine.submit(Start("1")).result(20)
    return took, commits
