"""Which bookings a key reaches: those it made, and any other by its code with the end of the telephone number."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from central.api import answers
from central.api.answers import BookingShown
from central.api.door import Asker, Door, too_often
from central.booking.desk import BookingDesk, Who
from central.booking.sentences import BookingRefused
from central.db.tables import BookingChange
from central.guesses import Guesses, TooManyTries
from contract.booking_code import tidy


class Named(NamedTuple):
    """A booking as it is asked for. Without `tail` only for the key that made it."""

    code: str
    tail: str | None = None


class Reach:
    """`guesses`: those of the site too, so that nobody gets more tries by taking another way (F50)."""

    def __init__(self, desk: BookingDesk, door: Door, guesses: Guesses) -> None:
        self._desk, self._door, self._guesses = desk, door, guesses

    def of(self, asker: Asker, named: Named) -> str:
        """The code of the booking, if it is within reach. Raises BookingRefused "not_found", whatever is wrong of it.

        Not to be called inside a transaction: an answer takes its time.
        """
        if named.tail is None:
            found = self._looked_up(asker, named)
        else:
            self._door.guessing(asker)
            found = self._tried(asker, named)
        if found is None:
            self._door.missed(asker)
            raise BookingRefused("not_found", "code")
        return str(found.code)

    def _tried(self, asker: Asker, named: Named) -> Row[Any] | None:
        """The tries of a code count for it whoever makes them; those of many codes, by the door."""
        code = tidy(named.code)
        try:
            return self._guesses.tried(code, f"{asker.name} {code}", lambda: self._looked_up(asker, named))
        except TooManyTries as error:
            raise too_often(error.wait_s) from None

    def _looked_up(self, asker: Asker, named: Named) -> Row[Any] | None:
        try:
            booking = self._desk.find(Who(*named))
        except BookingRefused:
            return None
        mine = named.tail is not None or booking.partner == asker.key.id
        return booking if mine and asker.key.may(booking.hall) else None


def shown(connection: Connection, booking: Row[Any]) -> BookingShown:
    """With the change of it that waits for a reviewer."""
    query = select(BookingChange).where(BookingChange.booking == booking.id, BookingChange.status == "asked")
    return answers.booking(booking, connection.execute(query).first() if booking.open else None)
