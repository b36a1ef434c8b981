"""Says what a booking's row holds as people read it: names instead of ids, times of the hall's own clock."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from sqlalchemy import Row, select
from sqlalchemy.orm import Session
from starlette_admin.i18n import get_locale
from starlette_admin.i18n import gettext as _

from central.console import names
from central.console.booking import labels
from central.console.language import said
from central.db.tables import BusinessType, Hall, Matter
from contract.booking_code import grouped


class Teller:
    """Reads all names at once; its methods are for templates. `services_of`: halls whose services are named."""

    def __init__(self, session: Session, services_of: Collection[str] = ()) -> None:
        rows = session.execute(select(Hall.id, Hall.name, Hall.timezone)).all()
        self._zones = {row.id: ZoneInfo(row.timezone) for row in rows}
        self._halls: dict[str, Mapping[str, str]] = {row.id: row.name for row in rows}
        self._names = names.read(session, services_of) if services_of else names.Names()
        self._matters: dict[str, Mapping[str, str]] = {
            row.id: row.name for row in session.execute(select(Matter.id, Matter.name))
        }
        self._types: dict[str, Mapping[str, str]] = {
            row.id: row.name for row in session.execute(select(BusinessType.id, BusinessType.name))
        }

    def hall(self, id_: str) -> str:
        return said(self._halls.get(id_), id_)

    def service(self, hall: str, id_: str) -> str:
        return said(self._names.of("service", hall, id_), id_)

    def matter(self, booking: Row[Any]) -> str:
        """Of a booking rebuilt from a roster only the kind of business is known."""
        if booking.matter is None:
            return said(self._types.get(booking.business_type), booking.business_type)
        return self.matter_named(booking.matter)

    def matter_named(self, id_: str) -> str:
        return said(self._matters.get(id_), id_)

    def when(self, row: Row[Any]) -> str:
        """Of a booking or a slot: day and period."""
        return f"{self.day(row.hall, row.starts_at)} {self.period(row)}"

    def period(self, row: Row[Any]) -> str:
        return f"{self.clock(row.hall, row.starts_at)}–{self.clock(row.hall, row.ends_at)}"

    def day(self, hall: str, at: int) -> str:
        return day_words(self._local(hall, at).date())

    def clock(self, hall: str, at: int) -> str:
        return self._local(hall, at).strftime("%H:%M")

    def moment(self, hall: str, at: int) -> str:
        """A moment of another day with its day."""
        return f"{self.day(hall, at)} {self.clock(hall, at)}"

    def date(self, hall: str, at: int) -> str:
        """The local date, "YYYY-MM-DD"."""
        return self._local(hall, at).date().isoformat()

    def flags(self, booking: Row[Any]) -> str:
        words = [str(labels.FLAGS.get(flag, flag)) for flag in booking.flags]
        return _(", ").join(words)

    def code(self, booking: Row[Any]) -> str:
        return grouped(booking.code)

    def _local(self, hall: str, at: int) -> datetime:
        return datetime.fromtimestamp(at / 1000, self._zones[hall])


def day_words(day: date) -> str:
    """ "Tue, Nov 24", "11月24日周二"."""
    return format_skeleton("MMMEd", day, locale=get_locale())
