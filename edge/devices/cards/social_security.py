"""PURE. 社会保障卡: issuer data (EF05) and holder basics (EF06), which are free to read; no PIN is ever sent.

人社信息函〔2012〕37号 as quoted in public readers. Records are read by tag, and where a
card of the first editions refuses that, by number. The payment application beside it is not touched.
"""

from edge.devices.cards.talk import DAMAGED, CardUnreadable, Talk, date, text, tlv
from edge.devices.ports import Card

SSSE = "7378312E73682EC9E7BBE1B1A3D5CF"
""" "sx1.sh." and 社会保障 in GBK."""
_VALID_UNTIL, _NUMBER, _NAME = 0x06, 0x08, 0x09


def read(talk: Talk) -> Card | None:
    if not talk.select(SSSE):
        return None
    _open(talk, 0x05)
    until = _record(talk, _VALID_UNTIL, 4)
    _open(talk, 0x06)
    number = _record(talk, _NUMBER, 18, first=1)
    name = _record(talk, _NAME, 30, first=2)
    if not (number and name):
        raise CardUnreadable(DAMAGED)
    return Card(
        profile="social-security",
        id_type="social-security",
        number=text(number, "ascii"),
        name=text(name, "gbk"),
        valid_until=_until(until),
    )


def _open(talk: Talk, file: int) -> None:
    """Local systems differ in P1: 02 selects below the application, 00 anywhere."""
    for p1 in (0x02, 0x00):
        if talk.ask(bytes([0x00, 0xA4, p1, 0x00, 0x02, 0xEF, file])) is not None:
            return
    raise CardUnreadable(DAMAGED)


def _record(talk: Talk, tag: int, length: int, first: int | None = None) -> bytes | None:
    """The value of a record, found by its tag, else by its number `first` in the file; None: not there."""
    answer = talk.ask(bytes([0x00, 0xB2, tag, 0x00, length + 2]))
    if answer is None and first is not None:
        answer = talk.ask(bytes([0x00, 0xB2, first, 0x04, length + 2]))
    return None if answer is None else dict(tlv(answer)).get(tag)


def _until(value: bytes | None) -> str | None:
    """BCD YYYYMMDD; cards without an end say nothing, zeros or nines."""
    digits = value.hex() if value else ""
    if not digits or set(digits) <= {"0", "f"}:
        return None
    if digits.startswith("9999"):
        return "long-term"
    return date(digits[:4], digits[4:6], digits[6:])
