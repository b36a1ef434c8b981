"""PURE. Staff badges: the chip number alone, as any contactless reader tells it (PC/SC part 3, GET DATA FF CA)."""

from edge.devices.cards.talk import CardUnknown, Talk
from edge.devices.ports import Card

_CHIP_NUMBER = bytes.fromhex("FFCA000000")

CHANGING = (
    "This card or phone shows another chip number each time and is no badge. "
    "Please type the number of your document, or show it at the desk."
)


def read(talk: Talk) -> Card | None:
    """None: a contact card, which has no such number. A random one names nobody (ISO 14443-3: 4 bytes, first 08)."""
    number = talk.ask(_CHIP_NUMBER)
    if not number or len(number) not in (4, 7, 8, 10):
        return None
    if len(number) == 4 and number[0] == 0x08:
        raise CardUnknown(CHANGING)
    return Card(profile="badge", id_type="badge", number=number.hex().upper(), name="")
