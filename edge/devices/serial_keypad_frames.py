"""PURE. Caller keypads (呼叫器) on one RS-485 line: the frame, and the talk with one keypad.

Vendors differ, so this frame is ours; a keypad of another make needs its own file like this one. The line
is half duplex and shared: keypads speak only when they are asked, or they would talk over each other.
8 data bits, no parity, 1 stop bit. Every frame, either way, is six bytes:

    0xAA | address 1–247 | key code | kind | sequence | XOR of the four bytes before it

    from the node      0x05 poll   code 0; sequence: the last one taken, 0 none: the keypad forgets that one
    from the keypad    0x01 down   code 1–255; sequence of this change, 1–255, then 1 again
                       0x02 up     likewise
                       0x06 idle   code 0; nothing waits; sequence of the last change taken, 0 after power-up

A keypad debounces its own keys, keeps its changes in order, and sends the oldest again until a poll
carries its sequence. So a lost frame is asked for again, and a repeat collapses by its sequence.
"""

from functools import reduce
from operator import xor

import msgspec

START, SIZE = 0xAA, 6
DOWN, UP, POLL, IDLE = 0x01, 0x02, 0x05, 0x06
ADDRESSES, CODES = range(1, 248), range(1, 256)
SILENT_NS = 1_000_000_000
"""A keypad that answered nothing for so long is not there."""


class Frame(msgspec.Struct, frozen=True):
    address: int
    code: int
    kind: int
    sequence: int


def encode(frame: Frame) -> bytes:
    body = bytes((frame.address, frame.code, frame.kind, frame.sequence))
    return bytes((START, *body, reduce(xor, body)))


class Decoder:
    """Bytes as they come to frames. What is no frame is noise: one byte is given up, and looked on from there."""

    def __init__(self) -> None:
        self._kept = b""
        self.noise = 0
        """Bytes given up, since the start."""

    def feed(self, data: bytes) -> list[Frame]:
        kept, found = self._kept + data, []
        while kept:
            begin = kept.find(START)
            if begin != 0:
                lost = len(kept) if begin < 0 else begin
                self.noise += lost
                kept = kept[lost:]
                continue
            if len(kept) < SIZE:
                break
            body, check = kept[1:5], kept[5]
            if reduce(xor, body) == check:
                found.append(Frame(*body))
                kept = kept[SIZE:]
            else:
                self.noise += 1
                kept = kept[1:]
        self._kept = kept
        return found

    def forget(self) -> None:
        """What was begun before a poll is no answer to it."""
        self.noise += len(self._kept)
        self._kept = b""


class Change(msgspec.Struct, frozen=True):
    """A key moved. `waited`: it lay in the keypad while nobody asked, so nobody knows since when."""

    code: int
    down: bool
    waited: bool


class Talk:
    """One keypad as the node knows it. Times in ns of one steady clock."""

    def __init__(self, address: int, now: int) -> None:
        self.address = address
        self._taken = 0
        self._behind = True
        self._answered_at = now
        self.answered = False
        self.silent = False

    def ask(self) -> Frame:
        return Frame(self.address, 0, POLL, self._taken)

    def hears(self, frame: Frame, now: int) -> Change | None:
        """The answer to `ask`: a change not known yet, or None."""
        self._answered_at, self.answered, self.silent = now, True, False
        if frame.kind == IDLE:
            # Nothing waits any more. A keypad that lost its power counts from the beginning again.
            self._behind = False
            if frame.sequence == 0:
                self._taken = 0
            return None
        if frame.sequence in (0, self._taken):
            return None
        self._taken = frame.sequence
        return Change(frame.code, frame.kind == DOWN, self._behind)

    def missed(self, now: int) -> bool:
        """No answer came; True: from here on the keypad is not there."""
        if self.silent or now - self._answered_at < SILENT_NS:
            return False
        self.silent, self._behind, self._taken = True, True, 0
        return True

    def is_answer(self, frame: Frame) -> bool:
        """Not the echo of our own poll, which some adapters hear, and not another keypad's."""
        return frame.address == self.address and frame.kind in (DOWN, UP, IDLE)
