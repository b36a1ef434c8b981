"""PURE. Cards that are recognised and cannot be read here: people are told which way leads on."""

from edge.devices.cards.talk import CardUnknown, Talk

_RESIDENT_CHIP = bytes.fromhex("0036000008")
"""The chip number of a resident ID card: all it tells without the licensed module."""
_TRAVEL_DOCUMENT = "A0000002471001"
"""ICAO 9303-10: eMRTD application."""

RESIDENT = (
    "A resident ID card can be read only by a reader with the police module. "
    "Please lay it on that reader, or type its number."
)
PASSPORT = (
    "The chip of a passport opens only to its printed page. Please scan or type the two lines at the foot of the page."
)


def refuse(talk: Talk) -> None:
    """Raises CardUnknown for one of these; else nothing."""
    if talk.select(_TRAVEL_DOCUMENT):
        raise CardUnknown(PASSPORT)
    number = talk.ask(_RESIDENT_CHIP)
    if number is not None and len(number) == 8:
        raise CardUnknown(RESIDENT)
