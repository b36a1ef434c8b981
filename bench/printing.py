"""A press of a ticket button until the first byte of its slip is at a network printer on loopback."""

import time
from collections.abc import Iterator
from typing import Any

from bench import hall
from bench.figures import Figure, percentile
from bench.raw import RawCommits
from bench.stand import Stand, child, line_of
from edge import config
from edge.app import Node

ABOUT = "press → first byte at the printer, of a whole node"
BUTTON = {"id": "button", "driver": "twin", "bind": {"1": "ticket:personal"}}
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
            time.sleep(1)  # the node has just started: threads, libraries
            for _ in turns:
                commits.append(raw.commit(bytes(430)))
                pressed = time.monotonic_ns()
                node.equipment.keys[0].press("1")  # type: ignore[attr-defined]
                first.append((int(line_of(printer)) - pressed) / 1e6)
                time.sleep(APART_S)
        finally:
            raw.close()
            node.close()
    return first, commits


def _settings(folder: Any, port: int, chinese: str) -> config.Settings:
    found = hall.document(folder / "data")
    printer = {"id": "printer", "driver": "network", "host": "127.0.0.1", "port": port, "chinese": chinese}
    return config.parse(hall.twins(found) | {"keys": [BUTTON], "printers": [printer]})
