"""A network printer in a process of its own: `python -m bench.printer`.

Says its port, then for each slip when its first byte came (ns of the machine's monotonic clock).
"""

import signal
import sys
import time

from edge.devices.twins.escpos_paper import Paper
from tests.ports.printer_peer import TcpPrinter

_STATUS = b"\x10\x04"
"""How a question about the status begins; it may come at any time and is no slip."""


class TimedPaper(Paper):
    """Answers as any printer does, and says when a slip began."""

    def __init__(self) -> None:
        super().__init__(80, None, lambda: time.time_ns() // 1_000_000)
        self._in_slip = False

    def receive(self, data: bytes) -> bytes:
        came = time.monotonic_ns()
        if not self._in_slip and not data.startswith(_STATUS):
            self._in_slip = True
            say(came)
        answers = super().receive(data)
        # the answer behind a document (GS r) ends it; those to a status question have their bit 4 set
        self._in_slip = self._in_slip and all(byte & 0x10 for byte in answers)
        return answers


def say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    say(TcpPrinter(TimedPaper()).port)
    signal.pause()
