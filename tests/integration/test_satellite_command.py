"""`hallkeeper satellite` as a technician types it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.satellite.hub import SatelliteHub
from tests import satellites
from tests.waiting import until

TWINS = {
    "keys": [{"driver": "twin", "id": "pad", "bind": {"a": "next"}}],
    "boards": [{"driver": "twin", "id": "board"}],
}


def hallkeeper(*words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "hallkeeper", "satellite", *words],
        cwd=satellites.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
    )


def ran(*words: str) -> tuple[int, str, str]:
    process = hallkeeper(*words)
    out, error = process.communicate(timeout=60)
    return process.returncode, out, error


@pytest.fixture
def hub() -> Iterator[SatelliteHub]:
    made = satellites.hub()
    made.open()
    yield made
    made.close()


def test_it_calls_its_node_and_ends_when_told(tmp_path: Path, hub: SatelliteHub) -> None:
    process = hallkeeper(str(satellites.window(tmp_path, hub.address[1], **TWINS)))
    link = hub.link("window-3")
    until(lambda: link._channel is not None, say=process.poll)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out.startswith(f"window-3 calls its node at 127.0.0.1:{hub.address[1]}")
    until(lambda: link._channel is None)


def test_a_new_key_is_64_hex_digits() -> None:
    code, out, _ = ran("--new-key")
    assert code == 0
    assert re.fullmatch(r"[0-9a-f]{64}\n", out)


def test_its_devices_can_be_tried(tmp_path: Path) -> None:
    missing = {"driver": "keypad", "id": "pad", "path": "/dev/input/none", "bind": {"KP1": "next"}}
    code, out, _ = ran("--check", str(satellites.window(tmp_path, 1, keys=[missing], boards=TWINS["boards"])))
    assert code == 1
    lines = out.splitlines()
    assert re.match(r"pad +keys +failed +/dev/input/none: No such file", lines[0])
    assert re.match(r"board +board +ok", lines[1])
    assert ran("--check", "--simulated", str(tmp_path / "window-3.toml"))[0] == 0


@pytest.mark.parametrize(
    ("key", "says"), [("5a", "satellite.key: is not 64 hex digits"), (satellites.KEY, "cannot be read")]
)
def test_a_wrong_file_ends_it_with_a_sentence(tmp_path: Path, key: str, says: str) -> None:
    file = satellites.window(tmp_path, 1, key=key, **TWINS)
    if key == satellites.KEY:
        file.unlink()
    code, _, error = ran(str(file))
    assert code == 1
    assert error.startswith("hallkeeper: ")
    assert says in error
    assert "Traceback" not in error


def test_without_a_file_it_says_what_it_wants() -> None:
    code, _, error = ran()
    assert code == 2
    assert "WINDOW.toml" in error
