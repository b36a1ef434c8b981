"""A virtual card for vpcd, the virtual reader of pcscd: a simulated chip behind real PC/SC.

vpcd listens on a TCP port; a card that connects is inserted, one that hangs up is pulled. Frames have a
length of two bytes; one byte is a command (0 power off, 1 power on, 2 reset, 4 ATR), more is an APDU.
"""

import contextlib
import socket
import threading

from edge.devices.twins.chips import Chip

_POWER_OFF, _POWER_ON, _RESET, _ATR = 0, 1, 2, 4


class VirtualCard:
    """Inserted when made, through `wire`, until `pull`. `pull_after`: so many APDUs are answered, then it is gone."""

    def __init__(self, chip: Chip, wire: socket.socket, pull_after: int | None = None) -> None:
        self.chip = chip
        self._wire = wire
        self._left = pull_after
        self.pulled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="virtual-card", daemon=True)
        self._thread.start()

    @classmethod
    def insert(cls, chip: Chip, port: int, host: str = "127.0.0.1", pull_after: int | None = None) -> "VirtualCard":
        return cls(chip, socket.create_connection((host, port), timeout=10), pull_after)

    def pull(self) -> None:
        """May be called twice."""
        with contextlib.suppress(OSError):
            self._wire.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    def _run(self) -> None:
        self._wire.settimeout(None)
        try:
            while (frame := self._frame()) is not None:
                answer = self._answered(frame)
                if answer is None:
                    break
                if answer:
                    self._wire.sendall(len(answer).to_bytes(2, "big") + answer)
        except OSError:
            pass  # pcscd went away: the card lies in a reader without current
        finally:
            self._wire.close()
            self.pulled.set()

    def _answered(self, frame: bytes) -> bytes | None:
        """Empty: nothing to say; None: pulled."""
        if len(frame) > 1:
            if self._left == 0:
                return None
            self._left = None if self._left is None else self._left - 1
            return self.chip.answer(frame)
        if frame[0] == _ATR:
            return self.chip.atr
        if frame[0] in (_POWER_OFF, _POWER_ON, _RESET):
            self.chip.reset()
        return b""

    def _frame(self) -> bytes | None:
        head = self._exactly(2)
        return None if head is None else self._exactly(int.from_bytes(head, "big"))

    def _exactly(self, count: int) -> bytes | None:
        data = b""
        while len(data) < count:
            piece = self._wire.recv(count - len(data))
            if not piece:
                return None
            data += piece
        return data
