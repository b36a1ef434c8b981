"""PURE. Card profiles: one small file a kind of card, recognised by SELECT and never by ATR, never with a PIN.

A profile is a function from a conversation with the card to a `Card`, or None where it is another kind.
It reads what check-in needs (number, name, end of validity) and leaves the rest on the card.
"""

from collections.abc import Callable

from edge.config_errors import nearest
from edge.devices.cards import badge, belgian_eid, closed, social_security, taiwan_nhi, thai_id
from edge.devices.cards.talk import DAMAGED, NOBODY_KNOWS, CardUnknown, CardUnreadable, Talk
from edge.devices.ports import Card
from edge.errors import ConfigError

Profile = Callable[[Talk], Card | None]

PROFILES: dict[str, Profile] = {
    "social-security": social_security.read,
    "taiwan-nhi": taiwan_nhi.read,
    "thai-id": thai_id.read,
    "belgian-eid": belgian_eid.read,
    "badge": badge.read,
}
"""By the name used in `readers.<id>.profiles`, in the order tried where none is named."""

__all__ = ["PROFILES", "CardUnknown", "CardUnreadable", "Profile", "Talk", "chosen", "read_card"]


def chosen(names: tuple[str, ...], field: str) -> tuple[Profile, ...]:
    """The profiles of a configuration, in its order; none named: all. Raises ConfigError."""
    for name in names:
        if name not in PROFILES:
            raise ConfigError(f"{field}: there is no card profile {name!r}{nearest(name, PROFILES)}", field)
    return tuple(PROFILES[name] for name in names or PROFILES)


def read_card(talk: Talk, profiles: tuple[Profile, ...]) -> Card:
    """The whole card, or nothing: raises CardUnknown or CardUnreadable with a sentence for people.

    The badge is tried last wherever it stands: before its chip number counts, the card must not be a
    resident ID or a passport, which have one as well.
    """
    for profile in profiles:
        if profile is not badge.read and (card := profile(talk)):
            if not (card.number and card.name):
                raise CardUnreadable(DAMAGED)
            return card
    closed.refuse(talk)
    if badge.read in profiles and (card := badge.read(talk)):
        return card
    raise CardUnknown(NOBODY_KNOWS)
