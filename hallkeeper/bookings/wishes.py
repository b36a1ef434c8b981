"""PURE: people who book in the demo, and what becomes of their bookings."""

import random
from datetime import date, timedelta
from typing import Literal

import msgspec

from identity_numbers.gb11643 import check_character

Channel = Literal["web", "wechat", "app", "partner", "hotline", "onsite"]
Fate = Literal["comes", "late", "stays away", "cancels", "moves", "changes"]

CHANNELS: dict[Channel, int] = {"web": 30, "wechat": 20, "app": 15, "partner": 10, "hotline": 15, "onsite": 10}
"""Out of a hundred."""
FATES: dict[Fate, int] = {"comes": 66, "late": 10, "stays away": 6, "cancels": 6, "moves": 6, "changes": 6}
MISTAKES = 0.12
"""So many write a wrong number first, and are asked to mend it."""
EARLY_S = (20, 14 * 60)
LATE_S = (30, 240)
"""Before and after the slot's start; later than the grace of the demo's halls nobody is let in."""

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"
_REGIONS = ("110101", "310104", "330106", "440305", "510107")


class Person(msgspec.Struct, frozen=True):
    """Nobody: the numbers pass their checks and are made up."""

    name: str
    id_number: str
    phone: str


class Wish(msgspec.Struct, frozen=True):
    """One customer. `mistaken`: the first application has a wrong number of the document."""

    person: Person
    channel: Channel
    fate: Fate
    mistaken: bool
    early_s: int
    """How long before the slot the customer comes; negative: after."""


def person(rng: random.Random) -> Person:
    birth = date(1944, 1, 1) + timedelta(days=rng.randrange(62 * 365))
    body = f"{rng.choice(_REGIONS)}{birth:%Y%m%d}{rng.randrange(1000):03d}"
    name = rng.choice(_SURNAMES) + "".join(rng.choices(_GIVEN, k=rng.choice((1, 2, 2))))
    return Person(name, body + check_character(body), f"199{rng.randrange(10**8):08d}")


def wish(rng: random.Random) -> Wish:
    fate = rng.choices(list(FATES), list(FATES.values()))[0]
    return Wish(
        person(rng),
        rng.choices(list(CHANNELS), list(CHANNELS.values()))[0],
        fate,
        rng.random() < MISTAKES,
        -rng.randrange(*LATE_S) if fate == "late" else rng.randrange(*EARLY_S),
    )


def mistaken(number: str) -> str:
    """With another last character, so that its check fails."""
    return number[:-1] + ("1" if number[-1] != "1" else "2")
