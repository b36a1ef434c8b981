"""`/api/v1/halls/{hall}`, `…/matters`, `…/slots`: what can be booked, where, when, and what is left (S0-5)."""

from collections.abc import Collection, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from sqlalchemy import Row, select

from central.api import answers
from central.api.answers import HallShown, MatterShown, OpenDay, SlotShown, SlotsShown
from central.api.entries import Day, Id
from central.booking import life, store
from central.booking.desk import BookingDesk
from central.booking.offer import HallOffer
from central.booking.sentences import BookingRefused
from central.db.tables import Unreconciled

Hall = Annotated[Id, Path(examples=["hall"])]


def router(desk: BookingDesk) -> APIRouter:
    api = APIRouter(prefix="/api/v1/halls/{hall}", tags=["halls"])

    @api.get("")
    def hall(hall: Hall) -> HallShown:
        """Address, opening hours of the days that can be booked, and the rules of booking."""
        offer = published(desk, hall)
        rules = {name: getattr(offer.rules, name) for name in HallShown.model_fields if hasattr(offer.rules, name)}
        days = [OpenDay(day=day.isoformat(), periods=list(offer.times.periods(day))) for day in _days(desk, offer)]
        return HallShown(
            hall=hall, name=dict(offer.name), timezone=offer.timezone, address=dict(offer.address),
            way=dict(offer.way), phone=offer.phone, days=days,
            priority_classes={id_: dict(name) for id_, name in offer.classes.items()}, **rules,
        )  # fmt: skip

    @api.get("/matters")
    def matters(hall: Hall) -> list[MatterShown]:
        """What can be booked there: guides, steps, what to bring, what is asked."""
        offer = published(desk, hall)
        return [answers.matter(one, offer.materials) for one in offer.bookable()]

    @api.get("/slots")
    def slots(
        hall: Hall,
        matter: Annotated[Id | None, Query(description="Only times at the windows that do this matter.")] = None,
        service: Annotated[Id | None, Query(description="Only times of this service.")] = None,
        date: Annotated[Day | None, Query(description="Only this day; else every day that can be booked.")] = None,
    ) -> SlotsShown:
        """Times with the places that are left."""
        offer = published(desk, hall)
        services = {offer.matter(matter)["service"]} if matter is not None else set(offer.services())
        days = [day.isoformat() for day in _days(desk, offer) if date in (None, day.isoformat())]
        wanted = services if service is None else services & {service}
        return SlotsShown(hall=hall, slots=_slots(desk, offer, days, wanted))

    return api


def published(desk: BookingDesk, hall: str) -> HallOffer:
    """Raises BookingRefused "hall_unknown", also for one that is not shown to the public."""
    offer = desk.offer(hall)
    if not offer.published:
        raise BookingRefused("hall_unknown", "hall")
    return offer


def _days(desk: BookingDesk, offer: HallOffer) -> list[Any]:
    return life.bookable_days(offer.rules, offer.times, desk.wall())


def _slots(desk: BookingDesk, offer: HallOffer, days: Sequence[str], services: Collection[str]) -> list[SlotShown]:
    at = desk.wall()
    with desk.engine.connect() as connection:
        rows = store.slots(connection, offer.hall, days)
        checking = connection.scalar(select(Unreconciled.hall).where(Unreconciled.hall == offer.hall)) is not None
    return [_slot(row, offer, at, sold=not checking) for row in rows if row.service in services and row.starts_at > at]


def _slot(row: Row[Any], offer: HallOffer, at: int, *, sold: bool) -> SlotShown:
    free = store.free_places(row) if sold else 0
    return SlotShown(
        slot=row.id, service=row.service, day=row.day, starts_at=row.starts_at, ends_at=row.ends_at,
        free=free if offer.rules.show_capacity else None, bookable=free > 0 and _in_time(row, offer, at),
    )  # fmt: skip


def _in_time(row: Row[Any], offer: HallOffer, at: int) -> bool:
    try:
        life.check_slot_time(offer.rules, offer.times, row.starts_at, at, assisted=False)
    except BookingRefused:
        return False
    return True
