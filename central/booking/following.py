"""Follows what halls send and brings it into the bookings; its cursor moves in the same transaction, so each event
counts once, however often it comes. What cannot be brought in is logged, and stops nothing behind it; where only the
database would not, all of it is tried again."""

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select
from sqlalchemy.exc import DataError, IntegrityError

from central.audit import Actor
from central.booking import hall_news, hall_sales, reconciling, shares
from central.booking.cursor import BOOKINGS
from central.booking.desk import BookingDesk
from central.booking.work import Work
from central.db.tables import DirectiveRow, Node, StoredEvent, Stream
from central.errors import CentralError, Unknown
from contract import events as e

log = logging.getLogger(__name__)

CHUNK = 200
"""Events in one transaction."""
_POISON = (CentralError, DataError, IntegrityError, msgspec.MsgspecError, ValueError, ArithmeticError, LookupError)
"""What an event can be at fault for. A lost connection, a lock, a full disk is not among these."""


class Place(msgspec.Struct, frozen=True):
    """Where an event comes from."""

    hall: str
    node: str
    epoch: str


Step = Callable[[Work, Place, Any], object]


def _epoch_begun(work: Work, place: Place, event: e.EpochBegun) -> None:
    shares.freeze(work.connection, place.node, place.epoch, event.prev_epoch, whole=event.whole, last=event.last)


def _answered(work: Work, place: Place, event: e.DirectiveAnswered) -> None:
    """A node that does not know shares will never sell or return one."""
    if event.outcome not in ("unsupported", "refused"):
        return
    query = select(DirectiveRow.data).where(
        DirectiveRow.id == event.id, DirectiveRow.node == place.node, DirectiveRow.type == "ShareGranted"
    )
    data = work.connection.scalar(query.limit(1))
    if data is not None:
        shares.never_taken(work.connection, msgspec.json.decode(data)["grant"], place.node, work.at)


STEPS: dict[type[e.Event], Step] = {
    e.BookingArrived: lambda work, place, event: hall_news.arrived(work, place.hall, place.node, event),
    e.BookingVoided: lambda work, place, event: hall_news.voided(work, place.hall, place.node, event),
    e.ServiceFinished: lambda work, place, event: hall_news.finished(work, place.node, event),
    e.ResultTold: lambda work, place, event: hall_news.result_told(work, place.node, event),
    e.PlaceSold: lambda work, place, event: hall_sales.sold(work, place.hall, place.node, event),
    e.ShareReturned: lambda work, place, event: shares.returned(work.connection, event, place.node, work.at),
    e.RosterReported: lambda work, place, event: reconciling.reported(work, place.hall, place.node, event),
    e.EpochBegun: _epoch_begun,
    e.DirectiveAnswered: _answered,
}
_TYPES = [kind.__name__ for kind in STEPS]


class Follower:
    """One job's. `counts`: events brought in, and those left out."""

    def __init__(self, desk: BookingDesk) -> None:
        self._desk = desk
        self.counts: Counter[str] = Counter()

    def follow(self, _at: int = 0) -> int:
        """Everything that is there. Gives the number of events brought in."""
        total = 0
        while self._behind():
            total += self._chunk()
        return total

    def _behind(self) -> bool:
        with self._desk.engine.connect() as connection:
            head = connection.scalar(select(func.max(StoredEvent.id))) or 0
            return head > BOOKINGS.read(connection)

    def _chunk(self) -> int:
        with self._desk.working(Actor("system", "halls")) as work:
            since = BOOKINGS.lock(work.connection)
            head = work.connection.scalar(select(func.max(StoredEvent.id))) or 0
            rows = _rows(work.connection, since, head)
            done = sum(self._bring(work, row) for row in rows)
            upto = rows[-1].id if len(rows) == CHUNK else head
            shares.settle_proved(work.connection, upto, work.at)
            BOOKINGS.move(work.connection, upto)
        return done

    def _bring(self, work: Work, row: Row[Any]) -> bool:
        """Each in a savepoint of its own. False where it was left out."""
        place, event = Place(row.hall, row.node, row.epoch), None
        try:
            envelope = e.envelope(row.raw)
            event = e.fact(envelope)
            if event is None:
                raise Unknown(f"version {envelope.v} of {row.type} is newer than this centre", "v")
            at = envelope.at if envelope.synced else work.at
            heard = self._desk.work(work.connection, Actor(f"node:{row.node}", "hall"), at=at)
            with work.connection.begin_nested():
                STEPS[type(event)](heard, place, event)
        except _POISON as error:
            self.counts["left_out"] += 1
            log.error("event %d of %s (%s) was not brought into the bookings: %s", row.id, row.node, row.type, error)
            if row.type == e.PlaceSold.__name__:
                shares.doubt(work.connection, row.node, row.epoch, getattr(event, "grant", None))
            return False
        self.counts["brought_in"] += 1
        return True


def _rows(connection: Connection, since: int, head: int) -> list[Row[Any]]:
    query = (
        select(StoredEvent.id, StoredEvent.type, StoredEvent.raw, Stream.node, Stream.epoch, Node.hall)
        .join(Stream, Stream.id == StoredEvent.stream)
        .join(Node, Node.id == Stream.node)
        .where(StoredEvent.id > since, StoredEvent.id <= head, StoredEvent.type.in_(_TYPES))
        .order_by(StoredEvent.id)
        .limit(CHUNK)
    )
    return list(connection.execute(query))
