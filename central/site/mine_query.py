"""All that belongs to one booking, read at once."""

from typing import Any

import msgspec
from sqlalchemy import Engine, Row, select

from central.db.tables import AuditRow, BookingChange
from central.site import enotices


class About(msgspec.Struct, frozen=True):
    """`change`: the newest wish for another matter. `trail`: when and what, oldest first."""

    change: Row[Any] | None
    notices: list[Row[Any]]
    trail: list[tuple[int, str]]

    @property
    def change_waits(self) -> bool:
        return self.change is not None and self.change.status == "asked"


def about(engine: Engine, booking: Row[Any]) -> About:
    changes = select(BookingChange).where(BookingChange.booking == booking.id).order_by(BookingChange.id.desc())
    trail = (
        select(AuditRow.at, AuditRow.action)
        .where(AuditRow.subject == "booking", AuditRow.subject_id == booking.code)
        .order_by(AuditRow.id)
    )
    with engine.connect() as connection:
        return About(
            connection.execute(changes.limit(1)).first(),
            enotices.of_booking(connection, booking.id),
            [(row.at, row.action) for row in connection.execute(trail)],
        )
