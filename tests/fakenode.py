"""A small node for tests of the centre: a journal in memory, its hash chain, and the messages of protocol 1.

It shares nothing with the real node but the contract, so the two sides check each other.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import msgspec

from contract import chain, events, messages, topics, wire
from contract.events import (
    CounterOpened,
    Event,
    ServiceFinished,
    ServiceStarted,
    SlipPrinted,
    SlipStarted,
    TicketCalled,
    TicketIssued,
    TicketPassed,
    TicketRated,
    Wait,
    Why,
)

NOON = 1_795_320_000_000
"""2026-11-22 04:00 UTC, noon in Shanghai, ms."""


class FakeNode:
    """Events are numbered from 1; `raws[i]` is event i + 1 and `hashes[i]` the chain before it."""

    def __init__(self, name: str, hall: str | None = None, epoch: str = "01J00000000000000000000001") -> None:
        self.name, self.hall, self.epoch = name, hall or name, epoch
        self.boot, self.conn = "boot-1", 1
        self.lease: str | None = None
        self.raws: list[bytes] = []
        self.hashes: list[bytes] = [chain.GENESIS]
        self.clock = NOON
        self.generation: str | None = None
        self.acked: messages.Acked | None = None
        self.taken = messages.DirectiveCursor(None, 0)

    # --- the journal ---------------------------------------------------------

    def record(self, *facts: Event, after_ms: int = 1000, synced: bool = True, at: int | None = None) -> None:
        """Appends facts; time goes on by `after_ms` before each. `at` stands in for a wrong wall clock."""
        for fact in facts:
            self.clock += after_ms
            wall = self.clock if at is None else at + self.clock - NOON
            raw = events.encode(
                fact, seq=len(self.raws) + 1, boot=self.boot, mono_ms=self.clock - NOON, at=wall, synced=synced
            )
            self.append(raw)

    def append(self, raw: bytes) -> None:
        """Exact bytes, whatever they are."""
        self.raws.append(raw)
        self.hashes.append(chain.link(self.hashes[-1], self.epoch, len(self.raws), raw))

    @property
    def last(self) -> int:
        return len(self.raws)

    # --- messages: (topic, payload) ------------------------------------------

    def events(self, first: int, count: int = 1_000_000) -> tuple[str, bytes]:
        """A batch from `first`; at most 64 KiB."""
        raws = self.raws[first - 1 : first - 1 + count]
        raws = raws[: wire.fitting([len(raw) for raw in raws], wire.MAX_PAYLOAD - 512)]
        # By hand, so that unsound bytes can be sent as well.
        head = f'{{"boot":"{self.boot}","conn":{self.conn},"epoch":"{self.epoch}","first":{first},'
        body = f'"prev_hash":"{self.hashes[first - 1].hex()}","events":['
        return topics.up(self.name, "events"), head.encode() + body.encode() + b",".join(raws) + b"]}"

    def batches(self, size: int = 1_000_000) -> list[tuple[str, bytes]]:
        """All events in order, at most `size` a batch."""
        found, first = [], 1
        while first <= self.last:
            topic, payload = self.events(first, size)
            found.append((topic, payload))
            first += len(msgspec.json.decode(payload, type=messages.Events).events)
        return found

    def hello(self, *, streams: Sequence[messages.StreamHead] | None = None, **changes: Any) -> tuple[str, bytes]:
        head = messages.StreamHead(self.epoch, None, 1, chain.GENESIS.hex(), self.last, self.hashes[-1].hex())
        hello = messages.Hello(
            1,
            self.boot,
            self.conn,
            "pi-0001",
            "1.0",
            self.lease,
            list(streams) if streams is not None else [head] if self.last else [],
            messages.Seen(self.generation, self.acked),
            self.taken,
        )
        return topics.up(self.name, "hello"), wire.encode(msgspec.structs.replace(hello, **changes))

    def state(self, **changes: Any) -> tuple[str, bytes]:
        report = messages.StateReport(
            self.name,
            self.hall,
            self.boot,
            self.conn,
            self.epoch,
            self.last,
            self.clock,
            True,
            1,
            True,
            [messages.ServiceReport("savings", {"zh": "储蓄业务", "en": "Savings"}, 3, 240, Wait(120, 300))],
            [messages.CounterReport("1", {"zh": "1号窗口", "en": "Counter 1"}, "serving", "w07", "A001", self.clock)],
            [messages.DeviceReport("printer", "printer", "ok", self.clock)],
        )
        return topics.up(self.name, "state"), wire.encode(msgspec.structs.replace(report, **changes))

    def link(self, online: bool = True, conn: int | None = None) -> tuple[str, bytes]:
        report = messages.LinkReport(online, self.boot, self.conn if conn is None else conn)
        return topics.up(self.name, "link"), wire.encode(report)

    def lost(self, first: int, last: int, reason: str = "pruned") -> tuple[str, bytes]:
        lost = messages.Lost(self.epoch, first, last, self.hashes[first - 1].hex(), self.hashes[last].hex(), reason)
        return topics.up(self.name, "lost"), wire.encode(lost)

    def take(self, generation: str, seq: int) -> tuple[str, bytes]:
        self.taken = messages.DirectiveCursor(generation, seq)
        return topics.up(self.name, "taken"), wire.encode(messages.Taken(self.conn, generation, seq))

    def hear(self, topic: str, payload: bytes) -> Any:
        """What the centre said, remembered as a node would."""
        address = topics.parse(topic)
        assert address is not None and address.direction == "down"
        said = wire.decode(payload, wire.DOWN[address.name])
        if isinstance(said, messages.Welcome):
            self.generation, self.lease = said.generation, said.lease
        elif isinstance(said, messages.Ack):
            self.acked = messages.Acked(said.epoch, said.seq, said.hash)
        return said


def customer(n: int, *, service: str = "savings", counter: str = "1", day: str = "2026-11-22") -> list[Event]:
    """One ticket from the button to its rating; every tenth customer is passed."""
    number = f"A{n:03d}"
    ticket = f"{day.replace('-', '')}-{number}"
    why = Why("first_come", service, 0, 1)
    found: list[Event] = [
        TicketIssued(ticket, day, number, n, service, "ordinary", None, f"t{n:020d}", "kiosk", 0, Wait(120, 300)),
        SlipStarted(ticket, False),
        SlipPrinted(ticket, False),
        TicketCalled(ticket, number, counter, "w07", why),
    ]
    if n % 10 == 0:
        return [*found, TicketPassed(ticket, number, counter)]
    return [
        *found,
        ServiceStarted(ticket, counter, "w07"),
        ServiceFinished(ticket, counter, "w07"),
        TicketRated(ticket, counter, "w07", service, 5 - n % 3, f"counter:{counter}"),
    ]


def day(customers: int) -> list[Event]:
    """A counter opens, and serves so many."""
    served = (customer(n) for n in range(1, customers + 1))
    return [CounterOpened("1", "w07"), *itertools.chain.from_iterable(served)]
