"""Cards of people who do not exist, with numbers whose check digits are right, to lay on the reader's twin."""

from collections.abc import Callable

import msgspec

from edge.devices.cards import PROFILES, Talk, read_card
from edge.devices.id_text import card_of
from edge.devices.ports import Card
from edge.devices.twins import chips
from edge.devices.twins.id_module import foreign_text, resident_text
from identity_numbers.gb11643 import check_character

Feel = Callable[[], None]
"""Called before each step of reading; raises when the card is gone."""


class Sample(msgspec.Struct, frozen=True):
    """`description`: what the front panel says, a message id. `read` may raise what a profile raises."""

    name: str
    description: str
    read: Callable[[Feel], Card]


def _chip(make: Callable[[], chips.Chip]) -> Callable[[Feel], Card]:
    """Read by the profiles, as under a PC/SC reader."""

    def read(feel: Feel) -> Card:
        chip = make()

        def transmit(apdu: bytes) -> bytes:
            feel()
            return chip.answer(apdu)

        return read_card(Talk(transmit), tuple(PROFILES.values()))

    return read


def _module(text: bytes) -> Callable[[Feel], Card]:
    """Read as by the ID module: select and read are two steps."""

    def read(feel: Feel) -> Card:
        for _ in range(2):
            feel()
        return card_of(text)

    return read


def _number(first17: str) -> str:
    return first17 + check_character(first17)


LI = _number("11010119850312901")
WANG = _number("31010419920608902")
ZHAO = _number("44010619780221903")
CHEN = _number("81000019880915904")
MARTIN = _number("91112419810803905")
ZHANG = _number("50010319661120906")

SAMPLES: tuple[Sample, ...] = (
    Sample("li", "Resident ID: 李明, for long", _module(resident_text("李明", LI, "长期"))),
    Sample("wang", "Resident ID: 王小芳", _module(resident_text("王小芳", WANG, "20350607"))),
    Sample("zhao", "Resident ID, expired: 赵建国", _module(resident_text("赵建国", ZHAO, "20180221"))),
    Sample("chen", "Residence permit, Hong Kong: 陈嘉欣", _module(resident_text("陈嘉欣", CHEN, "20290914", "J"))),
    Sample(
        "martin",
        "Foreign permanent resident of 2023: MARTIN ALICE",
        _module(resident_text("", MARTIN, "20331130", "Y", "MARTIN ALICE")),
    ),
    Sample(
        "tremblay",
        "Foreign permanent resident of 2017: TREMBLAY JEAN",
        _module(foreign_text("TREMBLAY JEAN", "CAN110081080310", "20270630")),
    ),
    Sample("zhang", "Social security card: 张伟", _chip(lambda: chips.SocialSecurityChip(ZHANG, "张伟"))),
    Sample("lin", "Taiwan NHI card: 林淑芬", _chip(lambda: chips.TaiwanNhiChip("A223456781", "林淑芬"))),
    Sample(
        "somchai", "Thai ID: สมชาย ใจดี", _chip(lambda: chips.ThaiIdChip("1234545678781", "นาย#สมชาย##ใจดี", "25730131"))
    ),
    Sample("peeters", "Belgian eID: Jan Peeters", _chip(lambda: chips.BelgianEidChip("85073003328", "Peeters", "Jan"))),
    Sample("badge-1", "Staff badge 04A1B2C3D4E501", _chip(lambda: chips.BadgeChip("04A1B2C3D4E501"))),
    Sample("badge-2", "Staff badge 04A1B2C3D4E502", _chip(lambda: chips.BadgeChip("04A1B2C3D4E502"))),
    Sample("passport", "A passport's chip, which stays closed", _chip(lambda: chips.PassportChip("08112233"))),
    Sample("unknown", "A card of no known kind", _chip(chips.Chip)),
)
"""In the order the front panel shows them."""
