"""PURE: the guide of a matter (办理指南, S0-30, S0-31): what it is, what to bring, how it goes, how long it takes."""

from collections.abc import Mapping
from typing import Any

import msgspec

from central.site.texts import said
from words import catalogue


class Material(msgspec.Struct, frozen=True):
    """Something to bring. `original`: a copy does not do."""

    name: str
    original: bool
    note: str


class Guide(msgspec.Struct, frozen=True):
    """`facts`: label and text, such as the time limit and the number of visits."""

    matter: str
    name: str
    type_name: str
    text: str
    notes: str
    materials: tuple[Material, ...]
    steps: tuple[str, ...]
    sample: str
    legal_basis: str
    facts: tuple[tuple[str, str], ...]
    reviewed: bool
    """Staff look at an application before it is confirmed."""
    version: int
    """Of what is published: the same at the window and on its papers (S1-14)."""


def guide(matter: Mapping[str, Any], materials: Mapping[str, Mapping[str, Any]], language: str) -> Guide:
    """`matter`: a row of `matters` with `type_name`; `materials`: all, by id."""
    return Guide(
        matter=matter["id"],
        name=said(matter["name"], language) or matter["id"],
        type_name=said(matter["type_name"], language) or matter["business_type"],
        text=said(matter["guide"], language),
        notes=said(matter["notes"], language),
        materials=tuple(_material(materials[id_], language) for id_ in matter["materials"] if id_ in materials),
        steps=tuple(text for text in (said(step, language) for step in matter["steps"]) if text),
        sample=said(matter["sample"], language),
        legal_basis=said(matter["legal_basis"], language),
        facts=_facts(matter, language),
        reviewed=matter["detail_required"],
        version=matter["version"],
    )


def _material(row: Mapping[str, Any], language: str) -> Material:
    return Material(said(row["name"], language) or row["id"], row["original"], said(row["note"], language))


def _facts(matter: Mapping[str, Any], language: str) -> tuple[tuple[str, str], ...]:
    say = catalogue("central", "site", language)
    days, visits = matter["limit_days"], matter["visits"]
    limit = say.ngettext("within {n} working day", "within {n} working days", days).format(n=days)
    return (
        (say.gettext("Result"), limit if days else say.gettext("at once, at the window")),
        (say.gettext("Visits"), say.ngettext("{n} visit", "{n} visits", visits).format(n=visits)),
    )


def by_type(matters: list[Mapping[str, Any]], language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Kinds of business with their matters: id and name."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for matter in matters:
        name = said(matter["type_name"], language) or matter["business_type"]
        groups.setdefault(name, []).append((matter["id"], said(matter["name"], language) or matter["id"]))
    return list(groups.items())
