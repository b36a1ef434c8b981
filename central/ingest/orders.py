"""What the centre tells halls: facts that stand, and commands with a time to live, as a numbered log for each node.

A log belongs to one generation and opens with a snapshot: `SnapshotBegun`, the facts that stand in the
hall, `SnapshotEnded`, and then the commands of the generation before that are neither answered nor expired.
"""

import secrets
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from central import generations
from central.db.tables import DirectiveRow, Hall, HallFact, Node
from central.errors import Invalid, Unknown
from contract import directives as d

MOST = 14 * 1024
"""Bytes of one directive's data: a node stores it inside one event of at most 16 KiB."""
COMMAND_TTL_S = 600
KEPT_MS = 16 * 86_400_000
"""How long what has no end of its own, such as a rating given at the centre, is told again to a hall that was away."""
_OVERLAP = 1000

_ENCODER = msgspec.json.Encoder(order="sorted")


def issue(
    connection: Connection, hall: str, directive: msgspec.Struct, *, by: str, at: int, ttl_s: int = COMMAND_TTL_S
) -> str:
    """Tells every node of `hall`; gives the directive's id. The caller commits and then wakes the ingest.

    `directive`: one of contract/directives.py. Raises Unknown for a hall, Invalid for what is too large.
    """
    if connection.scalar(select(Hall.id).where(Hall.id == hall).with_for_update()) is None:
        raise Unknown(f"there is no hall {hall}", "hall")
    data = _ENCODER.encode(directive)
    if len(data) > MOST:
        raise Invalid(f"{type(directive).__name__} has {len(data)} bytes; at most {MOST} fit", "directive")
    id_ = secrets.token_hex(12)
    kind: Literal["fact", "command"] = "command" if isinstance(directive, d.COMMANDS) else "fact"
    expires_at = at + ttl_s * 1000 if kind == "command" else None
    generation = generations.current(connection, at)
    nodes = connection.scalars(select(Node.id).where(Node.hall == hall, Node.active).order_by(Node.id)).all()
    heads = {node: open_log(connection, node, hall, generation, at) for node in nodes}
    if kind == "fact":
        _stand(connection, hall, directive, at)
    for node, head in heads.items():
        _append(connection, node, generation, head + 1, id_, kind, directive, by, at, expires_at)
    return id_


def suspend_hall(connection: Connection, hall: str, reason: str, *, by: str, at: int) -> str:
    """No more tickets there, until resumed."""
    return issue(connection, hall, d.HallSuspended(reason), by=by, at=at)


def resume_hall(connection: Connection, hall: str, *, by: str, at: int) -> str:
    return issue(connection, hall, d.HallResumed(), by=by, at=at)


def add_notice(
    connection: Connection, hall: str, id_: str, text: dict[str, str], until: int, *, by: str, at: int
) -> str:
    """A text for the hall's display, until `until` (ms)."""
    return issue(connection, hall, d.NoticeAdded(id_, text, until), by=by, at=at)


def withdraw_notice(connection: Connection, hall: str, id_: str, *, by: str, at: int) -> str:
    return issue(connection, hall, d.NoticeWithdrawn(id_), by=by, at=at)


def forget(connection: Connection, hall: str, *keys: str) -> None:
    """These facts stand no longer, and no snapshot names them again; a hall that was told of them is not told more."""
    connection.execute(delete(HallFact).where(HallFact.hall == hall, HallFact.key.in_(keys)))


def open_log(connection: Connection, node: str, hall: str, generation: str, at: int) -> int:
    """The last seq of the node's log in this generation; a log that does not exist is opened with a snapshot."""
    head = _head(connection, node, generation)
    if head:
        return head
    facts: list[tuple[str, bytes]] = [("SnapshotBegun", b"{}")]
    standing = select(HallFact).where(HallFact.hall == hall).order_by(HallFact.at, HallFact.key)
    for row in connection.execute(standing):
        if row.until is None or row.until > at:
            facts.append((row.type, _ENCODER.encode(row.data)))
    facts.append(("SnapshotEnded", b"{}"))
    pending = _pending(connection, node, at)
    rows = [
        _row(node, generation, seq, secrets.token_hex(12), "fact", type_, data, "snapshot", at, None)
        for seq, (type_, data) in enumerate(facts, 1)
    ]
    for seq, old in enumerate(pending, len(rows) + 1):
        rows.append(
            _row(
                node,
                generation,
                seq,
                old.id,
                "command",
                old.type,
                old.data,
                old.issued_by,
                old.issued_at,
                old.expires_at,
            )
        )
    connection.execute(insert(DirectiveRow), rows)
    return len(rows)


def heads(connection: Connection, generation: str, after: int = 0) -> tuple[dict[str, int], int]:
    """Node to the last seq of its log, of rows with a `key` beyond `after`; and where to look from the next time."""
    found = connection.execute(
        select(DirectiveRow.node, func.max(DirectiveRow.seq), func.max(DirectiveRow.key))
        .where(DirectiveRow.generation == generation, DirectiveRow.key > after)
        .group_by(DirectiveRow.node)
    ).all()
    newest = max((row[2] for row in found), default=0)
    # A key is drawn before its commit, so a smaller one may still appear behind a larger one.
    return {row[0]: row[1] for row in found}, max(after, newest - _OVERLAP)


def read(connection: Connection, node: str, generation: str, first: int, most: int) -> list[Any]:
    """Rows of the log from `first` on."""
    return list(
        connection.execute(
            select(DirectiveRow)
            .where(DirectiveRow.node == node, DirectiveRow.generation == generation, DirectiveRow.seq >= first)
            .order_by(DirectiveRow.seq)
            .limit(most)
        )
    )


def fact_key(directive: msgspec.Struct) -> str:
    """What a fact is about; a later one with the same key takes its place."""
    match directive:
        case d.BookingAdded(code=code) | d.BookingCancelled(code=code):
            return f"booking:{code}"
        case d.ShareGranted(grant=grant):
            return f"grant:{grant}"
        case d.ShareRecalled(grant=grant):
            return f"recall:{grant}"
        case d.NoticeAdded(id=id_) | d.NoticeWithdrawn(id=id_):
            return f"notice:{id_}"
        case d.MatterPublished(matter=matter):
            return f"matter:{matter.id}"
        case d.MatterWithdrawn(id=id_):
            return f"matter:{id_}"
        case d.RatingGiven(token=token):
            return f"rating:{token}"
        case d.CatalogueChanged():
            return "catalogue"
        case d.RulesChanged():
            return "rules"
    raise Invalid(f"{type(directive).__name__} is not told by itself", "directive")


def _stand(connection: Connection, hall: str, directive: msgspec.Struct, at: int) -> None:
    """The facts of the hall after this one."""
    key = fact_key(directive)
    connection.execute(delete(HallFact).where(HallFact.hall == hall, HallFact.key == key))
    if isinstance(directive, d.BookingCancelled | d.NoticeWithdrawn | d.MatterWithdrawn):
        return
    until = getattr(directive, "ends_at", getattr(directive, "until", None))
    if isinstance(directive, d.RatingGiven | d.ShareRecalled):
        until = at + KEPT_MS
    connection.execute(
        insert(HallFact).values(
            hall=hall,
            key=key,
            type=type(directive).__name__,
            data=msgspec.to_builtins(directive),
            until=until,
            at=at,
        )
    )


def _append(
    connection: Connection,
    node: str,
    generation: str,
    seq: int,
    id_: str,
    kind: str,
    directive: msgspec.Struct,
    by: str,
    at: int,
    expires_at: int | None,
) -> None:
    data = _ENCODER.encode(directive)
    row = _row(node, generation, seq, id_, kind, type(directive).__name__, data, by, at, expires_at)
    connection.execute(insert(DirectiveRow), row)


def _row(
    node: str,
    generation: str,
    seq: int,
    id_: str,
    kind: str,
    type_: str,
    data: bytes,
    by: str,
    at: int,
    expires_at: int | None,
) -> dict[str, Any]:
    return {
        "node": node,
        "generation": generation,
        "seq": seq,
        "id": id_,
        "kind": kind,
        "type": type_,
        "data": data,
        "issued_by": by,
        "issued_at": at,
        "expires_at": expires_at,
    }


def _pending(connection: Connection, node: str, at: int) -> list[Any]:
    """Commands of the newest generation before that still wait for an answer."""
    newest = connection.scalar(
        select(DirectiveRow.generation).where(DirectiveRow.node == node).order_by(DirectiveRow.key.desc()).limit(1)
    )
    if newest is None:
        return []
    return list(
        connection.execute(
            select(DirectiveRow)
            .where(DirectiveRow.node == node, DirectiveRow.generation == newest, DirectiveRow.kind == "command")
            .where(DirectiveRow.outcome.is_(None), DirectiveRow.expires_at > at)
            .order_by(DirectiveRow.seq)
        )
    )


def _head(connection: Connection, node: str, generation: str) -> int:
    newest = select(func.max(DirectiveRow.seq)).where(DirectiveRow.node == node, DirectiveRow.generation == generation)
    return connection.scalar(newest) or 0
