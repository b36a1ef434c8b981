"""PURE. Thai national ID card: fields read as pieces of one file, TIS-620, Buddhist years.

chakphanu/ThaiNationalIDCard `APDU.md`, ninyawee/pythaiidcard. The issuer's offset
differs between sources and is not needed. GET RESPONSE follows what the card says (61xx), so cards
whose ATR begins with 3B 67 need no way of their own.
"""

from edge.devices.cards.talk import DAMAGED, CardUnreadable, Talk, date, text
from edge.devices.ports import Card

AID = "A000000054480001"
_NUMBER, _NAME, _EXPIRY = (0x0004, 0x0D), (0x0011, 0x64), (0x016F, 0x08)


def read(talk: Talk) -> Card | None:
    if not talk.select(AID):
        return None
    name = _field(talk, *_NAME)
    return Card(
        profile="thai-id",
        id_type="thai-id",
        number=_field(talk, *_NUMBER),
        name=_without_title(name),
        valid_until=_until(_field(talk, *_EXPIRY)),
    )


def _field(talk: Talk, offset: int, length: int) -> str:
    data = talk.need(bytes([0x80, 0xB0, offset >> 8, offset & 0xFF, 0x02, 0x00, length]))
    if len(data) != length:
        raise CardUnreadable(DAMAGED)
    return text(data, "cp874")


def _without_title(name: str) -> str:
    """Title, first, middle and last name stand between "#"; an empty middle name leaves two of them."""
    parts = name.split("#")
    return " ".join(part.strip() for part in (parts[1:] if len(parts) > 2 else parts) if part.strip())


def _until(digits: str) -> str | None:
    """YYYYMMDD of the Buddhist era; 99999999 stands for a card for life."""
    if not digits:
        return None
    if digits.startswith("9999"):
        return "long-term"
    return date(digits[:4], digits[4:6], digits[6:], years=-543)
