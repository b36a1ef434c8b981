"""How the load is spread over the slots: neither scattered nor concentrated (S0-19)."""

from collections.abc import Iterable

from central.metrics.booking_facts import SlotFacts
from central.metrics.formulas import Rate


def slot_load(slots: Iterable[SlotFacts]) -> Rate:
    """时段饱和度 = booked / capacity. (S0-19)

    Booked is every place taken, whoever sold it. More than the whole only where a loss left bookings beyond the
    capacity, which a person then sees to.
    """
    rows = list(slots)
    return Rate(sum(s.booked for s in rows), sum(s.capacity for s in rows))


def by_hour(slots: Iterable[SlotFacts]) -> dict[tuple[int, int], Rate]:
    """The load of every weekday (1 to 7) and local hour that had slots. (S0-19)"""
    cells: dict[tuple[int, int], list[SlotFacts]] = {}
    for slot in slots:
        cells.setdefault((slot.weekday, slot.hour), []).append(slot)
    return {cell: slot_load(rows) for cell, rows in sorted(cells.items())}


def by_day(slots: Iterable[SlotFacts]) -> dict[str, Rate]:
    """The load of every day that had slots. (S0-19)"""
    days: dict[str, list[SlotFacts]] = {}
    for slot in slots:
        days.setdefault(slot.day, []).append(slot)
    return {day: slot_load(rows) for day, rows in sorted(days.items())}
