"""PURE. Frames between host and resident-ID module (GA/T 467-2019), and what the module's answers mean.

Out: `AA AA AA 96 69 | length | CMD | PARA | data | XOR`; in: the same with SW1 SW2 SW3 for CMD PARA. The
length (2 bytes, high first) counts from CMD or SW1 to XOR; XOR runs over length and all behind it.
"""

from functools import reduce
from operator import xor

import msgspec

PREAMBLE = bytes.fromhex("AAAAAA9669")

STATUS, FIND, SELECT, READ = (0x11, 0xFF), (0x20, 0x01), (0x20, 0x02), (0x30, 0x01)
OK, FOUND, CHECKSUM, SELF_TEST, UNAUTHORISED, NO_CARD = 0x90, 0x9F, 0x10, 0x60, 0x66, 0x80

_MODULE = "the ID module reports 0x{:02X}: {}"
_MEANINGS = {
    0x10: "it received a wrong checksum; look at its cable and the baud rate",
    0x11: "it received a wrong length; look at its cable and the baud rate",
    0x21: "it does not know the command; is it a module of GA/T 467?",
    0x31: "the card did not prove itself to the module",
    0x32: "the module did not prove itself to the card",
    0x33: "the card's data were not signed rightly",
    0x40: "the card is of another kind",
    0x41: "the card could not be read",
    0x47: "it made no random number; switch it off and on",
    0x60: "its self-test failed; switch it off and on, else have it repaired",
    0x66: "it is not authorised; have it licensed by its supplier",
    0x80: "it finds no card",
    0x81: "it could not select the card",
    0x91: "the card holds no such data",
}


class BadFrame(Exception):
    """Bytes that are no frame: noise, or a wrong baud rate."""


class Answer(msgspec.Struct, frozen=True):
    """`sw3` is what tells; `data` what follows it."""

    sw3: int
    data: bytes


def frame(body: bytes) -> bytes:
    """`body`: everything between length and XOR."""
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes([reduce(xor, counted)])


def request(command: tuple[int, int], data: bytes = b"") -> bytes:
    return frame(bytes(command) + data)


def unframed(received: bytes) -> tuple[bytes, bytes] | None:
    """The first body and what came behind it; None: not whole yet. Noise before a preamble is passed over.

    Raises BadFrame.
    """
    start = received.find(PREAMBLE)
    if start < 0:
        if len(received) > len(PREAMBLE) * 16:
            raise BadFrame("no frame in what the ID module sends; look at its baud rate")
        return None
    counted = received[start + len(PREAMBLE) :]
    if len(counted) < 2:
        return None
    end = 2 + int.from_bytes(counted[:2], "big")
    if len(counted) < end:
        return None
    if reduce(xor, counted[:end]):
        raise BadFrame("wrong checksum in what the ID module sends; look at its cable and the baud rate")
    return counted[2 : end - 1], counted[end:]


def answer(body: bytes) -> Answer:
    """Raises BadFrame where the three status bytes are not there."""
    if len(body) < 3:
        raise BadFrame("the ID module sends too short an answer")
    return Answer(body[2], body[3:])


def texts(data: bytes) -> bytes:
    """The 256 bytes of text out of the answer to READ: length of text, length of photo, text, photo (passed over)."""
    length = int.from_bytes(data[:2], "big")
    if len(data) < 4 + length or length != 256:
        raise BadFrame("the ID module sends a card without its 256 bytes of text")
    return data[4 : 4 + length]


def meaning(sw3: int) -> str:
    """For a technician."""
    return _MODULE.format(sw3, _MEANINGS.get(sw3, "an answer GA/T 467 does not list; note it for the supplier"))
