"""PURE: a matter as it is published to halls (contract/matters.py), out of its row and those of its materials."""

from collections.abc import Mapping
from typing import Any

import msgspec

from central.errors import Invalid
from contract.directives import MatterPublished
from contract.matters import Choice, Matter, Question, ReviewRule, ToBring

MOST = 13 * 1024
"""Bytes of one: a hall stores it inside one event of at most 16 KiB."""


def published(matter: Mapping[str, Any], materials: Mapping[str, Mapping[str, Any]], service: str) -> MatterPublished:
    """`matter`: a row of `matters`; `materials`: rows by id; `service`: at whose windows of the hall it is done."""
    return MatterPublished(
        Matter(
            id=matter["id"],
            version=matter["version"],
            service=service,
            name=matter["name"],
            guide=matter["guide"],
            notes=matter["notes"],
            steps=tuple(matter["steps"]),
            sample=matter["sample"],
            materials=tuple(_material(materials[one]) for one in matter["materials"] if one in materials),
            questions=tuple(_question(one) for one in matter["questions"]),
            review_rules=tuple(ReviewRule(one["id"], one["text"]) for one in matter["review_rules"]),
            legal_basis=matter["legal_basis"],
            limit_days=matter["limit_days"],
            visits=matter["visits"],
        )
    )


def check_size(matter: Mapping[str, Any], materials: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises Invalid for one that no hall could be told."""
    if len(msgspec.json.encode(published(matter, materials, "x" * 32))) > MOST:
        raise Invalid("With all its texts a matter has 13 KiB at most: shorten its guide, notes or example.", "guide")


def _material(row: Mapping[str, Any]) -> ToBring:
    return ToBring(id=row["id"], name=row["name"], original=row["original"], note=row["note"])


def _question(row: Mapping[str, Any]) -> Question:
    choices = tuple(Choice(one["id"], one["text"]) for one in row.get("choices", ()))
    return Question(id=row["id"], text=row["text"], required=row.get("required", False), choices=choices)
