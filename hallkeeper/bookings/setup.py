"""What an office does once before anybody can book: masters, hours, rules, capacities, and a key for each program.

In the demo the halls take bookings round the clock, in slots of ten minutes.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Engine, insert, select, update

from central import config
from central.api import keys
from central.audit import Actor
from central.booking import opening
from central.booking.offer import Offers
from central.booking.rules import BookingRules
from central.db.engine import open_database, writing
from central.db.tables import BookingRulesRow, CatalogueRow, Hall, HallDay, HallHours, HallPage, Slot
from central.masters import files
from central.masters.take_over import take_over

RULES = BookingRules(
    slot_min=10, last_end="", horizon_days=1, same_day_min=0, cancel_lead_min=1, change_lead_min=0, resubmit_min=10,
    resubmit_before_min=0, phone_confirm_min=10, hall_days=0,
)  # fmt: skip
"""The times of a morning, for somebody who watches for minutes."""
PLACES = 8
"""Of each slot, whatever the windows could do at real speed."""
ALWAYS = [["00:00", "24:00"]]
DAYS = 3
"""Dates that are open although they may be holidays."""
BY = Actor("demo")
PATIENCE_S = 60.0
ADDRESS = {"zh": "示范路1号", "en": "1 Example Road"}


def open_for_booking(configuration: Path, halls: Sequence[str]) -> dict[str, str]:
    """Waits until every hall has told what it does. Gives channel to API key. Raises TimeoutError."""
    database = open_database(config.load(configuration).database)
    try:
        _wait_for_catalogues(database, halls)
        at = time.time_ns() // 1_000_000
        with writing(database).begin() as connection:
            files.load_sample(connection, at=at, by=BY)
            for hall in halls:
                take_over(connection, hall, at=at, by=BY)
                _open(connection, hall, at)
        opening.open_all(database, Offers(database), at)
        with writing(database).begin() as connection:
            connection.execute(update(Slot).values(capacity=PLACES, by_hand=True))
        return {name: keys.add(database, f"demo {name}", name, BY, at=at, per_minute=3000)[1] for name in keys.CHANNELS}
    finally:
        database.dispose()


def _wait_for_catalogues(database: Engine, halls: Iterable[str]) -> None:
    until = time.monotonic() + PATIENCE_S
    missing = set(halls)
    while missing:
        with database.connect() as connection:
            missing -= set(connection.scalars(select(CatalogueRow.hall)))
        if time.monotonic() > until:
            raise TimeoutError(f"{', '.join(sorted(missing))} did not tell what can be done there")
        time.sleep(0.2)


def _open(connection: Connection, hall: str, at: int) -> None:
    zone = ZoneInfo(connection.scalar(select(Hall.timezone).where(Hall.id == hall)) or "UTC")
    today = datetime.fromtimestamp(at / 1000, zone).date()
    connection.execute(insert(HallHours), [{"hall": hall, "weekday": n, "periods": ALWAYS} for n in range(1, 8)])
    days = [(today + timedelta(days=n)).isoformat() for n in range(DAYS)]
    connection.execute(
        insert(HallDay),
        [{"hall": hall, "day": day, "periods": ALWAYS, "reason": "", "by": BY.name, "at": at} for day in days],
    )
    connection.execute(
        insert(BookingRulesRow).values(hall=hall, version=1, rules=msgspec.to_builtins(RULES), by=BY.name, at=at)
    )
    connection.execute(insert(HallPage).values(hall=hall, address=ADDRESS, way={}, phone="010-55550100"))
