"""PURE. A conversation with a card in APDUs (ISO 7816-4), and the small languages its files are written in."""

import datetime
from collections.abc import Callable, Iterator

NOBODY_KNOWS = (
    "This kind of card is not known here. Please type the number at the kiosk, or show the document at the desk."
)
DAMAGED = (
    "The card answered, but its data are not whole. Wipe its chip and put it in again, or type the number of the card."
)
_OK = 0x9000
_MOST_PIECES = 64
"""Answers fetched in pieces (61xx); a card that always has more is broken."""


class CardUnknown(Exception):
    """No profile fits; the sentence tells the manual way."""


class CardUnreadable(Exception):
    """The right kind of card, but what it says cannot be used."""


class Talk:
    """`transmit`: one command APDU to its whole answer, the two status bytes last; it raises what the reader raises."""

    def __init__(self, transmit: Callable[[bytes], bytes]) -> None:
        self._transmit = transmit

    def ask(self, apdu: bytes) -> bytes | None:
        """The answer's data, fetched (61xx) or asked again with the right length (6Cxx); None: refused."""
        data, status = self._send(apdu)
        if status >> 8 == 0x6C:
            data, status = self._send(apdu[:4] + bytes([status & 0xFF]))
        for _ in range(_MOST_PIECES):
            if status >> 8 != 0x61:
                break
            more, status = self._send(bytes([0x00, 0xC0, 0x00, 0x00, status & 0xFF]))
            data += more
        return data if status == _OK else None

    def select(self, aid: str, p2: int = 0x00) -> bool:
        """SELECT by name: whether the application is on the card. `aid` in hex."""
        name = bytes.fromhex(aid)
        return self.ask(bytes([0x00, 0xA4, 0x04, p2, len(name)]) + name) is not None

    def need(self, apdu: bytes) -> bytes:
        """`ask`, where a refusal means that the card is not what its application promised."""
        data = self.ask(apdu)
        if data is None:
            raise CardUnreadable(DAMAGED)
        return data

    def _send(self, apdu: bytes) -> tuple[bytes, int]:
        answer = self._transmit(apdu)
        if len(answer) < 2:
            raise CardUnreadable(DAMAGED)
        return answer[:-2], int.from_bytes(answer[-2:], "big")


def tlv(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and value, one byte each of tag and length, as social security cards write them. Raises CardUnreadable."""
    place = 0
    while place + 2 <= len(data) and data[place] not in (0x00, 0xFF):
        end = place + 2 + data[place + 1]
        if end > len(data):
            raise CardUnreadable(DAMAGED)
        yield data[place], data[place + 2 : end]
        place = end


def text(data: bytes, encoding: str) -> str:
    """Without padding (NUL, FF, spaces). Raises CardUnreadable."""
    try:
        return data.rstrip(b"\x00\xff ").decode(encoding).strip()
    except UnicodeDecodeError:
        raise CardUnreadable(DAMAGED) from None


def date(year: str, month: str, day: str, years: int = 0) -> str:
    """ISO date; `years` are added (ROC +1911, Buddhist −543). Raises CardUnreadable."""
    try:
        return datetime.date(int(year) + years, int(month), int(day)).isoformat()
    except ValueError:
        raise CardUnreadable(DAMAGED) from None
