"""The rules of a hall as the console shows and changes them: in force, on their way, and those before."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.db.tables import CatalogueRow, DirectiveRow, Node, RuleChangeRow, RulesRow
from contract.catalogue import Catalogue, Rules
from contract.directives import RulesChanged

BEFORE = 10
"""Versions before that are shown."""


class Version(msgspec.Struct, frozen=True):
    """Rules that came into force at `at` (ms). `by`: who ordered them; None: the hall's own file."""

    nth: int
    at: int
    rules: Rules
    by: str | None


class HallRules(msgspec.Struct, frozen=True):
    """`versions`: newest first, the first is in force. `told`: the newest directive with rules."""

    node: str
    versions: tuple[Version, ...]
    newer: tuple[str, ...]
    """Rules of the hall that this centre does not know yet."""
    told: DirectiveRow | None
    coming: Rules | None
    """What `told` says, while the hall has not answered."""
    catalogue: Catalogue | None

    @property
    def base(self) -> Rules:
        """What a change starts from: it must not undo the one that is on its way."""
        return self.coming or self.versions[0].rules

    @property
    def stamp(self) -> str:
        """Changes with `base`."""
        return f"{self.versions[0].nth}.{self.told.key if self.told and self.coming else 0}"


def of_hall(session: Session, hall: str) -> HallRules | None:
    """Those of the node that told its rules last; None before any has."""
    row = session.scalars(select(RulesRow).where(RulesRow.hall == hall).order_by(RulesRow.at.desc()).limit(1)).first()
    if row is None:
        return None
    told = session.scalars(
        select(DirectiveRow)
        .where(DirectiveRow.node == row.node, DirectiveRow.type == "RulesChanged")
        .order_by(DirectiveRow.key.desc())
        .limit(1)
    ).first()
    coming = _told(told) if told is not None and told.outcome is None else None
    newer = tuple(sorted(set(row.rules) - set(Rules.__struct_fields__)))
    return HallRules(row.node, _versions(session, row), newer, told, coming, _catalogue(session, row.node))


def nodes(session: Session, hall: str) -> list[str]:
    """Every node of the hall that rules are told to."""
    return list(session.scalars(select(Node.id).where(Node.hall == hall, Node.active).order_by(Node.id)))


def _versions(session: Session, row: RulesRow) -> tuple[Version, ...]:
    query = select(RuleChangeRow).where(RuleChangeRow.node == row.node)
    changes = list(session.scalars(query.order_by(RuleChangeRow.nth.desc()).limit(BEFORE + 1)))
    asked = [change.directive for change in changes if change.directive]
    orders = select(DirectiveRow.id, DirectiveRow.issued_by).where(DirectiveRow.id.in_(asked))
    # The same id may be in the log of an older generation too.
    by = {found.id: found.issued_by for found in session.execute(orders.order_by(DirectiveRow.key.desc()))}
    found = tuple(
        Version(one.nth, one.at, rules_of(one.rules), by.get(one.directive, "?") if one.directive else None)
        for one in changes
    )
    return found or (Version(row.nth, row.at, rules_of(row.rules), None),)


def rules_of(told: Mapping[str, Any]) -> Rules:
    """Stored rules as a struct: those of an older hall with this version's defaults, those of a newer one cut short."""
    return msgspec.convert({name: told[name] for name in Rules.__struct_fields__ if name in told}, Rules)


def _told(row: DirectiveRow) -> Rules | None:
    try:
        return msgspec.json.decode(row.data, type=RulesChanged).rules
    except msgspec.MsgspecError:
        return None


def _catalogue(session: Session, node: str) -> Catalogue | None:
    row = session.get(CatalogueRow, node)
    try:
        return msgspec.convert(row.catalogue, Catalogue) if row else None
    except msgspec.ValidationError:
        return None
