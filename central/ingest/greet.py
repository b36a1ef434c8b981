"""A node says hello: who it is, what it has, what it saw; the answer is a welcome.

The verdict is `continue` whatever was odd: judging clones and restored images comes with a later
release, which needs only what is already stored here and on the wire.
"""

import secrets
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from central import generations
from central.db.tables import DirectiveRow, Node, VerdictRow
from central.ingest import orders
from central.ingest.streams import Streams
from central.ingest.words import clean
from contract import chain, stream
from contract.messages import Hello, StreamAck, StreamHead, Welcome


class Greeting(NamedTuple):
    """`cursor`: the last directive of this generation the node has taken; `new_generation`: all must be told."""

    welcome: Welcome
    cursor: int
    new_generation: bool


def greet(connection: Connection, streams: Streams, node: Any, hello: Hello, generation: str, at: int) -> Greeting:
    """`node` is its row. Stores hello, lease, verdict; begins a generation where the centre is behind."""
    notes = _lease(node, hello) + _hardware(node, hello)
    behind = _behind(connection, streams, node.id, hello, generation)
    if behind:
        generation = generations.begin(connection, at, f"{node.id}: {behind}")
        notes.append(behind)
    acks = _streams(streams, node.id, hello, at, notes)
    head = orders.open_log(connection, node.id, node.hall, generation, at)
    cursor = hello.directive.seq if hello.directive.generation == generation else 0
    reason = clean("; ".join(notes)) or "known"
    lease = secrets.token_urlsafe(24)
    _remember(connection, node, hello, lease, generation, cursor, at)
    connection.execute(
        insert(VerdictRow).values(
            node=node.id,
            at=at,
            boot=hello.boot,
            conn=hello.conn,
            hw=clean(hello.hw),
            generation=generation,
            verdict="continue",
            reason=reason,
        )
    )
    welcome = Welcome(hello.boot, hello.conn, generation, "continue", reason, acks, lease, head)
    return Greeting(welcome, cursor, bool(behind))


def _lease(node: Any, hello: Hello) -> list[str]:
    if node.hello_at is None:
        return ["first contact"]
    if hello.lease is None:
        return ["a node that was welcomed before came without a lease"]
    if hello.lease in (node.lease, node.lease_before, node.lease_offered):
        return []
    return ["stale lease: an old image or a clone"]


def _hardware(node: Any, hello: Hello) -> list[str]:
    hw = clean(hello.hw)
    if node.hw in (None, hw):
        return []
    return ["the hardware of before is back"] if hw == node.hw_before else ["new hardware"]


def _behind(connection: Connection, streams: Streams, node: str, hello: Hello, generation: str) -> str:
    """Why the centre must have lost something the node has already been promised; "" where it has not."""
    seen = hello.seen
    if seen.generation is None:
        return ""
    # An older generation we know ended because of such a loss already.
    if seen.generation != generation and generations.known(connection, seen.generation):
        return ""
    if seen.generation != generation:
        return f"the node has met generation {seen.generation}, which is not known here"
    if seen.acked is not None:
        known = streams.find(node, seen.acked.epoch)
        acked = known.receiver.acked if known else 0
        if seen.acked.seq > acked:
            return f"the node was acknowledged up to {seen.acked.seq} of {seen.acked.epoch}, here it is {acked}"
    if hello.directive.generation == generation:
        head = _head(connection, node, generation)
        if hello.directive.seq > head:
            return f"the node has taken directive {hello.directive.seq}, here the last one is {head}"
    return ""


def _head(connection: Connection, node: str, generation: str) -> int:
    newest = select(func.max(DirectiveRow.seq)).where(DirectiveRow.node == node, DirectiveRow.generation == generation)
    return connection.scalar(newest) or 0


def _streams(streams: Streams, node: str, hello: Hello, at: int, notes: list[str]) -> list[StreamAck]:
    acks = []
    for head in hello.streams:
        known = streams.open(node, head.epoch, at, head.prev_epoch)
        receiver = known.receiver
        if head.last < receiver.acked:
            notes.append(f"{head.epoch} ends at {head.last}, acknowledged was {receiver.acked}: an old image")
        if (fork := _differs(streams, known.id, receiver, head)) is not None:
            notes.append(f"{head.epoch} differs at {fork.seq}: a fork")
            streams.fork(known, fork, b"", hello.boot, hello.conn, at)
        acks.append(StreamAck(head.epoch, receiver.acked, receiver.tip.hex()))
    return acks


def _differs(streams: Streams, id_: int, receiver: stream.Receiver, head: StreamHead) -> stream.Fork | None:
    """Compares the ends the node names with what is stored here."""
    look = streams.hash_at(id_)
    for seq, theirs in ((head.first - 1, bytes.fromhex(head.prev_hash)), (head.last, bytes.fromhex(head.last_hash))):
        if not 0 <= seq <= receiver.acked:
            continue
        mine = receiver.tip if seq == receiver.acked else chain.GENESIS if seq == 0 else look(seq)
        if mine is not None and mine != theirs:
            return stream.Fork(seq, mine, theirs)
    return None


def _remember(
    connection: Connection, node: Any, hello: Hello, lease: str, generation: str, cursor: int, at: int
) -> None:
    """A lease offered becomes the current one at its first use; the one before stays good for a lost welcome."""
    used = hello.lease is not None and hello.lease == node.lease_offered
    hw = clean(hello.hw)
    acked = hello.seen.acked
    connection.execute(
        update(Node)
        .where(Node.id == node.id)
        .values(
            hw=hw,
            hw_before=node.hw if node.hw not in (None, hw) else node.hw_before,
            version=clean(hello.version),
            boot=hello.boot,
            conn=hello.conn,
            hello_at=at,
            lease=node.lease_offered if used else node.lease,
            lease_before=node.lease if used else node.lease_before,
            lease_offered=lease,
            seen_generation=hello.seen.generation,
            seen_epoch=acked.epoch if acked else None,
            seen_seq=acked.seq if acked else None,
            seen_hash=acked.hash if acked else None,
            taken_generation=generation,
            taken_seq=cursor,
        )
    )
