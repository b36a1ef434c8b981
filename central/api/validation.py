"""PURE. What pydantic finds wrong with a request, in our sentences, each with the field it is about."""

from collections.abc import Iterable, Mapping
from typing import Any

from central.api.entries import LINES, PLAIN
from central.api.sentences import SENTENCES, sentence

MOST = 20
"""Faults told of one request."""
_LONGEST = 120
_WHY = {
    "string_pattern_mismatch": "pattern",
    "string_unicode": "unprintable",
    "literal_error": "choice",
    "enum": "choice",
    "bool_type": "bool",
    "bool_parsing": "bool",
    "list_type": "list",
    "dict_type": "object",
    "too_long": "too_many",
    "model_attributes_type": "object",
    "model_type": "object",
    **dict.fromkeys(
        ("int_type", "int_parsing", "int_parsing_size", "int_from_float", "greater_than_equal", "less_than_equal"),
        "number",
    ),
}
"""Pydantic's type of an error to ours, where they differ."""
_FACTS = {"max_length": "most", "min_length": "least", "le": "most", "ge": "least", "expected": "expected"}


def faults(errors: Iterable[Mapping[str, Any]], language: str) -> list[dict[str, str]]:
    """`{"field", "why", "text"}` of each; the field as it is called in the request, `answers.q1` within an object."""
    return [_fault(error, language) for error, _ in zip(errors, range(MOST), strict=False)]


def _fault(error: Mapping[str, Any], language: str) -> dict[str, str]:
    place = [_plain(part) for part in error["loc"]]
    field = ".".join(place[1:]).removesuffix(".[key]") or place[0]
    context = error.get("ctx", {})
    why = "unprintable" if context.get("pattern") in (PLAIN, LINES) else _why(error["type"], place)
    facts = {"least": 1, "most": 2**53 - 1, "expected": ""} | _facts(context)
    return {
        "field": "body" if why == "json_invalid" else field[:_LONGEST],
        "why": why,
        "text": sentence(why, language, **(facts | {"field": field[:_LONGEST]})),
    }


def _why(type_: str, place: list[str]) -> str:
    if place == ["body"]:
        return "json_invalid" if type_ == "json_invalid" else "body_missing"
    why = _WHY.get(type_, type_)
    return why if why in SENTENCES else "invalid"


def _facts(context: Mapping[str, Any]) -> dict[str, str]:
    """The facts of our sentences in pydantic's context."""
    said = {name: str(value).replace(" or ", ", ").replace("'", "") for name, value in context.items()}
    return {_FACTS.get(name, name): value[:400] for name, value in said.items()}


def _plain(part: object) -> str:
    """A name that came from outside, so that it can be shown and encoded."""
    return "".join(one if one.isprintable() else "�" for one in str(part)[:_LONGEST])
