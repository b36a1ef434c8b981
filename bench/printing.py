"""A press of a ticket button until the first byte of its slip is at a network printer on loopback."""

import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

from bench import hall
from bench.figures import Figure, percentile
from bench.raw import RawCommits
from bench.stand import Stand, child, line_of
from edge import config
from edge.app import Node
from edge.devices.twins.keys import TwinKeys
from edge.hall.commands import CallNext, LogIn, Start

ABOUT = "press → first byte at the printer, of a whole node"
BUTTON = {"id": "button", "driver": "twin", "bind": {"1": "ticket:personal"}}
WAITING = 6
"""People in the hall: one is called before the next takes a ticket, so the estimates repeat as they do in a hall."""
APART_S = 0.2
"""Between two presses: a finger stays on the twin's key for 120 ms."""


def run(stand: Stand) -> list[Figure]:
    presses = stand.few(120, 25)
    found: list[Figure] = []
    for words, chinese in (("Chinese as text", "gb18030"), ("Chinese as a picture", "raster")):
        first, raw = _measure(stand, stand.track(f"slips, {words}", range(presses)), chinese)
        found += _figures(words, first, raw)
    return found


def _figures(words: str, first: list[float], raw: list[float]) -> Iterator[Figure]:
    half, commit = percentile(first, 50), percentile(raw, 50)
    yield Figure(
        name=f"press → first byte at the printer, {words}, p50", measured=half, unit="ms", raw=commit,
        raw_name="SQLite commit, p50", comparison="difference", aim="≤ commit + 5 ms", met=half <= commit + 5,
        note="two commits lie between: the ticket's, and that its slip is begun",
    )  # fmt: skip
    yield Figure(
        name=f"press → first byte at the printer, {words}, p99", measured=percentile(first, 99), unit="ms",
        raw=percentile(raw, 99), raw_name="SQLite commit, p99", comparison="difference",
    )  # fmt: skip


def _measure(stand: Stand, turns: Iterator[int], chinese: str) -> tuple[list[float], list[float]]:
    """Milliseconds of presses to first bytes and of raw commits, in turn."""
    folder = stand.place(chinese)
    first: list[float] = []
    with child("-m", "bench.printer") as printer:
        node = Node(_settings(folder, int(line_of(printer)), chinese))
        node.open()
        raw = RawCommits(folder / "raw.db")
        commits: list[float] = []
        try:
            node.engine.submit(LogIn("1", "bench")).result(20)
            for _ in range(WAITING):
                press(node, printer)
            for _ in turns:
                for command in (CallNext("1"), Start("1")):
                    node.engine.submit(command).result(20)
                time.sleep(APART_S)
                commits.append(raw.commit(bytes(430)))
                first.append(press(node, printer))
        finally:
            raw.close()
            node.close()
    return first, commits


def press(node: Node, printer: "Popen[str]") -> float:
    """Milliseconds from a press of the button to the first byte of its slip."""
    keys = node.equipment.keys[0]
    assert isinstance(keys, TwinKeys)
    pressed = time.monotonic_ns()
    keys.press("1")
    took = (int(line_of(printer)) - pressed) / 1e6
    time.sleep(APART_S)
    return took


def _settings(folder: Path, port: int, chinese: str) -> config.Settings:
    found = hall.document(folder / "data")
    printer = {"id": "printer", "driver": "network", "host": "127.0.0.1", "port": port, "chinese": chinese}
    return config.parse(hall.twins(found) | {"keys": [BUTTON], "printers": [printer]})
