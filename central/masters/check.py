"""PURE: whether an entry can be as it is. Each fault is Invalid: a field, and a sentence (a message id of "people")."""

import re
from collections.abc import Iterable, Mapping
from functools import singledispatch

from central.errors import Invalid
from central.masters import entries as e
from words import LANGUAGES

ID = re.compile(r"[a-z0-9-]{1,32}")
SHORT, LONG = 80, 4000
"""Characters of a name, and of any other text."""
MOST = 40
"""Steps, materials, questions or review rules of one matter; choices of one question."""
LANGUAGE_NAMES = {"zh": "Give the name in Chinese.", "en": "Give the name in English."}
_PHONE = re.compile(r"[0-9+()\- ]{0,32}")


@singledispatch
def sound(entry: e.Entry) -> None:
    """Raises Invalid naming the field; what it names elsewhere is the store's to look up."""
    raise TypeError(type(entry).__name__)


@sound.register
def _(entry: e.BusinessType) -> None:
    _id(entry.id)
    _name(entry.name)


@sound.register
def _(entry: e.Material) -> None:
    _id(entry.id)
    _name(entry.name)
    _text(entry.note, "note", LONG)


@sound.register
def _(entry: e.Matter) -> None:
    _id(entry.id)
    _name(entry.name)
    for field in ("guide", "notes", "sample", "legal_basis"):
        _text(getattr(entry, field), field, LONG)
    for field in ("steps", "materials", "questions", "review_rules"):
        if len(getattr(entry, field)) > MOST:
            raise Invalid("These are too many: 40 at most.", field)
    for step in entry.steps:
        _some(step, "steps")
    if len(set(entry.materials)) != len(entry.materials):
        raise Invalid("A material is named twice.", "materials")
    _questions(entry.questions)
    _distinct(entry.review_rules, "review_rules", "Two review rules have the same id.")
    _within(entry.limit_days, 0, 366, "limit_days", "Give working days from 0 to 366.")
    _within(entry.visits, 1, 20, "visits", "Give visits from 1 to 20.")


@sound.register
def _(entry: e.HallMatter) -> None:
    if not entry.service:
        raise Invalid("Choose the service at whose windows this is done.", "service")


@sound.register
def _(entry: e.HallPage) -> None:
    _text(entry.address, "address", LONG)
    _text(entry.way, "way", LONG)
    if not _PHONE.fullmatch(entry.phone):
        raise Invalid("A phone number has digits, blanks, +, - and brackets, 32 at most.", "phone")


@sound.register
def _(entry: e.Department) -> None:
    _id(entry.id)
    _name(entry.name)


@sound.register
def _(entry: e.Post) -> None:
    _id(entry.id)
    _name(entry.name)
    _text(entry.duties, "duties", LONG)


@sound.register
def _(entry: e.Duty) -> None:
    if entry.deputy == entry.post:
        raise Invalid("The deputy is another post than the one that answers.", "deputy")


def _questions(questions: tuple[e.Question, ...]) -> None:
    """One choice is no choice."""
    _distinct(questions, "questions", "Two questions have the same id.")
    for one in questions:
        _distinct(one.choices, "questions", "Two choices of a question have the same id.")
        if len(one.choices) == 1 or len(one.choices) > MOST:
            raise Invalid("A question has no choices, or 2 to 40 of them.", "questions")


def _distinct(parts: Iterable[e.Question | e.Choice | e.ReviewRule], field: str, sentence: str) -> None:
    """Each with an id of its own, and a text."""
    seen: set[str] = set()
    for one in parts:
        if one.id in seen:
            raise Invalid(sentence, field)
        seen.add(one.id)
        _id(one.id, field)
        _some(one.text, field)


def _id(text: str, field: str = "id") -> None:
    if not ID.fullmatch(text):
        raise Invalid("An id has 1 to 32 of a-z, 0-9 and -.", field)


def _name(text: Mapping[str, str]) -> None:
    for language in LANGUAGES:
        if not text.get(language, "").strip():
            raise Invalid(LANGUAGE_NAMES[language], "name")
    _text(text, "name", SHORT)


def _some(text: Mapping[str, str], field: str) -> None:
    if not any(one.strip() for one in text.values()):
        raise Invalid("Give a text in at least one language.", field)
    _text(text, field, LONG)


def _text(text: Mapping[str, str], field: str, most: int) -> None:
    if set(text) - set(LANGUAGES):
        raise Invalid("A text is in zh or en.", field)
    if any(len(one) > most for one in text.values()):
        raise Invalid("This text is too long." if most == LONG else "A name has 80 characters at most.", field)


def _within(value: int, low: int, high: int, field: str, sentence: str) -> None:
    if not low <= value <= high:
        raise Invalid(sentence, field)
