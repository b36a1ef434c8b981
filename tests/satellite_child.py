"""A satellite in a process of its own: `python -m tests.satellite_child WINDOW.toml`, its boards on wires we can see.

Keys are real drivers. Each MAX7219 board writes to a wire that tells every frame on standard output as
`frame <board> <hex>`; what is typed here happens to that wire: `fail <board>`, `mend <board>`. `sync <word>`
is answered once all before it is told.
"""

import errno
import sys
import threading
from pathlib import Path

from edge import config
from edge.devices.led_board import Max7219Board
from edge.satellite.app import Fittings
from edge.satellite.settings import load
from edge.satellite.station import Station


class Voice:
    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __call__(self, said: str) -> None:
        with self._lock:
            sys.stdout.write(said + "\n")
            sys.stdout.flush()


class ToldWire:
    """The SPI device under the driver."""

    def __init__(self, board: str, say: Voice) -> None:
        self.max_speed_hz = 0
        self.broken = False
        self._board, self._say = board, say

    def open(self, port: int, device: int) -> None:
        self._check()

    def writebytes(self, data: list[int]) -> None:
        self._check()
        self._say(f"frame {self._board} {bytes(data).hex()}")

    def close(self) -> None:
        pass

    def _check(self) -> None:
        if self.broken:
            raise OSError(errno.EIO, "Input/output error")


def main() -> None:
    settings = load(Path(sys.argv[1]))
    say = Voice()
    fittings = Fittings(settings)
    wires: dict[str, ToldWire] = {}
    boards = []
    for section, board in zip(settings.boards, fittings.boards, strict=True):
        if isinstance(section, config.Max7219):
            wires[section.id] = ToldWire(section.id, say)
            board = Max7219Board(section, lambda wire=wires[section.id]: wire)  # type: ignore[misc]
        boards.append(board)
    station = Station(settings, fittings.keys, boards, "test")
    station.open()
    say("open")
    for line in sys.stdin:
        what, _, name = line.strip().partition(" ")
        if what == "sync":
            say(f"sync {name}")
        else:
            wires[name].broken = what == "fail"
    station.close()


if __name__ == "__main__":
    main()
