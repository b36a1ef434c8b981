"""What an administrator does once for a centre: the database, the first account, the nodes."""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from central import config
from central.console.people.accounts import create_user
from central.db import migrate
from central.db.engine import open_database
from central.registry import enrol
from contract.directives import BookingAdded
from hallkeeper.roster_file import tell


def prepare(configuration: Path, login: tuple[str, str], halls: Mapping[str, Mapping[str, str]], timezone: str) -> None:
    """Brings the database up, adds an administrator, enrols one node a hall. `halls`: id to names by language."""
    database = open_database(config.load(configuration).database)
    try:
        migrate.upgrade(database)
        create_user(database, *login, "admin")
        for hall, name in halls.items():
            enrol(database, hall, hall, name, at=time.time_ns() // 1_000_000, timezone=timezone)
    finally:
        database.dispose()


def tell_bookings(configuration: Path, hall: str, bookings: Iterable[BookingAdded]) -> None:
    """Sends bookings to a hall through the centre's log of directives."""
    database = open_database(config.load(configuration).database)
    try:
        tell(database, hall, bookings, by="demo", at=time.time_ns() // 1_000_000)
    finally:
        database.dispose()
