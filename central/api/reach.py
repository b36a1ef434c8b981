"""Which bookings a key reaches: those it made, and any other by its code with the end of the telephone number."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from central.api import answers
from central.api.answers import BookingShown
from central.api.door import Asker, Door
from central.booking.desk import BookingDesk, Who
from central.booking.sentences import BookingRefused
from central.db.tables import BookingChange


class Named(NamedTuple):
    """A booking as it is asked for. Without `tail` only for the key that made it."""

    code: str
    tail: str | None = None


class Reach:
    """Every miss is counted, whatever of it was wrong (F50)."""

    def __init__(self, desk: BookingDesk, door: Door) -> None:
        self._desk, self._door = desk, door

    def found(self, connection: Connection, asker: Asker, named: Named, *, lock: bool) -> Row[Any]:
        """Raises BookingRefused "not_found"."""
        if named.tail is not None:
            self._door.guessing(asker)
        with self._counted(asker):
            booking = self._desk.found(connection, Who(*named), lock=lock)
            if (named.tail is None and booking.partner != asker.key.id) or not asker.key.may(booking.hall):
                raise BookingRefused("not_found", "code")
        return booking

    @contextmanager
    def _counted(self, asker: Asker) -> Iterator[None]:
        try:
            yield
        except BookingRefused:
            self._door.missed(asker)
            raise


def shown(connection: Connection, booking: Row[Any]) -> BookingShown:
    """With the change of it that waits for a reviewer."""
    query = select(BookingChange).where(BookingChange.booking == booking.id, BookingChange.status == "asked")
    return answers.booking(booking, connection.execute(query).first() if booking.open else None)
