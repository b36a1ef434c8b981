"""Simulated chips of the cards the profiles know: they answer APDUs as published for the real ones.

They stand behind the twin reader and behind a virtual card in a real pcscd (`VirtualCard`), so both are
read by the same code. Like a T = 0 card they give long answers only on GET RESPONSE (61xx) and correct a
wrong length (6Cxx).
"""

from functools import reduce
from operator import xor

from edge.devices.cards import belgian_eid, social_security, taiwan_nhi, thai_id

_OK, _NO_FILE, _NO_RECORD, _BAD_INS = b"\x90\x00", b"\x6a\x82", b"\x6a\x83", b"\x6d\x00"


def contact_atr(history: bytes) -> bytes:
    """A T = 0 card's, with up to 15 historical bytes (ISO 7816-3)."""
    return bytes([0x3B, len(history)]) + history


def contactless_atr(history: bytes) -> bytes:
    """What a reader makes up for a contactless card (PC/SC part 3): T = 0 and T = 1 offered, check byte last."""
    body = bytes([0x80 | len(history), 0x80, 0x01]) + history
    return b"\x3b" + body + bytes([reduce(xor, body)])


class Chip:
    """A card that knows nothing: every command is refused. `seen`: what it was asked."""

    atr = contact_atr(b"")

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        self._pending = b""

    def answer(self, apdu: bytes) -> bytes:
        """The whole answer, status last."""
        self.seen.append(apdu)
        if apdu[:2] == b"\x00\xc0":
            piece, self._pending = self._pending[: apdu[4] or 256], self._pending[apdu[4] or 256 :]
            return piece + self._left()
        if apdu[:2] == b"\x00\xa4":
            return self._selected(apdu[2], apdu[5 : 5 + apdu[4]])
        return self._command(apdu)

    def reset(self) -> None:
        """Power off or reset: nothing is selected any more."""
        self._pending = b""

    def _selected(self, p1: int, name: bytes) -> bytes:
        return _NO_FILE

    def _command(self, apdu: bytes) -> bytes:
        return _BAD_INS

    def _later(self, data: bytes) -> bytes:
        """The answer waits for GET RESPONSE."""
        self._pending = data
        return self._left()

    def _left(self) -> bytes:
        return bytes([0x61, min(len(self._pending), 0xFF)]) if self._pending else _OK


def _exactly(data: bytes, asked: int) -> bytes:
    """READ with its length: all of it, or the right length to ask with."""
    return data + _OK if asked == len(data) else bytes([0x6C, len(data)])


class SocialSecurityChip(Chip):
    """`by_tag`: whether records can be read by tag, which local cards of the first editions refuse."""

    atr = contact_atr(b"\x86SH\x01")

    def __init__(self, number: str, name: str, until: str = "20330630", by_tag: bool = True) -> None:
        super().__init__()
        self._by_tag = by_tag
        self._selected_file = 0
        holder = {0x08: number.encode("ascii"), 0x09: name.encode("gbk").ljust(30, b"\x00"), 0x0A: b"2"}
        self._files = {0x05: {0x06: bytes.fromhex(until)}, 0x06: holder}

    def reset(self) -> None:
        super().reset()
        self._selected_file = 0

    def _selected(self, p1: int, name: bytes) -> bytes:
        if p1 == 0x04 and name.hex().upper() == social_security.SSSE:
            return self._later(bytes.fromhex("6F11840F") + name)
        if p1 in (0x00, 0x02) and len(name) == 2 and name[0] == 0xEF and name[1] in self._files:
            self._selected_file = name[1]
            return _OK
        return _NO_FILE

    def _command(self, apdu: bytes) -> bytes:
        records = self._files.get(self._selected_file, {})
        if apdu[:2] != b"\x00\xb2":
            return _BAD_INS
        numbered = dict(enumerate(records, start=1))
        by_tag = {tag: tag for tag in records} if self._by_tag else {}
        tag = (by_tag if apdu[3] == 0x00 else numbered).get(apdu[2])
        if tag is None:
            return _NO_RECORD
        return _exactly(bytes([tag, len(records[tag])]) + records[tag], apdu[4])


class TaiwanNhiChip(Chip):
    """`birth` as on the card, yyyMMdd of the Republic's years."""

    atr = contact_atr(b"NHI")

    def __init__(self, number: str, name: str, birth: str = "0650417", sex: str = "F") -> None:
        super().__init__()
        self._basic = (
            b"000012345678"
            + name.encode("big5").ljust(20, b"\x00")
            + (number + birth + sex + "1090101").encode("ascii")
        )

    def _selected(self, p1: int, name: bytes) -> bytes:
        return _OK if name.hex().upper() == taiwan_nhi.AID else _NO_FILE

    def _command(self, apdu: bytes) -> bytes:
        return self._later(self._basic) if apdu[:4] == bytes.fromhex("00CA1100") else _BAD_INS


class ThaiIdChip(Chip):
    """`name` with "#" between title, first, middle and last name, as the card has it."""

    atr = contact_atr(b"TH NID 1")

    def __init__(self, number: str, name: str, until: str = "25730131") -> None:
        super().__init__()
        memory = bytearray(0x177)
        for offset, text, length in (
            (0x04, number, 0x0D),
            (0x11, name, 0x64),
            (0xD9, "25200405", 8),
            (0xE1, "2", 1),
            (0x16F, until, 8),
        ):
            memory[offset : offset + length] = text.encode("cp874").ljust(length)
        self._memory = bytes(memory)

    def _selected(self, p1: int, name: bytes) -> bytes:
        return self._later(b"\x6f\x00") if name.hex().upper() == thai_id.AID else _NO_FILE

    def _command(self, apdu: bytes) -> bytes:
        if apdu[:2] != b"\x80\xb0":
            return _BAD_INS
        start = int.from_bytes(apdu[2:4], "big")
        return self._later(self._memory[start : start + apdu[6]])


class BelgianEidChip(Chip):
    atr = contact_atr(b"\xa5\x03\x01\x01\x01\xad\x13\x11")

    def __init__(self, number: str, surname: str, first: str, until: str = "09.03.2031") -> None:
        super().__init__()
        self._open = False
        fields = ((1, "592123456789"), (4, until), (6, number), (7, surname), (8, first), (0x0A, "Belge"))
        self._file = b"".join(_tlv(tag, text.encode()) for tag, text in fields) + b"\x00\x00"

    def reset(self) -> None:
        super().reset()
        self._open = False

    def _selected(self, p1: int, name: bytes) -> bytes:
        if p1 == 0x04:
            return _OK if name.hex().upper() == belgian_eid.AID else _NO_FILE
        self._open = name == bytes.fromhex("3F00DF014031")
        return _OK if self._open else _NO_FILE

    def _command(self, apdu: bytes) -> bytes:
        if apdu[:2] != b"\x00\xb0" or not self._open:
            return _BAD_INS
        start = int.from_bytes(apdu[2:4], "big")
        if start > len(self._file):
            return b"\x6b\x00"
        return _exactly(self._file[start : start + apdu[4]], apdu[4])


class BadgeChip(Chip):
    """A contactless card with a chip number and nothing else."""

    atr = contactless_atr(bytes.fromhex("804F0CA00000030603000100000000"))

    def __init__(self, number: str) -> None:
        super().__init__()
        self._number = bytes.fromhex(number)

    def _command(self, apdu: bytes) -> bytes:
        return self._number + _OK if apdu[:4] == bytes.fromhex("FFCA0000") else _BAD_INS


class ResidentIdChip(BadgeChip):
    """A resident ID card under a reader without the police module."""

    atr = contactless_atr(bytes.fromhex("804F03F00100"))

    def _command(self, apdu: bytes) -> bytes:
        if apdu == bytes.fromhex("0036000008"):
            return self._number.ljust(8, b"\x01") + _OK
        return super()._command(apdu)


class PassportChip(BadgeChip):
    """A travel document: it lets itself be selected and nothing more."""

    atr = contactless_atr(b"\x00\x73\x84\x00\x00\x00\x90\x00")

    def _selected(self, p1: int, name: bytes) -> bytes:
        return _OK if name.hex().upper() == "A0000002471001" else _NO_FILE


def _tlv(tag: int, value: bytes) -> bytes:
    length, rest = b"", len(value)
    while rest >= 0xFF:
        length, rest = length + b"\xff", rest - 0xFF
    return bytes([tag]) + length + bytes([rest]) + value
