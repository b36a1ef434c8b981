"""Sends each node its directives, from its cursor on, and again until it says that it has taken them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from central.db.tables import Node, Presence
from central.ingest import orders
from central.signing import Signer
from contract import stream, topics, wire
from contract.directives import Directive
from contract.messages import Directives


class Out(NamedTuple):
    """One message to publish."""

    topic: str
    payload: bytes
    retain: bool = False


class _Courier(msgspec.Struct):
    boot: str
    conn: int
    generation: str
    sender: stream.Sender
    head: int


class Couriers:
    """The ingest thread's; knows the nodes that said hello, also to the process before this one."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._couriers: dict[str, _Courier] = {}

    def met(self, node: str, boot: str, conn: int, generation: str, cursor: int, head: int) -> None:
        """The node was welcomed on this connection and has taken everything up to `cursor`."""
        self._couriers[node] = _Courier(boot, conn, generation, stream.Sender(cursor), head)

    def recall(self, connection: Connection, generation: str) -> None:
        """At the start: who was welcomed before it and did not leave. Such a node says hello only to a new generation,
        so nobody would tell it anything. One that has gone meanwhile hears nothing, and says hello when it is back.
        """
        there = (
            select(Node.id, Node.boot, Node.conn, Node.taken_seq)
            .join(Presence, (Presence.node == Node.id) & (Presence.boot == Node.boot) & (Presence.conn == Node.conn))
            .where(Node.active, Presence.online, Node.taken_generation == generation)
        )
        for node, boot, conn, cursor in connection.execute(there):
            assert boot is not None and conn is not None, "the join is on them"
            self.met(node, boot, conn, generation, cursor, cursor)

    def left(self, node: str, conn: int) -> None:
        courier = self._couriers.get(node)
        if courier is not None and courier.conn == conn:
            del self._couriers[node]

    def taken(self, node: str, conn: int, generation: str, seq: int, now: float) -> bool:
        """False for a cursor of another connection or generation, or of what was never sent."""
        courier = self._couriers.get(node)
        if courier is None or (courier.conn, courier.generation) != (conn, generation):
            return False
        return courier.sender.acknowledged(seq, now)

    def heads(self, heads: dict[str, int]) -> None:
        """What has been issued meanwhile."""
        for node, courier in self._couriers.items():
            courier.head = max(courier.head, heads.get(node, 0))

    def nodes(self) -> Iterable[str]:
        return self._couriers.keys()

    def clear(self) -> None:
        """A new generation: whoever is there says hello again."""
        self._couriers.clear()

    def wakes(self, now: float) -> float | None:
        """When something is to be sent again; None: nothing is on the way."""
        times = (courier.sender.wakes(courier.head, now) for courier in self._couriers.values())
        return min((time for time in times if time is not None), default=None)

    def due(self, connection: Connection, at: int, now: float) -> list[Out]:
        """Every batch to send now. `at`: wall time in ms, for what is left of a command's life."""
        found = []
        for node, courier in self._couriers.items():
            while (want := courier.sender.wants(courier.head, now)) is not None:
                rows = orders.read(connection, node, courier.generation, want.first, min(want.most, 64))
                if not rows:
                    break
                out, last = self._batch(node, courier, rows, at)
                courier.sender.sent(last, now)
                found.append(out)
        return found

    def _batch(self, node: str, courier: _Courier, rows: list[Any], at: int) -> tuple[Out, int]:
        told = [self._directive(node, courier.generation, row, at) for row in rows]
        sizes = [len(msgspec.json.encode(one)) for one in told]
        told = told[: wire.fitting(sizes, wire.MAX_PAYLOAD - 1024)]
        message = Directives(courier.boot, courier.conn, courier.generation, told[0].seq, told)
        return Out(topics.down(node, "directives"), wire.encode(message)), told[-1].seq

    def _directive(self, node: str, generation: str, row: Any, at: int) -> Directive:
        ttl_s = None if row.expires_at is None else max(0, (row.expires_at - at) // 1000)
        plain = Directive(row.seq, row.id, row.kind, ttl_s, row.type, msgspec.Raw(row.data))
        return msgspec.structs.replace(plain, sig=self._signer.sign(node, generation, plain))
