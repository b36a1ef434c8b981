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
"""Empty rows for new questions."""
_TEXTS = ("name", "note", "guide", "notes", "sample", "legal_basis", "duties", "address", "way")
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
        return _steps(*(str(form.get(f"steps.{language}") or "") for language in LANGUAGES))
    if name == "materials":
        return [str(one) for one in form.getlist("materials")]
    if name == "questions":
        return _questions(form)
    return str(form.get(name) or "").strip()


def both(name: str, form: FormData) -> dict[str, str]:
    """A text in the languages in which something was typed."""
    texts = {language: str(form.get(f"{name}.{language}") or "").strip() for language in LANGUAGES}
    return {language: text.replace("\r\n", "\n") for language, text in texts.items() if text}


def _steps(*columns: str) -> list[dict[str, str]]:
    """Line n of one language belongs to line n of the other; a step no language has is left out."""
    rows = zip_longest(*(column.splitlines() for column in columns), fillvalue="")
    steps = [{lang: line.strip() for lang, line in zip(LANGUAGES, row, strict=True) if line.strip()} for row in rows]
    return [step for step in steps if step]


def _questions(form: FormData) -> list[dict[str, Any]]:
    asked = []
    for n in range(_rows(form)):
        text, id_ = both(f"questions.{n}", form), str(form.get(f"questions.{n}.id") or "").strip()
        if text or id_:
            asked.append({"id": id_, "text": text, "required": form.get(f"questions.{n}.required") == "1"})
    return asked


def _rows(form: FormData) -> int:
    numbers = [name.split(".")[1] for name in form if name.startswith("questions.") and name.count(".") == 2]
    return min(100, max((int(n) + 1 for n in numbers if n.isdecimal() and len(n) < 4), default=0))


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
    return made | texts | {name: [] for name in ("steps", "materials", "questions") if name in made}
