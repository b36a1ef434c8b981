"""Halls, and what their services, counters and clerks are called."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.db.tables import CatalogueRow, Hall

Names = Mapping[str, Mapping[str, str]]


def halls(session: Session) -> list[Hall]:
    """All halls by id."""
    return list(session.scalars(select(Hall).order_by(Hall.id)))


class HallNames(msgspec.Struct, frozen=True):
    """What a hall's services, counters and clerks are called."""

    services: Names
    counters: Names
    clerks: Mapping[str, str]


def names(session: Session, hall: str) -> HallNames:
    """From the newest catalogue of the hall's nodes; empty before a node has sent one."""
    services: dict[str, Mapping[str, str]] = {}
    counters: dict[str, Mapping[str, str]] = {}
    clerks: dict[str, str] = {}
    rows = session.scalars(select(CatalogueRow).where(CatalogueRow.hall == hall).order_by(CatalogueRow.at))
    for catalogue in (row.catalogue for row in rows):
        services |= {entry["id"]: entry["name"] for entry in catalogue.get("services", ())}
        counters |= {entry["id"]: entry["name"] for entry in catalogue.get("counters", ())}
        clerks |= {entry["id"]: entry["name"] for entry in catalogue.get("clerks", ())}
    return HallNames(services, counters, clerks)
