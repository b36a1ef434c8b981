"""Satellites for tests: hubs on loopback, stations in processes that can be killed, files for both."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import tomli_w

from edge import config
from edge.satellite.hub import SatelliteHub
from tests.waiting import until

KEY = "5a" * 32
OTHER_KEY = "a5" * 32
ROOT = Path(__file__).parents[1]


def hub(*ids: str, port: int = 0, key: str = KEY) -> SatelliteHub:
    """Not opened yet; on a free port of loopback."""
    return SatelliteHub(tuple(config.Satellite(id=each, key=key) for each in ids or ("window-3",)), "127.0.0.1", port)


def window(folder: Path, port: int, **more: Any) -> Path:
    """A satellite's file with these `keys` and `boards`."""
    key = more.pop("key", KEY)
    id_ = more.pop("id", "window-3")
    path = folder / f"{id_}.toml"
    document = {"satellite": {"id": id_, "host": "127.0.0.1", "port": port, "key": key}, **more}
    path.write_text(tomli_w.dumps(document))
    return path


class Child:
    """`python -m tests.satellite_child`; `frames` are the wires' frames as bytes, by board."""

    def __init__(self, file: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.satellite_child", str(file)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.frames: dict[str, list[list[int]]] = {}
        self.said: set[str] = set()
        self._nth = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            what, _, rest = line.strip().partition(" ")
            if what == "frame":
                board, _, data = rest.partition(" ")
                self.frames.setdefault(board, []).append(list(bytes.fromhex(data)))
            else:
                self.said.add(line.strip())

    def tell(self, line: str) -> None:
        """Returns once it happened, and all that was told before it is here."""
        assert self.process.stdin is not None
        self._nth += 1
        self.process.stdin.write(f"{line}\nsync {self._nth}\n")
        self.process.stdin.flush()
        until(lambda: f"sync {self._nth}" in self.said)

    def sync(self) -> None:
        self.tell(f"sync again-{self._nth}")

    def kill(self) -> None:
        """As a power cut does: nothing is said."""
        self.process.kill()
        self.process.wait(60)
        self._reader.join(60)

    def end(self) -> None:
        if self.process.poll() is None:
            assert self.process.stdin is not None
            self.process.stdin.close()
            self.process.wait(60)
        self._reader.join(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
