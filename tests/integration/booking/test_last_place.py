"""A thousand people want the last place at once: exactly one gets it, on either database (F49)."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import OperationalError

from central.booking.desk import BookingDesk, Who
from central.booking.sentences import BookingRefused
from central.db.engine import engine as open_engine
from central.db.tables import AuditRow, Booking, Slot
from tests.booking_world import SECRET, World, id_number
from tests.waiting import until

PEOPLE = 1000
AT_ONCE = 100
PATIENCE_S = 120.0


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred at once may wait longer here than is good for a customer: the machine may stand still."""
    monkeypatch.setattr("central.db.engine.PATIENCE_S", PATIENCE_S)


@pytest.mark.fault("F49")
@pytest.mark.clause("S0-12")
@pytest.mark.timeout(300)
def test_a_thousand_ask_for_the_last_place_and_one_gets_it(world: World) -> None:
    slot = world.application().slot
    size = world.slot(slot).capacity
    for n in range(size - 1):
        world.booked(900 + n, slot=slot)
    wishes = [world.application(1, slot=slot, id_number=id_number(n), phone=f"139{n:08d}") for n in range(PEOPLE)]
    world.engine.pool._timeout = PATIENCE_S  # type: ignore[attr-defined]
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


@pytest.mark.timeout(300)
def test_a_wish_the_database_broke_because_two_waited_for_each_other_is_done_again(postgres: str) -> None:
    world = World(postgres)
    crossed = (_cancelled_across(world, world.booked(n)) for n in range(10))
    assert any(crossed), "the desk's own wish was never the one that was broken"
    world.close()


def _cancelled_across(world: World, booking: Row[Any]) -> bool:
    """Whether the desk's wish was broken on the way. The database breaks whoever still waits after its own time; the
    desk's is a second, and a machine that stands still for longer breaks the other one."""
    with ThreadPoolExecutor(1) as pool, world.engine.connect() as other:
        with suppress(OperationalError), other.begin():
            other.execute(text("SET LOCAL deadlock_timeout = '10s'"))
            other.execute(update(Slot).where(Slot.id == booking.slot).values(by_hand=True))
            gone = pool.submit(world.desk.cancel, Who(booking.code))
            until(lambda: _waits(world), 60)
            # the other way round than everybody else
            other.execute(update(Booking).where(Booking.id == booking.id).values(channel_ref="x"))
        assert gone.result(60).status == "cancelled"
    assert world.slot(booking.slot).taken == 0
    with world.engine.connect() as connection:
        return connection.scalar(select(Booking.channel_ref).where(Booking.id == booking.id)) == "x"


def _waits(world: World) -> bool:
    with world.engine.connect() as connection:
        query = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return connection.scalar(query) == 1


@pytest.mark.parametrize("at_once", [2, 50])
def test_the_same_key_many_times_at_once_is_one_booking_and_one_place(world: World, at_once: int) -> None:
    asked = world.application()
    together = threading.Barrier(at_once)

    def ask(_n: int) -> str:
        together.wait(60)
        return str(world.desk.apply(asked, "partner", partner=None, idempotency=("partner:1", "key")).code)

    with ThreadPoolExecutor(at_once) as pool:
        codes = set(pool.map(ask, range(at_once)))
    assert len(codes) == 1
    assert world.slot(asked.slot).taken == 1
    with world.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Booking)) == 1
        assert connection.scalar(select(func.count()).where(AuditRow.action == "booking.confirmed")) == 1


def test_of_many_who_mend_the_same_number_at_once_one_is_confirmed(world: World) -> None:
    """Each had written it wrong, so none of them was known; only one may have the open booking."""
    free = [slot.id for slot in world.slots() if slot.starts_at > world.at + 20 * 3_600_000]
    returned = [world.booked(n, slot=free[n], id_number="110101199003070001") for n in range(8)]
    together = threading.Barrier(len(returned))

    def mend(n: int) -> str:
        together.wait(60)
        try:
            asked = world.application(1, phone=f"138{n:08d}")
            return str(world.desk.resubmit(Who(returned[n].code), asked).status)
        except BookingRefused as refused:
            return refused.code

    with ThreadPoolExecutor(len(returned)) as pool:
        outcomes = Counter(pool.map(mend, range(len(returned))))
    assert outcomes == {"confirmed": 1, "open_booking": len(returned) - 1}


def test_nobody_waits_for_a_second_connection_while_holding_the_only_one(database_url: str) -> None:
    """A pool as small as can be, and nothing remembered of what the hall offers."""
    world = World(database_url)
    booking = world.booked()
    small = open_engine(database_url) if database_url.startswith("sqlite") else open_engine(database_url, pool_size=1)
    small.pool._max_overflow = 0  # type: ignore[attr-defined]
    small.pool._timeout = 1.0  # type: ignore[attr-defined]
    desk = BookingDesk(small, world.vault, SECRET, wall=lambda: world.at)
    held = [small.connect() for _ in range(small.pool.size() - 1)]  # type: ignore[attr-defined]
    assert desk.move(Who(booking.code), world.slots()[-1].id).status == "confirmed"
    desk.offers.forget()
    assert desk.cancel(Who(booking.code)).status == "cancelled"
    for connection in held:
        connection.close()
    small.dispose()
    world.close()
