"""What halls, services, counters and clerks are called, for pages that know only their ids."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.db.tables import CatalogueRow, Hall

Kind = Literal["hall", "service", "counter", "clerk"]
Text = Mapping[str, str]


class Names(msgspec.Struct):
    """`parts`: (kind, hall, id) to its name in several languages."""

    halls: dict[str, Text] = {}
    parts: dict[tuple[str, str, str], Text] = {}

    def of(self, kind: Kind, hall: str, id_: str) -> Text | None:
        """None where nobody has told."""
        return self.halls.get(id_) if kind == "hall" else self.parts.get((kind, hall, id_))


def read(session: Session, halls: Collection[str]) -> Names:
    """The names in `halls`, from the newest catalogue of each node there."""
    names = Names()
    for hall in session.scalars(select(Hall).where(Hall.id.in_(halls))):
        names.halls[hall.id] = hall.name
    rows = select(CatalogueRow).where(CatalogueRow.hall.in_(halls)).order_by(CatalogueRow.at)
    for row in session.scalars(rows):
        _add(names, row.hall, row.catalogue)
    return names


def _add(names: Names, hall: str, catalogue: Mapping[str, Any]) -> None:
    for kind, plural in (("service", "services"), ("counter", "counters")):
        for entry in catalogue.get(plural, ()):
            names.parts[kind, hall, entry["id"]] = entry["name"]
    for clerk in catalogue.get("clerks", ()):
        names.parts["clerk", hall, clerk["id"]] = {"": clerk["name"]}
