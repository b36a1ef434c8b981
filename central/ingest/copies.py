"""Copies of a node that stand aside: what is known of them, and what the office says of one.

A copy is known by the lease it was given when it was put aside, until it has kept that one by its boot.
"""

import secrets
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from central import audit
from central.audit import Actor
from central.db.tables import Node, Presence, Quarantine, VerdictRow
from central.errors import Refused, Unknown

CHURN_MS = 600_000
"""Two boots of one name that are told to begin anew within this time are two nodes."""
HEARD_MS = 90_000
"""A node reports at least every 30 s; after three missed reports it is heard no more."""


def standing(connection: Connection, node: str, lease: str | None, boot: str) -> Row[Any] | None:
    """The row of the copy that says hello; None where it was never put aside, or was let in since."""
    known = or_(Quarantine.lease == lease, (Quarantine.boot == boot) & Quarantine.ended_at.is_(None))
    query = select(Quarantine).where(Quarantine.node == node, known, Quarantine.let_in.is_(False))
    return connection.execute(query.order_by(Quarantine.id.desc()).limit(1)).first()


def put_aside(
    connection: Connection, node: str, row: Row[Any] | None, here: dict[str, Any], reason: str, at: int
) -> str:
    """Puts a copy aside, or finds it aside still (`row`); one the office took for gone is there again.

    `here`: its boot, conn and hw. Gives the lease it is known by from now on.
    """
    if row is not None:
        again = update(Quarantine).where(Quarantine.id == row.id)
        connection.execute(again.values(**here, heard_at=at, ended_at=None, ended_by=None))
        return str(row.lease)
    lease = secrets.token_urlsafe(24)
    values = {"node": node, "lease": lease, "reason": reason, "since": at, "heard_at": at, "let_in": False}
    connection.execute(insert(Quarantine).values(**values, **here))
    # Should the node have gone by this boot until now, it goes by none.
    connection.execute(update(Node).where(Node.id == node, Node.boot == here["boot"]).values(boot=None, conn=None))
    return lease


def boots(connection: Connection) -> dict[str, frozenset[str]]:
    """Node to the boots of its copies that stand aside now."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for node, boot in connection.execute(select(Quarantine.node, Quarantine.boot).where(Quarantine.ended_at.is_(None))):
        found[node].add(boot)
    return {node: frozenset(aside) for node, aside in found.items()}


def spoken() -> Select[int]:
    """Ids of the newest verdict of each node that goes by its name; of whoever uses it, where none does."""
    mine = or_(Node.boot.is_(None), VerdictRow.boot == Node.boot)
    newest = select(func.max(VerdictRow.id)).join(Node, Node.id == VerdictRow.node)
    return newest.where(mine).group_by(VerdictRow.node)


def told_anew(connection: Connection, node: str, boot: str, at: int) -> bool:
    """Whether another boot of this name was told a moment ago to begin a new epoch."""
    newest = select(func.max(VerdictRow.at)).where(
        VerdictRow.node == node, VerdictRow.verdict == "new_epoch", VerdictRow.boot != boot
    )
    told = connection.scalar(newest)
    return told is not None and at - told < CHURN_MS


def let_in(connection: Connection, node: str, id_: int, by: Actor, at: int) -> None:
    """It may speak for the node: its next hello is answered as the node's.

    Raises Unknown, and Refused while another copy is heard: there is one node of a name.
    """
    # Before the copy's row, as its hello does: one of the two goes first.
    connection.execute(select(Node.id).where(Node.id == node).with_for_update(key_share=True))
    row = _open(connection, node, id_)
    other = select(Presence).where(Presence.node == row.node, Presence.online, Presence.boot != row.boot)
    there = connection.execute(other).first()
    if there is not None and at - max(there.link_at or 0, there.state_at or 0) <= HEARD_MS:
        raise Refused("the other node of this name is still heard: switch it off first", "node")
    lease = {"lease": row.lease, "lease_before": Node.lease, "lease_offered": row.lease}
    connection.execute(update(Node).where(Node.id == row.node).values(boot=None, conn=None, **lease))
    _end(connection, row, by, at, True)


def gone(connection: Connection, node: str, id_: int, by: Actor, at: int) -> None:
    """It was switched off, or enrolled under a name of its own. Raises Unknown."""
    _end(connection, _open(connection, node, id_), by, at, False)


def _open(connection: Connection, node: str, id_: int) -> Row[Any]:
    about = (Quarantine.node == node, Quarantine.id == id_, Quarantine.ended_at.is_(None))
    query = select(Quarantine).where(*about).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        raise Unknown("this copy does not stand aside any more; look at the page again", "copy")
    return row


def _end(connection: Connection, row: Row[Any], by: Actor, at: int, into: bool) -> None:
    ended = {"ended_at": at, "ended_by": by.name, "let_in": into}
    connection.execute(update(Quarantine).where(Quarantine.id == row.id).values(**ended))
    told = {"reason": row.reason, "let_in": into}
    audit.record(connection, by, "copy.decided", "node", row.node, at=at, after=told)
