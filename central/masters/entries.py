"""PURE: the entries of the master data as a file and the console give them; a table's row has the same fields."""

from typing import Literal, get_args

import msgspec

Text = dict[str, str]
Step = Literal[
    "apply", "review", "confirm", "change", "cancel", "phone_confirm", "closure", "checkin", "handle", "result",
    "complaint",
]  # fmt: skip
STEPS: tuple[Step, ...] = get_args(Step)
"""Each has a post that answers for it (duty.matrix, S0-6)."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base: an unknown field of a file fails."""


class BusinessType(Entry, frozen=True):
    id: str
    name: Text


class Material(Entry, frozen=True):
    id: str
    name: Text
    original: bool = False
    note: Text = {}


class Choice(Entry, frozen=True):
    id: str
    text: Text


class Question(Entry, frozen=True):
    """Asked when booking, and at the window (S2-54). Without `choices` it is answered in the customer's own words."""

    id: str
    text: Text
    required: bool = False
    choices: tuple[Choice, ...] = ()


class ReviewRule(Entry, frozen=True):
    """What the window reviews the materials by (S2-12)."""

    id: str
    text: Text


class Matter(Entry, frozen=True):
    id: str
    business_type: str
    name: Text
    guide: Text = {}
    notes: Text = {}
    steps: tuple[Text, ...] = ()
    sample: Text = {}
    materials: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    review_rules: tuple[ReviewRule, ...] = ()
    legal_basis: Text = {}
    complexity: Literal["simple", "complex"] = "simple"
    important: bool = False
    detail_required: bool = False
    limit_days: int = 0
    visits: int = 1
    active: bool = True


class HallMatter(Entry, frozen=True):
    hall: str
    matter: str
    service: str
    bookable: bool = True


class HallPage(Entry, frozen=True):
    hall: str
    address: Text = {}
    way: Text = {}
    phone: str = ""
    published: bool = True


class Department(Entry, frozen=True):
    id: str
    name: Text


class Post(Entry, frozen=True):
    id: str
    department: str
    name: Text
    duties: Text = {}


class Duty(Entry, frozen=True):
    """`hall` empty: in every hall that has none of its own for this step."""

    step: Step
    post: str
    deputy: str | None = None
    hall: str = ""


class Masters(Entry, frozen=True):
    """A whole file, in the order in which its parts name each other."""

    business_types: tuple[BusinessType, ...] = ()
    materials: tuple[Material, ...] = ()
    matters: tuple[Matter, ...] = ()
    departments: tuple[Department, ...] = ()
    posts: tuple[Post, ...] = ()
    duties: tuple[Duty, ...] = ()
