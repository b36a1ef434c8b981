"""The twin of an RS-485 line with caller keypads: on a pty, so the real driver talks to it byte by byte.

It keeps what its keypads would keep and answers as the frame's rules say; a hand can press, cut the
line, spoil answers, unplug one keypad or take its power.
"""

import contextlib
import os
import select
import threading
import tty
from collections import deque
from pathlib import Path

from edge.devices.serial_keypad_frames import DOWN, IDLE, POLL, UP, Decoder, Frame, encode


class _Pad:
    """One keypad: its changes not taken yet, oldest first."""

    def __init__(self, address: int) -> None:
        self.address = address
        self.waiting: deque[tuple[int, int, int]] = deque()
        self.last, self.taken = 0, 0
        self.plugged = True

    def move(self, code: int, kind: int) -> None:
        self.last = self.last % 255 + 1
        self.waiting.append((code, kind, self.last))

    def answer(self, poll: Frame) -> Frame:
        if self.waiting and poll.sequence == self.waiting[0][2]:
            self.taken = self.waiting.popleft()[2]
        if self.waiting:
            code, kind, sequence = self.waiting[0]
            return Frame(self.address, code, kind, sequence)
        return Frame(self.address, 0, IDLE, self.taken)


class SerialLine:
    """`path` is where the driver finds the line: a link to the pty of the day, gone while it is cut."""

    def __init__(self, path: Path, addresses: tuple[int, ...], *, echo: bool = False) -> None:
        """`echo`: the adapter hears what the node sends, as two-wire ones may."""
        self.path = path
        self.polls = 0
        self._echo = echo
        self._pads = {address: _Pad(address) for address in addresses}
        self._lock = threading.Lock()
        self._spoil = 0
        self._deaf = 0
        self._before = b""
        self._ends: tuple[int, int] | None = None
        self._worker: threading.Thread | None = None
        self._wake_out, self._wake_in = os.pipe()
        self.mend()

    # --- what a hand can do to it -------------------------------------------------

    def down(self, address: int, code: int) -> None:
        with self._lock:
            self._pads[address].move(code, DOWN)

    def up(self, address: int, code: int) -> None:
        with self._lock:
            self._pads[address].move(code, UP)

    def press(self, address: int, code: int) -> None:
        self.down(address, code)
        self.up(address, code)

    def spoil(self, answers: int) -> None:
        """A bit of each of the next answers turns over on its way."""
        with self._lock:
            self._spoil = answers

    def lose_polls(self, polls: int) -> None:
        """The next polls reach nobody."""
        with self._lock:
            self._deaf = polls

    def noise(self, data: bytes) -> None:
        """Stands on the line just before the next answer."""
        with self._lock:
            self._before = data

    def unplug(self, address: int) -> None:
        """The keypad stays alive and keeps what is pressed, but hears nothing."""
        self._pads[address].plugged = False

    def plug(self, address: int) -> None:
        self._pads[address].plugged = True

    def restart(self, address: int) -> None:
        """The keypad's power went and came: it has forgotten all and counts from 1."""
        with self._lock:
            self._pads[address] = _Pad(address)

    def cut(self) -> None:
        """The adapter is pulled out."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        os.write(self._wake_in, b"x")
        worker.join(5)
        self.path.unlink(missing_ok=True)
        assert self._ends is not None
        for end in self._ends:
            os.close(end)
        self._ends = None

    def mend(self) -> None:
        """It is plugged in again."""
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        self._ends = ours, theirs
        self.path.symlink_to(os.ttyname(theirs))
        self._worker = threading.Thread(target=self._run, args=(ours,), name="serial-line", daemon=True)
        self._worker.start()

    def close(self) -> None:
        self.cut()
        os.close(self._wake_out)
        os.close(self._wake_in)

    # --- the keypads' side ----------------------------------------------------------

    def _run(self, line: int) -> None:
        decoder = Decoder()
        while True:
            ready, _, _ = select.select([line, self._wake_out], [], [])
            if self._wake_out in ready:
                os.read(self._wake_out, 1)
                return
            with contextlib.suppress(OSError):
                data = os.read(line, 64)
                if self._echo:
                    os.write(line, data)
                for frame in decoder.feed(data):
                    if frame.kind == POLL:
                        self._polled(line, frame)

    def _polled(self, line: int, poll: Frame) -> None:
        with self._lock:
            self.polls += 1
            pad = self._pads.get(poll.address)
            if self._deaf:
                self._deaf -= 1
                return
            if pad is None or not pad.plugged:
                return
            answer = bytearray(encode(pad.answer(poll)))
            if self._spoil:
                self._spoil -= 1
                answer[2] ^= 0x10
            before, self._before = self._before, b""
            os.write(line, before + bytes(answer))
