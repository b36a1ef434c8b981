"""Halls that speak to a bookable centre: small nodes whose events go through the real ingest to the real follower."""

from typing import Any

import msgspec
from nacl.encoding import Base64Encoder
from nacl.public import PublicKey, SealedBox
from sqlalchemy import Row, select

from central.audit import SYSTEM
from central.booking import roster, shares
from central.booking.following import Follower
from central.db.tables import DirectiveRow, Grant, HallFact
from central.registry import enrol
from central.vault import Vault
from contract import chain, directives
from contract.events import (
    BookingArrived,
    EpochBegun,
    Event,
    PlaceSold,
    RosterEntry,
    RosterReported,
    ServiceFinished,
    ServiceStarted,
    ShareReturned,
)
from contract.messages import StreamHead
from contract.person import Person
from tests.booking_world import HOUR, SECRET, World, id_number
from tests.centre import CentreBench
from tests.fakenode import FakeNode

SOLD = "SLD2345678A"
"""With one more sign a booking code: of what the hall sells."""


class Halls:
    """`says` is everything on its way from a node to the bookings."""

    def __init__(self, world: World, url: str) -> None:
        self.world, self.bench = world, CentreBench(url)
        self.nodes: dict[str, FakeNode] = {}
        self.follower = Follower(world.desk)

    def node(self, name: str = "hall", hall: str = "hall", epoch: str = "01J00000000000000000000001") -> FakeNode:
        """Enrolled, and welcomed."""
        if name not in self.nodes:
            enrol(self.world.engine, name, hall, {"zh": "示例大厅", "en": "Example hall"}, at=self.world.at)
            made = self.nodes[name] = FakeNode(name, hall, epoch)
            made.clock = self.world.at
            made.record(EpochBegun(None, "first"))
            self.hello(made)
            self.says(made)
        return self.nodes[name]

    def hello(self, node: FakeNode, **changes: Any) -> None:
        for out in self.bench.say(node.hello(**changes)):
            node.hear(out.topic, out.payload)

    def says(self, node: FakeNode, *facts: Event, follow: bool = True) -> int:
        """Gives how many events were brought into the bookings."""
        node.clock = max(node.clock, self.world.at)
        node.record(*facts, after_ms=1)
        self.bench.say(*node.batches())
        return self.follower.follow() if follow else 0

    # --- what is asked of the centre -----------------------------------------

    def give(self) -> list[Row[Any]]:
        """The grants that stand after the hall was given its share."""
        with self.world.desk.working(SYSTEM) as work:
            shares.give(work, work.offer("hall"))
        return self.grants()

    def recall_wanted(self) -> int:
        with self.world.desk.working(SYSTEM) as work:
            return shares.recall_wanted(work, work.offer("hall"))

    def grants(self) -> list[Row[Any]]:
        with self.world.engine.connect() as connection:
            query = select(Grant).where(Grant.state != "closed").order_by(Grant.slot, Grant.id)
            return list(connection.execute(query))

    def grant(self, id_: str) -> Row[Any]:
        with self.world.engine.connect() as connection:
            return connection.execute(select(Grant).where(Grant.id == id_)).one()

    def tell(self) -> int:
        """The rosters that are due."""
        return roster.tell(self.world.engine, self.world.at)

    def told(self, node: str = "hall") -> list[Any]:
        """Every directive to a node, as it was sent, in order; without the frames of snapshots."""
        query = select(DirectiveRow).where(DirectiveRow.node == node).order_by(DirectiveRow.key)
        with self.world.engine.connect() as connection:
            rows = connection.execute(query).all()
        found = [directives.parse(row.type, msgspec.json.decode(row.data)) for row in rows]
        return [one for one in found if type(one).__name__ not in ("SnapshotBegun", "SnapshotEnded")]

    def directive_ids(self, type_: str, node: str = "hall") -> list[str]:
        query = select(DirectiveRow.id).where(DirectiveRow.node == node, DirectiveRow.type == type_)
        with self.world.engine.connect() as connection:
            return list(connection.scalars(query.order_by(DirectiveRow.key)))

    def standing(self) -> set[str]:
        """Keys of the facts that a snapshot would name."""
        with self.world.engine.connect() as connection:
            return set(connection.scalars(select(HallFact.key).where(HallFact.hall == "hall")))

    def close(self) -> None:
        self.bench.close()


def arrival(
    booking: Row[Any], ticket: str = "20261124-Y001", outcome: Any = "on_time", **changes: Any
) -> BookingArrived:
    made = BookingArrived(booking.code, ticket, booking.service, booking.starts_at, "code", -600, outcome)
    return msgspec.structs.replace(made, **changes)


def served(ticket: str = "20261124-Y001") -> tuple[Event, ...]:
    return ServiceStarted(ticket, "1", "w07"), ServiceFinished(ticket, "1", "w07")


def sealed(person: Person, vault: Vault | None = None) -> str:
    """As a hall seals it to the centre."""
    key = PublicKey((vault or Vault(SECRET)).seal_key.encode(), Base64Encoder)
    return bytes(SealedBox(key).encrypt(msgspec.json.encode(person), Base64Encoder)).decode()


def customer(n: int = 1) -> Person:
    return Person("王小红", f"139{n:08d}", "", "resident-id", id_number(500 + n))


def sale(grant: Row[Any], slot: Row[Any], n: int = 1, **changes: Any) -> PlaceSold:
    """The n-th sale of a grant at the hall's desk."""
    made = PlaceSold(
        grant=grant.id, slot=slot.id, code=f"{SOLD}{'ABCDEFGHJK'[n % 10]}", day=slot.day, service=slot.service,
        starts_at=slot.starts_at, ends_at=slot.ends_at, name="王*红", phone=f"139****{n:04d}", id_hmac="ab" * 32,
        phone_hmac="cd" * 32, sealed=sealed(customer(n)), by="reception", readback=True,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def back(grant: Row[Any], n: int) -> ShareReturned:
    return ShareReturned(grant.id, n, "centre")


def entry(booking: Row[Any], status: Any = "booked", **changes: Any) -> RosterEntry:
    """One line of the roster a hall held."""
    made = RosterEntry(
        code=booking.code, day=booking.day, service=booking.service, starts_at=booking.starts_at,
        ends_at=booking.ends_at, name=booking.name_masked, status=status, id_hmac=booking.roster_id,
        phone_hmac=booking.roster_phone, rev=booking.rev,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def report(generation: str, *entries: RosterEntry, part: int = 1, parts: int = 1) -> RosterReported:
    return RosterReported(generation, part, parts, entries)


def later(world: World, hours: int = 20) -> list[Row[Any]]:
    """Slots of tomorrow and after."""
    return [slot for slot in world.slots() if slot.starts_at > world.at + hours * HOUR]


class Renewed(FakeNode):
    """A node in a new epoch, as after a torn journal: hello and its first event name the one before."""

    def __init__(self, old: FakeNode, *, whole: bool = False) -> None:
        super().__init__(old.name, old.hall, f"01J{int(old.epoch[3:]) + 1:023d}")
        self.prev = old.epoch
        self.clock, self.conn, self.lease, self.generation = old.clock, old.conn + 1, old.lease, old.generation
        self.record(EpochBegun(old.epoch, "damaged", old.last, 0, old.last, whole))

    def hello(self, *, streams: Any = None, **changes: Any) -> tuple[str, bytes]:
        head = StreamHead(self.epoch, self.prev, 1, chain.GENESIS.hex(), self.last, self.hashes[-1].hex())
        return super().hello(streams=[head] if streams is None else streams, **changes)
