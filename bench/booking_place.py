"""A hall in which as many as want can book, and people who do: nobody twice, and never full."""

from datetime import date, timedelta

from sqlalchemy import Connection, func, select, text, update

from central.booking.application import Application
from central.booking.desk import BookingDesk
from central.db.engine import engine, writing
from central.db.tables import Booking, Slot
from central.notices.outbox import teller
from central.vault import Vault
from identity_numbers.gb11643 import check_character
from tests.booking_world import HOUR, MONDAY, SECRET, World

ROOM = 1_000_000
"""Places of every slot: what is measured is selling one, not refusing it."""
FAR = 10**12
"""Ids of recorded bookings are above this, so that they are known among other numbers."""


def made(url: str, *, far: bool = False) -> list[str]:
    """A fresh centre in the database at `url`. Gives its slots of tomorrow and later, the ids in order of time."""
    world = World(url)
    try:
        with writing(world.engine).begin() as connection:
            connection.execute(update(Slot).values(capacity=ROOM, by_hand=True))
        if far:
            world.booked(0)
            with writing(world.engine).begin() as connection:
                _number_from(connection, FAR)
        return [slot.id for slot in world.slots() if slot.starts_at > MONDAY + 12 * HOUR]
    finally:
        world.close()


def _number_from(connection: Connection, first: int) -> None:
    connection.execute(update(Booking).values(id=first))
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT setval(pg_get_serial_sequence('bookings', 'id'), :first)"), {"first": first})


def desk(url: str) -> BookingDesk:
    """As the centre has it: every booking is in the audit trail, and its customer's notice in the outbox."""
    vault = Vault(SECRET)
    return BookingDesk(engine(url, pool_size=8), vault, SECRET, [teller(vault)], wall=lambda: MONDAY)


def application(n: int, slots: list[str]) -> Application:
    """The n-th person's, for the slots in turn."""
    birth = date(1980, 1, 1) + timedelta(days=n // 1000)
    body = f"110101{birth:%Y%m%d}{n % 1000:03d}"
    return Application(
        hall="hall", matter="join", slot=slots[n % len(slots)], name="李小明", phone=f"138{n:08d}",
        id_number=body + check_character(body),
    )  # fmt: skip


def require_sold(url: str, count: int) -> None:
    """Raises RuntimeError unless there are so many bookings and as many places taken: nothing was sold twice."""
    made = engine(url)
    with made.connect() as connection:
        taken = connection.scalar(select(func.sum(Slot.taken)))
        bookings = connection.scalar(select(func.count()).select_from(Booking))
    made.dispose()
    if not taken == bookings == count:
        raise RuntimeError(f"{taken} places are taken by {bookings} bookings; {count} were to be made")
