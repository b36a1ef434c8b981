"""PURE. Belgian eID: the identity file 3F00/DF01/4031, free to read (Fedict/eid-mw `beid_p11.h`)."""

from collections.abc import Iterator

from edge.devices.cards.talk import DAMAGED, CardUnreadable, Talk, date, text
from edge.devices.ports import Card

AID = "A000000177504B43532D3135"
_IDENTITY = bytes.fromhex("00A4080C063F00DF014031")
_VALID_UNTIL, _NUMBER, _SURNAME, _FIRST_NAMES = 0x04, 0x06, 0x07, 0x08
_PIECE, _MOST = 0xF8, 4096


def read(talk: Talk) -> Card | None:
    if not talk.select(AID, p2=0x0C):
        return None
    talk.need(_IDENTITY)
    fields = dict(_fields(_file(talk)))
    try:
        number, surname = fields[_NUMBER], fields[_SURNAME]
    except KeyError:
        raise CardUnreadable(DAMAGED) from None
    first = text(fields.get(_FIRST_NAMES, b""), "utf-8")
    return Card(
        profile="belgian-eid",
        id_type="belgian-id",
        number=text(number, "ascii"),
        name=f"{first} {text(surname, 'utf-8')}".strip(),
        valid_until=_until(text(fields.get(_VALID_UNTIL, b""), "ascii")),
    )


def _file(talk: Talk) -> bytes:
    """READ BINARY to the end, which the card tells by a short piece or by refusing the next (6B00)."""
    data = b""
    while len(data) < _MOST:
        piece = talk.ask(bytes([0x00, 0xB0, len(data) >> 8, len(data) & 0xFF, _PIECE]))
        if not piece:
            break
        data += piece
        if len(piece) < _PIECE:
            break
    if not data:
        raise CardUnreadable(DAMAGED)
    return data


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag, length, value; a length of FF goes on in the next byte and is their sum."""
    place = 0
    while place + 2 <= len(data) and (place == 0 or data[place]):
        tag, length, place = data[place], 0, place + 1
        while place < len(data) and data[place] == 0xFF:
            length, place = length + 0xFF, place + 1
        if place >= len(data) or place + 1 + length + data[place] > len(data):
            raise CardUnreadable(DAMAGED)
        length, place = length + data[place], place + 1
        yield tag, data[place : place + length]
        place += length


def _until(value: str) -> str | None:
    """DD.MM.YYYY."""
    day, _, rest = value.partition(".")
    month, _, year = rest.partition(".")
    return date(year, month, day) if value else None
