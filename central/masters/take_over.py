"""Master data out of what a hall itself says it does: its newest catalogue (contract/catalogue.py)."""

from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from central import audit
from central.audit import Actor
from central.db.tables import CatalogueRow, Hall
from central.errors import Refused, Unknown
from central.masters import entries as e
from central.masters import store
from contract.catalogue import Catalogue, Service
from words import LANGUAGES


class TakenOver(NamedTuple):
    """How many entries were new."""

    business_types: int = 0
    materials: int = 0
    matters: int = 0
    hall_matters: int = 0


def take_over(connection: Connection, hall: str, *, at: int, by: Actor) -> TakenOver:
    """Adds what is not there yet; what is there stays as the office wants it, so doing it twice changes nothing.

    A service becomes a business type of the same id with one matter; where the office has matters of that type,
    the hall does those. Raises Unknown for a hall, Refused before it has told its catalogue.
    """
    if connection.scalar(select(Hall.id).where(Hall.id == hall)) is None:
        raise Unknown(f"there is no hall {hall}", "hall")
    catalogue = newest_catalogue(connection, hall)
    if catalogue is None:
        raise Refused("This hall has not told what it does yet: it must have been connected once.", "hall")
    done = [
        _materials(connection, catalogue, at, by),
        *(_service(connection, hall, service, catalogue, at, by) for service in catalogue.services),
    ]
    total = TakenOver(*(sum(column) for column in zip(*done, strict=True)))
    if any(total):
        audit.record(connection, by, "masters.taken_over", "hall", hall, at=at, after=total._asdict())
    return total


def newest_catalogue(connection: Connection, hall: str) -> Catalogue | None:
    """Of the node that told its catalogue last; None before any has, or where it is of a newer kind."""
    query = select(CatalogueRow.catalogue).where(CatalogueRow.hall == hall).order_by(CatalogueRow.at.desc()).limit(1)
    told = connection.scalar(query)
    try:
        return msgspec.convert(told, Catalogue) if told is not None else None
    except msgspec.ValidationError:
        return None


def _materials(connection: Connection, catalogue: Catalogue, at: int, by: Actor) -> TakenOver:
    new = [
        e.Material(id=one.id, name=_both(one.name), original=one.original)
        for one in catalogue.materials
        if store.find(connection, e.Material, {"id": one.id}) is None
    ]
    for material in new:
        store.save(connection, material, at=at, by=by)
    return TakenOver(materials=len(new))


def _service(
    connection: Connection, hall: str, service: Service, catalogue: Catalogue, at: int, by: Actor
) -> TakenOver:
    type_ = e.BusinessType(id=service.id, name=_both(service.name))
    types = matters = links = 0
    if store.find(connection, e.BusinessType, {"id": type_.id}) is None:
        types += store.save(connection, type_, at=at, by=by)
    known = [row["id"] for row in store.every(connection, e.Matter) if row["business_type"] == type_.id]
    if not known:
        matters += store.save(connection, _matter(service, catalogue), at=at, by=by)
        known = [service.id]
    for matter in known:
        if store.find(connection, e.HallMatter, {"hall": hall, "matter": matter}) is None:
            link = e.HallMatter(hall=hall, matter=matter, service=service.id)
            links += store.save(connection, link, at=at, by=by)
    return TakenOver(types, 0, matters, links)


def _matter(service: Service, catalogue: Catalogue) -> e.Matter:
    known = {one.id for one in catalogue.materials}
    return e.Matter(
        id=service.id,
        business_type=service.id,
        name=_both(service.name),
        guide=service.guide,
        materials=tuple(one for one in service.materials if one in known),
        complexity=service.complexity,
        important=service.important,
    )


def _both(name: dict[str, str]) -> dict[str, str]:
    """A name the hall has in one language stands in for the other until somebody translates it."""
    otherwise = next(iter(name.values()))
    return {language: name.get(language) or otherwise for language in LANGUAGES}
