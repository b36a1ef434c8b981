"""Follows `events` and folds them into the read models; its cursor moves in the same transaction as the rows.

The newest events are handed over by the receiver, so they are decoded once. Whoever fell behind (a
restart, a rebuild, a database error) reads the missing ones again from the table.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import DataError

from central.db.engine import writing
from central.db.follower import Follower
from central.db.tables import DeadLetter, Hall, Node, StoredEvent, Stream
from central.ingest import dead, readmodels
from central.ingest.projections.fold import STEPS, fold
from central.ingest.projections.picture import Fact, Place, Twice, fits, needs
from central.ingest.projections.rows import Moment
from contract import events
from contract.events import Envelope

log = logging.getLogger(__name__)

CHUNK = 2000
"""Events folded in one transaction."""
FOLLOWED = Follower("read models")


class Arrived(msgspec.Struct, frozen=True, gc=False):
    """One stored event on its way into the read models. `gc=False`: thousands of them are made and dropped a second."""

    id: int
    node: str
    envelope: Envelope


class Projector:
    """One thread only. `counts` holds `folded`, `unknown` (newer types) and `skipped` (facts no row can hold)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = writing(engine)
        self._places: dict[str, Place] = {}
        self.counts: Counter[str] = Counter()

    def take(self, arrived: Sequence[Arrived]) -> None:
        """Folds what was just stored. Raises sqlalchemy.exc.OperationalError when the database is away."""
        if not arrived or not self._fold(arrived, expected=arrived[0].id - 1):
            self.catch_up()

    def catch_up(self, progress: Callable[[int], None] = lambda done: None) -> None:
        """Folds everything the cursor has not seen; `progress` gets the number of events after each chunk."""
        while chunk := self._next():
            if self._fold(chunk):
                progress(len(chunk))

    def rebuild(self, progress: Callable[[int], None] = lambda done: None) -> int:
        """Drops the read models and folds them anew from the first event on. Gives the number of events."""
        with self._engine.begin() as connection:
            FOLLOWED.lock(connection)
            readmodels.clear(connection)
            FOLLOWED.move(connection, 0)
        self._places.clear()
        self.catch_up(progress)
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(StoredEvent)) or 0

    def behind(self) -> int:
        """How many stored events are not folded yet, at most."""
        with self._engine.connect() as connection:
            newest = connection.scalar(select(func.max(StoredEvent.id))) or 0
            return newest - FOLLOWED.read(connection)

    def _next(self) -> list[Arrived]:
        with self._engine.connect() as connection:
            cursor = FOLLOWED.read(connection)
            rows = connection.execute(
                select(StoredEvent.id, Stream.node, StoredEvent.raw)
                .join(Stream, Stream.id == StoredEvent.stream)
                .where(StoredEvent.id > cursor)
                .order_by(StoredEvent.id)
                .limit(CHUNK)
            ).all()
        return [Arrived(id_, node, events.envelope(raw)) for id_, node, raw in rows]

    def _fold(self, arrived: Sequence[Arrived], expected: int | None = None) -> bool:
        """False when the cursor is not where `arrived` begins; then nothing was done."""
        try:
            with self._engine.begin() as connection:
                cursor = FOLLOWED.lock(connection)
                if cursor >= arrived[0].id or (expected is not None and cursor != expected):
                    return False
                facts = self._facts(connection, arrived)
                picture = readmodels.load(connection, needs(facts))
                fold(picture, facts)
                readmodels.save(connection, picture)
                self._report(connection, picture.twice)
                FOLLOWED.move(connection, arrived[-1].id)
        except _UNFIT as error:
            self._divide(arrived, error)
        else:
            self.counts["folded"] += len(facts)
        return True

    def _report(self, connection: Connection, twice: Sequence[Twice]) -> None:
        """A number that two customers have goes among what a person must look at: once, also after a rebuild."""
        for one in twice:
            topic = f"ticket {one.ticket}"
            kept = select(DeadLetter.id).where(DeadLetter.node == one.node, DeadLetter.topic == topic)
            if connection.scalar(kept.limit(1)) is None:
                log.error("%s: the number of %s was given out twice", one.node, topic)
                letter = {"node": one.node, "topic": topic, "reason": dead.TWICE, "raw": b"", "size": 0, "at": one.at}
                connection.execute(insert(DeadLetter).values(**letter))

    def _divide(self, arrived: Sequence[Arrived], error: Exception) -> None:
        """Some fact holds a value that no column can: the others are folded, that one is left out and said."""
        if len(arrived) > 1:
            middle = len(arrived) // 2
            self._fold(arrived[:middle])
            self._fold(arrived[middle:])
            return
        one = arrived[0]
        self._skip(one, error)
        with self._engine.begin() as connection:
            if FOLLOWED.lock(connection) < one.id:
                FOLLOWED.move(connection, one.id)

    def _facts(self, connection: Connection, arrived: Sequence[Arrived]) -> list[Fact]:
        facts = []
        for one in arrived:
            envelope = one.envelope
            try:
                event = events.fact(envelope)
            except (msgspec.MsgspecError, UnicodeError) as error:
                self._skip(one, error)
                continue
            if event is None:
                self.counts["unknown"] += 1
            elif not fits(event, len(bytes(envelope.data))):
                self._skip(one, "a name in it is too long to be a key")
            elif type(event) in STEPS:
                moment = Moment(envelope.at, envelope.boot, envelope.mono_ms, envelope.synced)
                facts.append(Fact(self._place(connection, one.node), moment, event))
        return facts

    def _skip(self, one: Arrived, why: object) -> None:
        self.counts["skipped"] += 1
        log.error("event %d of %s (%s) fits no read model: %s", one.id, one.node, one.envelope.type, why)

    def _place(self, connection: Connection, node: str) -> Place:
        """A node's hall never changes (registry.py), so it is asked for once."""
        if node not in self._places:
            hall, zone = connection.execute(
                select(Node.hall, Hall.timezone).join(Hall, Hall.id == Node.hall).where(Node.id == node)
            ).one()
            self._places[node] = Place(node, hall, _zone(zone))
        return self._places[node]


_UNFIT = (DataError, OverflowError, UnicodeError)
"""What drivers raise for a value no column can hold: a NUL character, a number beyond 64 bits."""


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        log.error("time zone %r is not known here; hours are counted in UTC", name)
        return ZoneInfo("UTC")
