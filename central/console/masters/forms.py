"""What a form of the master data says, as the entry it makes (central/masters/entries.py). PURE but for its words."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

import msgspec
from starlette.datastructures import FormData

from central.errors import Invalid
from central.masters import entries as e
from words import LANGUAGES

PARTS: Mapping[str, type[e.Entry]] = {
    "matters": e.Matter,
    "types": e.BusinessType,
    "materials": e.Material,
    "posts": e.Post,
    "departments": e.Department,
}
SPARE = 2
"""Empty rows for new questions and review rules."""
_TEXTS = ("name", "note", "guide", "notes", "sample", "legal_basis", "duties", "address", "way")
_LISTS = ("steps", "materials", "questions", "review_rules")
_TICKS = ("original", "important", "detail_required", "active", "published")


def typed(entry: type[e.Entry], form: FormData) -> dict[str, Any]:
    """Every field as it was typed, in the shape a row has it."""
    return {name: _field(name, form) for name in entry.__struct_fields__}


def _field(name: str, form: FormData) -> Any:
    if name in _TEXTS:
        return both(name, form)
    if name in _TICKS:
        return form.get(name) == "1"
    if name == "steps":
        return _lines(LANGUAGES, *(_typed(f"steps.{language}", form) for language in LANGUAGES))
    if name == "materials":
        return [str(one) for one in form.getlist("materials")]
    if name == "questions":
        return [row | _asked(f"questions.{n}", form) for n, row in _rows("questions", form)]
    if name == "review_rules":
        return [row for _n, row in _rows("review_rules", form)]
    return _typed(name, form).strip()


def both(name: str, form: FormData) -> dict[str, str]:
    """A text in the languages in which something was typed."""
    texts = {language: _typed(f"{name}.{language}", form).strip() for language in LANGUAGES}
    return {language: text.replace("\r\n", "\n") for language, text in texts.items() if text}


def _typed(name: str, form: FormData) -> str:
    return str(form.get(name) or "")


def _lines(names: Sequence[str], *columns: str) -> list[dict[str, str]]:
    """Line n of one column belongs to line n of the others; one that is empty in all is left out."""
    rows = zip_longest(*(column.splitlines() for column in columns), fillvalue="")
    found = [{name: line.strip() for name, line in zip(names, row, strict=True) if line.strip()} for row in rows]
    return [one for one in found if one]


def _asked(name: str, form: FormData) -> dict[str, Any]:
    """Whether a question must be answered, and by which choices: a line each of id and text."""
    columns = ("id", *LANGUAGES)
    lines = _lines(columns, *(_typed(f"{name}.choices.{column}", form) for column in columns))
    choices = [{"id": one.pop("id", ""), "text": one} for one in lines]
    return {"required": form.get(f"{name}.required") == "1", "choices": choices}


def _rows(part: str, form: FormData) -> list[tuple[int, dict[str, Any]]]:
    """Rows of id and text in which something was typed, each with its place in the form."""
    places = [name.split(".")[1] for name in form if name.startswith(f"{part}.") and name.count(".") == 2]
    last = min(100, max((int(n) + 1 for n in places if n.isdecimal() and len(n) < 4), default=0))
    rows = [(n, {"id": _typed(f"{part}.{n}.id", form).strip(), "text": both(f"{part}.{n}", form)}) for n in range(last)]
    return [(n, row) for n, row in rows if row["id"] or row["text"]]


def in_order(materials: Sequence[str], before: Sequence[str]) -> list[str]:
    """The ticked ones in the order they had, new ones at the end: a form of ticks says no order."""
    kept = [one for one in before if one in materials]
    return kept + [one for one in materials if one not in kept]


def entry(kind: type[e.Entry], values: Mapping[str, Any]) -> e.Entry:
    """Raises Invalid naming the field whose text is of the wrong kind."""
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        path = str(error).partition("`$.")[2]
        field = path.split("`")[0].split("[")[0].split(".")[0]
        sentence = "Give a whole number." if field in ("limit_days", "visits") else "Choose one of the list."
        raise Invalid(sentence, field or None) from error


def empty(kind: type[e.Entry]) -> dict[str, Any]:
    """A new form."""
    fields = msgspec.structs.fields(kind)
    made = {one.name: "" if one.required else one.default for one in fields}
    texts: dict[str, Any] = {name: {} for name in made if name in _TEXTS}
    return made | texts | {name: [] for name in _LISTS if name in made}
