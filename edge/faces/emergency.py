"""PURE. What an emergency is called, and what people should do: the same words on boards, pages and loudspeaker."""

import msgspec

from words import catalogue


class Alert(msgspec.Struct, frozen=True):
    """In one language: a headline of a few letters, then what to do, in pieces that a small board shows in turn."""

    headline: str
    doing: tuple[str, ...]


_CALM = ("Keep calm", "Follow the staff")
_STAY = ("Stay where you are", "Follow the staff")
_LATER = ("Calls are halted", "Please wait")

_SAID: dict[str, tuple[str, tuple[str, ...]]] = {
    "fire": ("FIRE", ("Leave now", "Follow the staff")),
    "incident": ("EMERGENCY", _CALM),
    "power": ("POWER CUT", _STAY),
    "network": ("NETWORK DOWN", _LATER),
    "device": ("SYSTEM FAULT", _LATER),
}
"""By `contract.events.EmergencyKind`."""

KINDS = tuple(_SAID)
SENTENCES = tuple(sorted({one for headline, doing in _SAID.values() for one in (headline, *doing)}))


def alert(kind: str, language: str) -> Alert:
    """A kind nobody knows reads as an incident."""
    said = catalogue("edge", "faces", language).gettext
    headline, doing = _SAID.get(kind, _SAID["incident"])
    return Alert(said(headline), tuple(map(said, doing)))
