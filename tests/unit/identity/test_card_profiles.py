"""Each profile against simulated chips: whole cards, damaged ones, and other people's kinds of card."""

import pytest

from edge.devices.cards import PROFILES, CardUnknown, CardUnreadable, Talk, chosen, read_card
from edge.devices.cards.badge import CHANGING
from edge.devices.cards.closed import PASSPORT, RESIDENT
from edge.devices.cards.talk import NOBODY_KNOWS
from edge.devices.ports import Card
from edge.devices.twins import chips
from edge.errors import ConfigError

ALL = tuple(PROFILES.values())
NUMBER = "11010519491231002X"

WHOLE: list[tuple[chips.Chip, Card]] = [
    (
        chips.SocialSecurityChip(NUMBER, "买买提·艾合"),
        Card("social-security", "social-security", NUMBER, "买买提·艾合", "2033-06-30"),
    ),
    (
        chips.SocialSecurityChip(NUMBER, "李明", by_tag=False),
        Card("social-security", "social-security", NUMBER, "李明", None),
    ),
    (
        chips.SocialSecurityChip(NUMBER, "李明", until="99991231"),
        Card("social-security", "social-security", NUMBER, "李明", "long-term"),
    ),
    (chips.TaiwanNhiChip("A223456781", "林淑芬芬芬芬"), Card("taiwan-nhi", "taiwan-id", "A223456781", "林淑芬芬芬芬")),
    (
        chips.ThaiIdChip("1234545678781", "นาย#สมชาย##ใจดี", "25730131"),
        Card("thai-id", "thai-id", "1234545678781", "สมชาย ใจดี", "2030-01-31"),
    ),
    (
        chips.ThaiIdChip("1234545678781", "นาย#สมชาย##ใจดี", "99999999"),
        Card("thai-id", "thai-id", "1234545678781", "สมชาย ใจดี", "long-term"),
    ),
    (
        chips.BelgianEidChip("85073003328", "Désiré", "Jan " + "x" * 300),
        Card("belgian-eid", "belgian-id", "85073003328", "Jan " + "x" * 300 + " Désiré", "2031-03-09"),
    ),
    (chips.BadgeChip("04A1B2C3D4E5F6"), Card("badge", "badge", "04A1B2C3D4E5F6", "")),
]


def read(chip: chips.Chip) -> Card:
    return read_card(Talk(chip.answer), ALL)


@pytest.mark.parametrize(("chip", "card"), WHOLE, ids=lambda each: type(each).__name__)
def test_whole_cards(chip: chips.Chip, card: Card) -> None:
    assert read(chip) == card


@pytest.mark.parametrize("chip", [chip for chip, _ in WHOLE], ids=lambda chip: type(chip).__name__)
def test_no_pin_is_ever_sent_and_nothing_written(chip: chips.Chip) -> None:
    """A counter of three stands behind each PIN of a social security card."""
    chip.seen.clear()
    read(chip)
    assert {apdu[1] for apdu in chip.seen} <= {0xA4, 0xC0, 0xB0, 0xB2, 0xCA, 0x36}


@pytest.mark.parametrize(("chip", "card"), WHOLE, ids=lambda each: type(each).__name__)
def test_whole_or_nothing_at_whichever_step_the_card_is_lost(chip: chips.Chip, card: Card) -> None:
    class Gone(Exception):
        pass

    steps = left = 0

    def transmit(apdu: bytes) -> bytes:
        nonlocal left
        if left == 0:
            raise Gone
        left -= 1
        return chip.answer(apdu)

    while True:
        left = steps
        try:
            assert read_card(Talk(transmit), ALL) == card
            break
        except Gone:
            steps += 1
    assert steps > 2


@pytest.mark.parametrize(
    ("chip", "sentence"),
    [
        (chips.ResidentIdChip("04A1B2C3"), RESIDENT),
        (chips.PassportChip("08112233"), PASSPORT),
        (chips.BadgeChip("08A1B2C3"), CHANGING),
        (chips.BadgeChip("A1B2C3"), NOBODY_KNOWS),
        (chips.Chip(), NOBODY_KNOWS),
    ],
)
def test_cards_nobody_can_read_tell_the_way_on(chip: chips.Chip, sentence: str) -> None:
    with pytest.raises(CardUnknown, match=sentence.split(".")[0]):
        read(chip)


class Spoilt(chips.SocialSecurityChip):
    """Answers a command beginning with `where` with `what`."""

    def __init__(self, where: bytes, what: bytes) -> None:
        super().__init__(NUMBER, "李明")
        self._where, self._what = where, what

    def answer(self, apdu: bytes) -> bytes:
        return self._what if apdu.startswith(self._where) else super().answer(apdu)


@pytest.mark.parametrize(
    ("where", "what"),
    [
        (b"\x00\xb2\x08\x00", bytes.fromhex("08FF31329000")),
        (b"\x00\xb2\x08\x00", b"\x08\x12" + b"\xff" * 18 + b"\x90\x00"),
        (b"\x00\xb2\x09", bytes.fromhex("0902FF80") + b"\x90\x00"),
        (b"\x00\xb2\x06", bytes.fromhex("0604201313319000")),
        (b"\x00\xb2\x08", b""),
        (b"\x00\xa4\x02\x00\x02\xef\x06", b"\x6a\x82"),
    ],
)
def test_what_is_not_whole_is_never_half_a_person(where: bytes, what: bytes) -> None:
    chip = Spoilt(where, what)
    if where.startswith(b"\x00\xa4"):
        chip._files.pop(0x06)
    with pytest.raises(CardUnreadable):
        read(chip)


def test_a_card_that_always_has_more_ends() -> None:
    with pytest.raises(CardUnknown):
        read_card(Talk(lambda apdu: b"\x00\x61\xff"), ALL)


def test_a_badge_counts_only_where_it_is_wanted_and_after_the_others() -> None:
    badge = chips.BadgeChip("04A1B2C3")
    with pytest.raises(CardUnknown):
        read_card(Talk(badge.answer), chosen(("thai-id",), "readers.r.profiles"))
    social = chips.SocialSecurityChip(NUMBER, "李明")
    assert read_card(Talk(social.answer), chosen(("badge", "social-security"), "f")).id_type == "social-security"


def test_a_misspelt_profile_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="social-security"):
        chosen(("social-securty",), "readers.r.profiles")
