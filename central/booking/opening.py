"""Opens the slots of the days ahead, and works out their capacity anew where windows, times or rules have changed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select, update

from central.booking import life, store
from central.booking.offer import HallOffer, Offers
from central.booking.slots import Span, capacity, new_row, slot_id, spans, windows
from central.db.engine import writing
from central.db.tables import Hall, Slot, TicketRow
from central.errors import Invalid

MEASURED_DAYS = 28
"""The handling time of a service is the mean of the last four weeks …"""
MEASURED_LEAST = 20
"""… where so many were served; else what its catalogue expects."""


def open_all(engine: Engine, offers: Offers, at: int) -> int:
    """Every hall's slots up to its horizon. Gives how many were new."""
    with engine.connect() as connection:
        halls = connection.scalars(select(Hall.id).order_by(Hall.id)).all()
    return sum(open_hall(engine, offers.of(hall), at) for hall in halls)


def open_hall(engine: Engine, offer: HallOffer, at: int) -> int:
    """What was sold stays. A slot that the hours no longer have shrinks to that, and grows again with them."""
    services = offer.services()
    days = life.days_ahead(offer.rules, offer.times, at)
    with writing(engine).begin() as connection:
        means = {service: mean_s(connection, offer, service, at) for service in services}
        return sum(_open_day(connection, offer, day, means, at) for day in days)


def mean_s(connection: Connection, offer: HallOffer, service: str, at: int) -> float:
    """Mean handling time of a service, seconds."""
    since = at - MEASURED_DAYS * 86_400_000
    query = select(func.avg(TicketRow.handling_s), func.count(TicketRow.handling_s)).where(
        TicketRow.hall == offer.hall, TicketRow.service == service, TicketRow.ended_at > since
    )
    mean, n = connection.execute(query).one()
    expected = offer.queues.get(service, {}).get("expected_s", 300)
    return float(mean) if n >= MEASURED_LEAST else float(expected)


def planned(offer: HallOffer, service: str, mean: float) -> int:
    """The capacity of one slot by the formula."""
    rules = offer.rules
    return capacity(windows(offer.counters, service), rules.slot_min, mean, rules.share_percent)


def _open_day(connection: Connection, offer: HallOffer, day: date, means: Mapping[str, float], at: int) -> int:
    wanted = spans(offer.times, offer.rules, day)
    there = {row.id: row for row in store.slots(connection, offer.hall, [day.isoformat()])}
    new = []
    for service, mean in means.items():
        size = planned(offer, service, mean)
        for span in wanted:
            row = there.pop(slot_id(offer.hall, service, span.starts_at), None)
            if row is None:
                new.append(new_row(offer.hall, service, day.isoformat(), span, size))
            else:
                _fit(connection, row, span, size)
    if new:
        connection.execute(store.quiet_insert(connection, Slot), new)
    for row in there.values():
        if row.starts_at > at:
            _retire(connection, row)
    return len(new)


def _fit(connection: Connection, row: Row[Any], span: Span, size: int) -> None:
    """As the rules have it now; what a person set is left as it is, also when it was set this very moment."""
    if row.ends_at != span.ends_at:
        connection.execute(update(Slot).where(Slot.id == row.id).values(ends_at=span.ends_at))
    if not row.by_hand and row.capacity != size:
        store.resize(connection, row.id, size, Slot.by_hand.is_(False))


def _retire(connection: Connection, row: Row[Any]) -> None:
    """The hours have no such slot any more: no further place of it is sold, whoever set how many it has."""
    if row.by_hand or row.capacity > row.taken + row.granted - row.excess:
        store.resize(connection, row.id, 0, by_hand=False)


def set_capacity(connection: Connection, id_: str, size: int) -> int:
    """By hand. Raises Invalid where more is sold already: those customers would have to be told first."""
    row = store.slot(connection, id_)
    if not 0 <= size <= 1000:
        raise Invalid("capacity: give a number from 0 to 1000", "capacity")
    if size < row.taken + row.granted - row.excess:
        raise Invalid(
            f"capacity: {row.taken} places are booked and {row.granted} are the hall's own share; give at least "
            f"{row.taken + row.granted - row.excess}",
            "capacity",
        )
    changed = store.resize(connection, id_, size, by_hand=True)
    assert changed is not None
    return int(changed.capacity)
