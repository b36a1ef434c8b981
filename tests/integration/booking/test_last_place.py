"""A thousand people want the last place at once: exactly one gets it, on either database (F49)."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from central.booking.desk import Who
from central.booking.sentences import BookingRefused
from central.db.tables import AuditRow, Booking
from tests.booking_world import World, id_number

PEOPLE = 1000
AT_ONCE = 100


@pytest.mark.fault("F49")
@pytest.mark.clause("S0-12")
@pytest.mark.timeout(300)
def test_a_thousand_ask_for_the_last_place_and_one_gets_it(world: World) -> None:
    slot = world.application().slot
    size = world.slot(slot).capacity
    for n in range(size - 1):
        world.booked(900 + n, slot=slot)
    wishes = [world.application(1, slot=slot, id_number=id_number(n), phone=f"139{n:08d}") for n in range(PEOPLE)]
    outcomes: Counter[str] = Counter()
    together = threading.Barrier(AT_ONCE)

    def ask(n: int) -> str:
        if n < AT_ONCE:
            together.wait(60)  # the first hundred are in the same instant, the others press behind
        try:
            return str(world.desk.apply(wishes[n], "web").status)
        except BookingRefused as refused:
            return refused.code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes.update(pool.map(ask, range(PEOPLE)))
    assert outcomes == {"confirmed": 1, "slot_full": PEOPLE - 1}
    assert world.slot(slot).taken == size
    with world.engine.connect() as connection:
        held = connection.scalar(select(func.count()).where(Booking.slot == slot, Booking.holds))
        told = connection.scalar(select(func.count()).where(AuditRow.action == "booking.confirmed"))
    assert held == told == size, "who did not get it left nothing behind"


@pytest.mark.fault("F49")
@pytest.mark.timeout(300)
def test_many_book_change_and_cancel_at_once_and_the_sums_are_right(world: World) -> None:
    """Moves in both directions between two slots wait for each other in one order only: nothing locks for ever."""
    slots = [slot.id for slot in world.slots() if slot.starts_at > world.at + 40 * 3_600_000][:2]
    size = world.slot(slots[0]).capacity
    booked = [world.booked(n, slot=slots[n % 2], id_number=id_number(n)) for n in range(2 * size - 2)]

    def swap(n: int) -> str:
        booking = booked[n]
        for _ in range(5):
            now = world.desk.find(Who(booking.code))
            target = slots[0] if now.slot == slots[1] else slots[1]
            try:
                world.desk.move(Who(booking.code), target)
            except BookingRefused as refused:
                assert refused.code == "slot_full"
        return "done"

    with ThreadPoolExecutor(len(booked)) as pool:
        assert set(pool.map(swap, range(len(booked)))) == {"done"}
    for id_ in slots:
        with world.engine.connect() as connection:
            held = connection.scalar(select(func.count()).where(Booking.slot == id_, Booking.holds))
        assert world.slot(id_).taken == held <= size
