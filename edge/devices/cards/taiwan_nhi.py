"""PURE. 健保卡 of Taiwan: 57 bytes of basic data, free to read (magiclen/tw-nhi-icc-service, MIT).

The Python snippets in circulation cut the name at 6 bytes and the birth date by a digit; these are the whole fields.
"""

from edge.devices.cards.talk import DAMAGED, CardUnreadable, Talk, text
from edge.devices.ports import Card

AID = "D1580000010000000000000000001100"
_BASIC = bytes.fromhex("00CA1100020000")


def read(talk: Talk) -> Card | None:
    """Card number 0–11, name 12–31 (Big5), ID 32–41, birth 42–48 (ROC), sex 49, issued 50–56; no end of validity."""
    if not talk.select(AID):
        return None
    data = talk.need(_BASIC)
    if len(data) < 57:
        raise CardUnreadable(DAMAGED)
    return Card(
        profile="taiwan-nhi",
        id_type="taiwan-id",
        number=text(data[32:42], "ascii"),
        name=text(data[12:32].partition(b"\x00")[0], "big5hkscs"),
    )
