"""A node says hello: who it is, what it has, what it saw; the answer is a welcome with a verdict (judging.py)."""

import secrets
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from central import generations
from central.db.tables import DirectiveRow, Node, VerdictRow
from central.ingest import copies, day_numbers, orders
from central.ingest.judging import Known, Running, Said, Verdict, judge
from central.ingest.presence import Desk
from central.ingest.streams import Known as StreamKnown
from central.ingest.streams import Streams
from central.ingest.words import clean
from contract import chain, stream
from contract.messages import Events, Hello, StreamAck, StreamHead, Welcome


class Greeting(NamedTuple):
    """`cursor`: the last directive of this generation the node has taken; `new_generation`: all must be told."""

    welcome: Welcome
    cursor: int
    new_generation: bool


def greet(
    connection: Connection, streams: Streams, desk: Desk, node: Any, hello: Hello, generation: str, at: int
) -> Greeting:
    """`node` is its row. Stores hello, lease, verdict; begins a generation where the centre is behind."""
    behind = _behind(connection, streams, node.id, hello, generation)
    if behind:
        generation = generations.begin(connection, at, f"{node.id}: {behind}")
    _keep_forks(streams, node.id, hello, at)
    aside = copies.standing(connection, node.id, hello.lease, hello.boot)
    known = _known(connection, desk, node, hello, generation, at, aside=aside is not None)
    judged = judge(known, Said(hello.boot, hello.conn, hello.lease, _running(streams, node.id, hello)))
    odd = [*judged.notes, *_hardware(node, hello), *([behind] if behind else [])]
    reason = clean("; ".join(odd)) or "known"
    if judged.verdict == "quarantine":
        here = {"boot": hello.boot, "conn": hello.conn, "hw": clean(hello.hw)}
        lease = copies.put_aside(connection, node.id, aside, here, reason, at)
        acks, head, cursor = list[StreamAck](), 0, 0
    else:
        acks = [_open(streams, node.id, each, at) for each in hello.streams]
        head = orders.open_log(connection, node.id, node.hall, generation, at)
        cursor = hello.directive.seq if hello.directive.generation == generation else 0
        lease = _remember(connection, node, hello, generation, cursor, at, judged=known.leases is not None)
    welcome = Welcome(hello.boot, hello.conn, generation, judged.verdict, reason, acks, lease, head, judged.ends)
    if judged.verdict == "continue" or judged.verdict != known.answered:  # who cannot go on asks again and again
        _note(connection, node.id, welcome, hello.hw, at)
    return Greeting(_with_numbers(connection, node.id, welcome, at), cursor, bool(behind))


def clash(connection: Connection, node: Any, batch: Events, generation: str, at: int) -> Welcome:
    """Who sends other events than were acknowledged stands aside, although its hello was in order."""
    reason = "it sends other events than were acknowledged: a fork"
    hw = node.hw or "" if node.boot == batch.boot else ""
    here = {"boot": batch.boot, "conn": batch.conn, "hw": hw}
    lease = copies.put_aside(connection, node.id, None, here, reason, at)
    welcome = Welcome(batch.boot, batch.conn, generation, "quarantine", reason, [], lease, 0, batch.epoch)
    _note(connection, node.id, welcome, hw, at)
    return _with_numbers(connection, node.id, welcome, at)


def _with_numbers(connection: Connection, node: str, welcome: Welcome, at: int) -> Welcome:
    if welcome.ends is None:
        return welcome
    return msgspec.structs.replace(welcome, numbers=day_numbers.highest(connection, node, at))


def _note(connection: Connection, node: str, welcome: Welcome, hw: str, at: int) -> None:
    connection.execute(
        insert(VerdictRow).values(
            node=node,
            at=at,
            boot=welcome.boot,
            conn=welcome.conn,
            hw=clean(hw),
            generation=welcome.generation,
            verdict=welcome.verdict,
            reason=welcome.reason,
        )
    )


def _known(
    connection: Connection, desk: Desk, node: Any, hello: Hello, generation: str, at: int, *, aside: bool
) -> Known:
    return Known(
        met=node.hello_at is not None,
        boot=node.boot,
        conn=node.conn or 0,
        leases=frozenset((node.lease, node.lease_offered)) if node.taken_generation == generation else None,
        answered=_answered(connection, node.id, hello.boot),
        rival=desk.hears_another(node.id, hello.boot, at) or copies.told_anew(connection, node.id, hello.boot, at),
        aside=aside,
    )


def _answered(connection: Connection, node: str, boot: str) -> Verdict | None:
    query = select(VerdictRow.verdict).where(VerdictRow.node == node, VerdictRow.boot == boot)
    found: Verdict | None = connection.scalar(query.order_by(VerdictRow.id.desc()).limit(1))
    return found


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


def _running(streams: Streams, node: str, hello: Hello) -> Running | None:
    """The epoch the node writes: the last it names, or where all is acknowledged the one of the newest ack."""
    if hello.streams:
        head = hello.streams[-1]
        known = streams.find(node, head.epoch)
        fork = _differs(streams, known, head) if known is not None else None
        return Running(
            head.epoch,
            head.last,
            known.receiver.acked if known is not None else None,
            head.prev_epoch is not None,
            streams.ended(node, head.epoch),
            fork.seq if fork is not None else None,
        )
    seen = hello.seen.acked
    if seen is None:
        return None
    known = streams.find(node, seen.epoch)
    acked = known.receiver.acked if known is not None else None
    return Running(seen.epoch, seen.seq, acked, ended=streams.ended(node, seen.epoch))


def _keep_forks(streams: Streams, node: str, hello: Hello, at: int) -> None:
    for head in hello.streams:
        known = streams.find(node, head.epoch)
        if known is not None and (fork := _differs(streams, known, head)) is not None:
            streams.fork(known, fork, b"", hello.boot, hello.conn, at)


def _open(streams: Streams, node: str, head: StreamHead, at: int) -> StreamAck:
    receiver = streams.open(node, head.epoch, at, head.prev_epoch).receiver
    return StreamAck(head.epoch, receiver.acked, receiver.tip.hex())


def _differs(streams: Streams, known: StreamKnown, head: StreamHead) -> stream.Fork | None:
    """Compares the ends the node names with what is stored here."""
    receiver, look = known.receiver, streams.hash_at(known.id)
    for seq, theirs in ((head.first - 1, bytes.fromhex(head.prev_hash)), (head.last, bytes.fromhex(head.last_hash))):
        if not 0 <= seq <= receiver.acked:
            continue
        mine = receiver.tip if seq == receiver.acked else chain.GENESIS if seq == 0 else look(seq)
        if mine is not None and mine != theirs:
            return stream.Fork(seq, mine, theirs)
    return None


def _remember(
    connection: Connection, node: Any, hello: Hello, generation: str, cursor: int, at: int, *, judged: bool
) -> str:
    """Gives the lease to offer. One offered becomes the current one at its first use; until then the one before counts,
    and the same boot is offered the same again, since it may hold it already.

    Where leases could not be judged, the one it shows is taken for the current one.
    """
    used = hello.lease is not None and hello.lease == node.lease_offered
    again = not used and hello.boot == node.boot and node.lease_offered is not None
    lease = node.lease_offered if again else secrets.token_urlsafe(24)
    current = hello.lease if used or not judged else node.lease
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
            lease=current,
            lease_before=node.lease if current != node.lease else node.lease_before,
            lease_offered=lease,
            seen_generation=hello.seen.generation,
            seen_epoch=acked.epoch if acked else None,
            seen_seq=acked.seq if acked else None,
            seen_hash=acked.hash if acked else None,
            taken_generation=generation,
            taken_seq=cursor,
        )
    )
    return str(lease)
