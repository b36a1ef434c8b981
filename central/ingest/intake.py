"""One transaction: messages in, rows stored, and what is to be answered once they are committed.

Whatever cannot be read is set aside as a dead letter and counted; it never stops what stands behind it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, insert, select, update

from central import generations
from central.db.engine import writing
from central.db.tables import DeadLetter, Node, VerdictRow
from central.ingest import copies, dead, greet, presence
from central.ingest.couriers import Couriers, Out
from central.ingest.inbox import Message
from central.ingest.projector import Arrived
from central.ingest.streams import Streams
from central.ingest.words import clean
from central.live import Change, Judged
from contract import stream, topics, wire
from contract.errors import WireError
from contract.messages import Ack, CentreNotice, Events, Hello, LinkReport, Lost, Refused, StateReport, Taken, Welcome

DEAD_LETTERS_AN_HOUR = 100
"""Unreadable messages kept of one sender in an hour; more are only counted, or a broken node would fill the disk."""
_HOUR_MS = 3_600_000


class Stored(msgspec.Struct):
    """What follows from a committed transaction."""

    out: list[Out] = []
    arrived: list[Arrived] = []
    changes: list[Change] = []
    couriers: list[Callable[[Couriers], object]] = []
    """What the couriers are to be told; only after the commit."""


class Intake:
    """One thread only. `counts` says how often what happened since the start."""

    def __init__(self, engine: Engine) -> None:
        self._engine = writing(engine)
        self._streams = Streams()
        self._kept: dict[tuple[str, int], int] = {}
        self.counts: Counter[str] = Counter()

    def store(self, messages: Sequence[Message], now: float) -> Stored:
        """Stores all of them or none. `now`: monotonic seconds. Raises sqlalchemy.exc.DBAPIError; try again then."""
        counts: Counter[str] = Counter()
        try:
            with self._engine.begin() as connection:
                self._streams.begin(connection)
                work = _Work(connection, self._streams, counts, self._may_keep, now)
                for message in messages:
                    work.take(message)
                stored = work.finish()
        except BaseException:
            self._streams.forget()
            raise
        self.counts.update(counts)
        return stored

    def set_aside(self, message: Message, why: str) -> None:
        """Keeps a message that no transaction could store, so that the others get through."""
        with self._engine.begin() as connection:
            _dead_letter(connection, message, why)
        self.counts["set_aside"] += 1

    def _may_keep(self, node: str, at: int) -> bool:
        key = (node, at // _HOUR_MS)
        self._kept = {k: n for k, n in self._kept.items() if k[1] == key[1]}
        self._kept[key] = self._kept.get(key, 0) + 1
        return self._kept[key] <= DEAD_LETTERS_AN_HOUR


class _Work:
    """The running transaction."""

    def __init__(
        self,
        connection: Connection,
        streams: Streams,
        counts: Counter[str],
        may_keep: Callable[[str, int], bool],
        now: float,
    ) -> None:
        self._connection, self._streams, self._counts = connection, streams, counts
        self._may_keep, self._now = may_keep, now
        self._halls: dict[str, str | None] = {}
        self._acks: dict[tuple[str, str, str, int], list[Refused]] = {}
        self._aside: dict[str, frozenset[str]] | None = None
        self._generation: str | None = None
        self._presence = presence.Desk(connection)
        self._stored = Stored()

    def take(self, message: Message) -> None:
        """Never raises for what is wrong with the message."""
        self._counts["messages"] += 1
        address = topics.parse(message.topic)
        if address is None or address.direction != "up":
            self._dead(message, dead.NO_TOPIC)
        elif self._hall(address.node) is None:
            self._counts["unknown_node"] += 1
            self._dead(message, dead.stranger(address.node))
        else:
            try:
                _HANDLERS[address.name](self, address.node, message)
            except WireError as error:
                self._dead(message, str(error))

    def finish(self) -> Stored:
        """Everything written that was collected; the answers, for after the commit."""
        self._streams.flush()
        self._presence.flush()
        self._stored.arrived = self._streams.arrived
        self._stored.out += [
            self._ack(node, epoch, boot, conn, refused) for (node, epoch, boot, conn), refused in self._acks.items()
        ]
        return self._stored

    # --- one handler a topic -------------------------------------------------

    def events(self, node: str, message: Message) -> None:
        batch = wire.events(message.payload)
        if batch.boot in self._copies(node):
            self._counts["from_copies"] += 1
            return
        offer = self._streams.batch(node, batch, message.at)
        self._tally(offer)
        if offer.fork is not None and not self._streams.ended(node, batch.epoch):
            self._clash(node, batch, message.at)
        self._acks.setdefault((node, batch.epoch, batch.boot, batch.conn), []).extend(offer.refused)

    def lost(self, node: str, message: Message) -> None:
        lost = wire.decode(message.payload, Lost)
        if not 1 <= lost.from_ <= lost.to:
            raise WireError("Lost", "from", f"{lost.from_} to {lost.to} is no range")
        boot, conn = self._presence.where(node)
        self._tally(self._streams.lost(node, lost, boot, conn, message.at))
        if boot:  # a node that has not said hello could not tell the answer from another's
            self._acks.setdefault((node, lost.epoch, boot, conn), [])

    def hello(self, node: str, message: Message) -> None:
        hello = wire.decode(message.payload, Hello)
        for head in hello.streams:
            if not 1 <= head.first <= head.last + 1:
                raise WireError("Hello", "streams", f"{head.first} to {head.last} is no range")
        # Held, since the office may decide about a copy at this moment.
        held = select(Node).where(Node.id == node).with_for_update(key_share=True)
        row = self._connection.execute(held).one()
        met = greet.greet(
            self._connection, self._streams, self._presence, row, hello, self._current(message.at), message.at
        )
        self._counts["hellos"] += 1
        welcome = met.welcome
        self._generation = welcome.generation
        if met.new_generation:
            self._counts["generations"] += 1
            self._stored.out.append(Out(topics.CENTRE, wire.encode(CentreNotice(welcome.generation)), retain=True))
            self._stored.couriers.append(lambda couriers: couriers.clear())
        if welcome.verdict == "quarantine":
            self._judged(node, welcome, message.at)  # whoever goes by the name goes on
            return
        self._stored.changes += self._presence.arrived(node, hello.boot, hello.conn, message.at)
        self._judged(node, welcome, message.at)
        self._stored.couriers.append(
            lambda couriers: couriers.met(
                node, hello.boot, hello.conn, welcome.generation, met.cursor, welcome.directive_head
            )
        )

    def taken(self, node: str, message: Message) -> None:
        taken = wire.decode(message.payload, Taken)
        self._connection.execute(
            update(Node)
            .where(Node.id == node, Node.conn == taken.conn, Node.taken_generation == taken.generation)
            .where(Node.taken_seq < taken.seq)
            .values(taken_seq=taken.seq)
        )
        now = self._now
        self._stored.couriers.append(
            lambda couriers: couriers.taken(node, taken.conn, taken.generation, taken.seq, now)
        )

    def state(self, node: str, message: Message) -> None:
        state = wire.decode(message.payload, StateReport)
        hall = self._hall(node)
        if (state.node, state.hall) != (node, hall):
            raise WireError("StateReport", "hall", f"{state.node} of {state.hall} came as {node} of {hall}")
        self._change(self._presence.state(node, state, message), "stale_states")

    def link(self, node: str, message: Message) -> None:
        link = wire.decode(message.payload, LinkReport)
        self._change(self._presence.link(node, link, message), "stale_links")
        if not link.online:
            self._stored.couriers.append(lambda couriers: couriers.left(node, link.conn))

    # --- parts ---------------------------------------------------------------

    def _clash(self, node: str, batch: Events, at: int) -> None:
        row = self._connection.execute(select(Node).where(Node.id == node)).one()
        self._judged(node, greet.clash(self._connection, row, batch, self._current(at), at), at)

    def _judged(self, node: str, welcome: Welcome, at: int) -> None:
        """The answer, and what the board is to say: of who goes by the name, and that a copy stands aside."""
        self._aside = None
        newest = copies.spoken().where(VerdictRow.node == node)
        query = select(VerdictRow).where(VerdictRow.id == newest.scalar_subquery())
        row = self._connection.execute(query).one_or_none()
        verdict, reason, said_at = (row.verdict, row.reason, row.at) if row is not None else (None, "", at)
        self._stored.changes.append(Judged(node, verdict, reason, said_at, bool(self._copies(node))))
        self._stored.out.append(Out(topics.down(node, "welcome"), wire.encode(welcome)))

    def _copies(self, node: str) -> frozenset[str]:
        """Boots of those that stand aside."""
        if self._aside is None:
            self._aside = copies.boots(self._connection)
        return self._aside.get(node, frozenset())

    def _change(self, changes: list[Change], otherwise: str) -> None:
        self._stored.changes += changes
        if not changes:
            self._counts[otherwise] += 1

    def _tally(self, offer: stream.Offer) -> None:
        self._counts["events"] += len(offer.new)
        self._counts["duplicates"] += offer.duplicates
        self._counts["gaps"] += offer.gap
        self._counts["refused"] += len(offer.refused)
        self._counts["dead"] += len(offer.dead)
        self._counts["holes"] += offer.hole is not None
        self._counts["forks"] += offer.fork is not None

    def _ack(self, node: str, epoch: str, boot: str, conn: int, refused: list[Refused]) -> Out:
        known = self._streams.find(node, epoch)
        assert known is not None, "an answered stream is open"
        receiver = known.receiver
        open_ = [one for one in refused if one.to > receiver.acked]
        ack = Ack(boot, conn, self._current(0), epoch, receiver.acked, receiver.tip.hex(), open_)
        return Out(topics.down(node, "ack"), wire.encode(ack))

    def _hall(self, node: str) -> str | None:
        """None for a node nobody enrolled, or one that was dismissed."""
        if node not in self._halls:
            self._halls[node] = self._connection.scalar(select(Node.hall).where(Node.id == node, Node.active))
        return self._halls[node]

    def _current(self, at: int) -> str:
        if self._generation is None:
            self._generation = generations.current(self._connection, at)
        return self._generation

    def _dead(self, message: Message, why: str) -> None:
        self._counts["unreadable"] += 1
        if self._may_keep(message.topic, message.at):
            _dead_letter(self._connection, message, why)


_HANDLERS: dict[str, Callable[[_Work, str, Message], None]] = {
    "events": _Work.events,
    "lost": _Work.lost,
    "hello": _Work.hello,
    "taken": _Work.taken,
    "state": _Work.state,
    "link": _Work.link,
}


def _dead_letter(connection: Connection, message: Message, why: str) -> None:
    parts = message.topic.split("/")
    values: dict[str, Any] = {
        "node": clean(parts[2] if len(parts) > 2 else "", 64),
        "topic": clean(message.topic),
        "reason": clean(why),
        "raw": message.payload[: wire.MAX_PAYLOAD],
        "size": len(message.payload),
        "at": message.at,
    }
    connection.execute(insert(DeadLetter).values(**values))
