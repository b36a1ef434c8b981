"""A hall's node without disk, threads or broker: the real heart of the hall, a journal in memory, protocol 1 by hand.

What is on its disk is an `Image`: a torn journal is a shorter one. Everything else follows from it by replay.
"""

import copy
import itertools
from collections.abc import Sequence
from typing import Any

import msgspec

from contract import chain, events, messages, topics, wire
from contract.catalogue import Catalogue
from contract.directives import BookingAdded, BookingCancelled, Directive
from contract.events import (
    CatalogueChanged,
    DirectiveAnswered,
    DirectiveTaken,
    EpochBegun,
    Event,
    NodeStarted,
    PlaceSold,
)
from edge.errors import Refused, Settled
from edge.hall.apply import apply
from edge.hall.commands import Command, Record
from edge.hall.decide import decide
from edge.hall.fact_told import fact_told
from edge.hall.state import State
from edge.taking import content, meaning

Said = tuple[str, bytes]


class Epoch:
    def __init__(self, id_: str, prev: str | None) -> None:
        self.id, self.prev = id_, prev
        self.raws: list[bytes] = []
        self.hashes: list[bytes] = [chain.GENESIS]

    def add(self, raw: bytes) -> None:
        self.raws.append(raw)
        self.hashes.append(chain.link(self.hashes[-1], self.id, len(self.raws), raw))


class Image(msgspec.Struct):
    """A copy of all that a node's disk holds."""

    epochs: list[Epoch]
    acked: dict[str, int]
    generation: str | None
    lease: str | None
    seen: messages.Acked | None
    conn: int


_FRESH = itertools.count(1)
"""Names of boots and epochs: drawn by chance where a node is real, so that no image draws the same again."""


class ShareNode:
    """`at` is its clock (ms). `acked`: what the centre is known to hold of each epoch."""

    def __init__(self, name: str, catalogue: Catalogue, at: int) -> None:
        self.name, self.at = name, at
        self.state = State()
        self.epochs: list[Epoch] = []
        self.taken: set[str] = set()
        self.cursor: tuple[str | None, int] = (None, 0)
        self.acked: dict[str, int] = {}
        self.generation: str | None = None
        self.lease: str | None = None
        self.seen: messages.Acked | None = None
        self.conn = 0
        self.boot = ""
        self.line = "", 0
        """Boot and connection that said hello last."""
        self.aside = False
        self._begin(None, "first", whole=False, last=0)
        self.record(CatalogueChanged(catalogue))

    # --- the disk ------------------------------------------------------------

    @property
    def epoch(self) -> Epoch:
        return self.epochs[-1]

    def record(self, *facts: Event) -> None:
        """Durable, then applied."""
        for fact in facts:
            self.at += 1
            seq = len(self.epoch.raws) + 1
            self.epoch.add(events.encode(fact, seq=seq, boot=self.boot, mono_ms=self.at, at=self.at, synced=True))
            apply(self.state, fact, seq=seq, at=self.at)
            if isinstance(fact, DirectiveTaken):
                self.taken.add(fact.id)
                self.cursor = (fact.generation, fact.seq)

    def do(self, command: Command) -> tuple[Event, ...]:
        """Raises as the hall does."""
        decided = decide(self.state, command, self.at)
        self.record(*decided)
        return decided

    def reboot(self) -> None:
        self.boot, self.conn = f"boot-{next(_FRESH)}", self.conn + 1

    def image(self) -> Image:
        kept = (self.epochs, self.acked, self.generation, self.lease, self.seen, self.conn)
        return Image(*copy.deepcopy(kept))

    def restore(self, image: Image) -> None:
        """The card is written over with an old image, and the node started from it."""
        kept = copy.deepcopy(image)
        self.epochs, self.acked, self.generation = kept.epochs, kept.acked, kept.generation
        self.lease, self.seen, self.conn = kept.lease, kept.seen, kept.conn
        self._replay()
        self.reboot()
        self.record(NodeStarted("1.0", "pi-0001", self.name, self.epoch.id))

    def sales(self) -> dict[str, str]:
        """Code to grant of every sale on its disk."""
        return {fact.code: fact.grant for fact in self._facts() if isinstance(fact, PlaceSold)}

    def heard(self) -> dict[str, int]:
        """Code to the `rev` told last of every booking, by its disk and whatever its state makes of it."""
        told = [fact_told(fact) for fact in self._facts() if isinstance(fact, DirectiveTaken)]
        return {one.code: one.rev for one in told if isinstance(one, BookingAdded | BookingCancelled)}

    def _facts(self) -> list[Event | None]:
        return [events.fact(events.envelope(raw)) for epoch in self.epochs for raw in epoch.raws]

    def tear(self, lost: int) -> list[Event]:
        """The journal's last events are gone; the rest is salvaged under a new epoch. Gives what was lost."""
        old = self.epoch
        kept = max(1, len(old.raws) - lost)
        gone = [events.fact(events.envelope(raw)) for raw in old.raws[kept:]]
        del old.raws[kept:], old.hashes[kept + 1 :]
        self.acked[old.id] = min(self.acked.get(old.id, 0), kept)
        self._replay()
        self._begin(old.id, "damaged", whole=not gone, last=kept)
        return [fact for fact in gone if fact is not None]

    def _begin(self, prev: str | None, reason: str, *, whole: bool, last: int) -> None:
        self.reboot()
        self.epochs.append(Epoch(f"01J{next(_FRESH):023d}", prev))
        self.record(EpochBegun(prev, reason, last, 0, last, whole))
        self.record(NodeStarted("1.0", "pi-0001", self.name, self.epoch.id))

    def _replay(self) -> None:
        self.state, self.taken, self.cursor = State(), set(), (None, 0)
        for epoch in self.epochs:
            for raw in epoch.raws:
                envelope = events.envelope(raw)
                fact = events.fact(envelope)
                assert fact is not None
                apply(self.state, fact, seq=envelope.seq, at=envelope.at)
                if isinstance(fact, DirectiveTaken):
                    self.taken.add(fact.id)
                    self.cursor = (fact.generation, fact.seq)

    # --- what it says --------------------------------------------------------

    def hello(self) -> Said:
        self.conn += 1
        self.line = self.boot, self.conn
        heads = [
            messages.StreamHead(each.id, each.prev, 1, chain.GENESIS.hex(), len(each.raws), each.hashes[-1].hex())
            for each in self.epochs
            if self.acked.get(each.id, 0) < len(each.raws)
        ]
        generation, seq = self.cursor
        hello = messages.Hello(
            1, self.boot, self.conn, "pi-0001", "1.0", self.lease, heads, messages.Seen(self.generation, self.seen),
            messages.DirectiveCursor(generation, seq),
        )  # fmt: skip
        return topics.up(self.name, "hello"), wire.encode(hello)

    def batch(self, most: int) -> Said | None:
        """The oldest events the centre is not known to hold; none while it stands aside."""
        if self.aside:
            return None
        for epoch in self.epochs:
            first = self.acked.get(epoch.id, 0) + 1
            raws = epoch.raws[first - 1 : first - 1 + most]
            if raws:
                tip, sent = epoch.hashes[first - 1].hex(), [msgspec.Raw(raw) for raw in raws]
                body = messages.Events(self.boot, self.conn, epoch.id, first, tip, sent)
                return topics.up(self.name, "events"), wire.encode(body)
        return None

    def will(self) -> Said:
        """What the broker says when its line is gone."""
        return topics.up(self.name, "link"), wire.encode(messages.LinkReport(False, *self.line))

    def says_taken(self) -> Said:
        generation, seq = self.cursor
        return topics.up(self.name, "taken"), wire.encode(messages.Taken(self.conn, generation or "", seq))

    # --- what it hears -------------------------------------------------------

    def hear(self, topic: str, payload: bytes) -> None:
        """Only what names this connection counts; doubles and what stands behind a gap change nothing."""
        address = topics.parse(topic)
        if address is None or address.direction != "down" or address.node != self.name:
            return
        message: Any = wire.decode(payload, wire.DOWN[address.name])
        if (message.boot, message.conn) != (self.boot, self.conn):
            return
        match message:
            case messages.Welcome():
                self._welcomed(message)
            case messages.Ack() if message.generation == self.generation:
                self._acknowledged(message.epoch, message.seq, message.hash)
            case messages.Directives() if message.generation == self.generation:
                self._told(message.generation, message.directives)

    def _welcomed(self, welcome: messages.Welcome) -> None:
        self.aside = welcome.verdict == "quarantine"
        if welcome.verdict != "continue":
            if welcome.ends == self.epoch.id:
                self.lease = welcome.lease
                self._begin(self.epoch.id, "the centre", whole=False, last=len(self.epoch.raws))
            return
        if welcome.generation != self.generation:
            self.acked.clear()
        self.generation, self.lease = welcome.generation, welcome.lease
        for ack in welcome.streams:
            self._acknowledged(ack.epoch, ack.acked, ack.hash)

    def _acknowledged(self, epoch: str, seq: int, digest: str) -> None:
        for each in self.epochs:
            if each.id != epoch:
                continue
            if seq >= len(each.hashes) and each is not self.epoch:
                seq, digest = len(each.raws), each.hashes[-1].hex()  # the centre holds more than was salvaged of it
            if each is not self.epoch and each.hashes[seq].hex() != digest:
                self.acked[epoch] = len(each.raws)  # another copy wrote it: what is here of it stays here
            elif seq < len(each.hashes) and each.hashes[seq].hex() == digest:
                self.acked[epoch] = max(seq, self.acked.get(epoch, 0))
                self.seen = messages.Acked(epoch, seq, digest)

    def _told(self, generation: str, directives: Sequence[Directive]) -> None:
        for directive in directives:
            expected = self.cursor[1] + 1 if generation == self.cursor[0] else 1
            if directive.seq > expected:
                return
            if directive.seq == expected:
                self._take(generation, directive)

    def _take(self, generation: str, directive: Directive) -> None:
        if directive.id in self.taken:
            self.cursor = (generation, directive.seq)
            return
        data = content(directive)
        assert data is not None
        taken = DirectiveTaken(generation, directive.seq, directive.id, directive.kind, directive.type, data)
        self.do(Record(taken))
        meant = meaning(directive, data, 0.0)
        if isinstance(meant, Command):
            try:
                self.do(meant)
                meant = DirectiveAnswered(directive.id, "done", "")
            except Settled as error:
                meant = DirectiveAnswered(directive.id, "done", error.detail)
            except Refused as error:
                meant = DirectiveAnswered(directive.id, "refused", error.detail)
        if meant is not None:
            self.do(Record(meant))
