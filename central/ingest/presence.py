"""The newest state and link of each node. What belongs to an older connection is no news, nor what comes from a copy
of a node that is heard."""

import msgspec
from sqlalchemy import Connection, insert, select, update

from central.db.tables import Node, Presence
from central.ingest.copies import HEARD_MS
from central.ingest.inbox import Message
from central.live import Change, LinkChanged, StateArrived
from contract.messages import LinkReport, StateReport


class _Now(msgspec.Struct):
    node: str
    online: bool = False
    boot: str | None = None
    conn: int = 0
    link_at: int | None = None
    state: bytes | None = None
    state_at: int | None = None
    is_new: bool = False
    goes_by: str | None = None
    """The boot that was welcomed last."""


class Desk:
    """One transaction's presence rows, read once and written once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._now: dict[str, _Now] = {}
        self._changed: set[str] = set()

    def where(self, node: str) -> tuple[str, int]:
        """The boot and connection the node speaks on."""
        now = self._of(node)
        return now.boot or "", now.conn

    def hears_another(self, node: str, boot: str, at: int) -> bool:
        """Whether another boot than this one goes by the node's name, and is heard at `at`."""
        return self._is_copy(self._of(node), boot, at)

    def arrived(self, node: str, boot: str, conn: int, at: int) -> list[Change]:
        """A hello: this connection is the current one, whatever the numbers of before were."""
        self._of(node).goes_by = boot
        return self._link(node, True, boot, conn, at)

    def link(self, node: str, link: LinkReport, message: Message) -> list[Change]:
        """A will of a connection that is not the current one any more changes nothing."""
        now = self._of(node)
        if _is_old(now, link.boot, link.conn) or self._is_copy(now, link.boot, message.at):
            return []
        # What the broker kept and is known already says nothing about how the line is now.
        told_again = message.retained and (now.online, now.boot, now.conn) == (link.online, link.boot, link.conn)
        at = now.link_at if told_again and now.link_at is not None else message.at
        return self._link(node, link.online, link.boot, link.conn, at)

    def state(self, node: str, state: StateReport, message: Message) -> list[Change]:
        """A state of an older connection, or of a copy, changes nothing."""
        now = self._of(node)
        if _is_old(now, state.boot, state.conn) or self._is_copy(now, state.boot, message.at):
            return []
        at = min(message.at, state.at) if message.retained else message.at
        now.state, now.state_at = message.payload, at
        self._changed.add(node)
        return [StateArrived(node, state, at)]

    def flush(self) -> None:
        """Before the commit."""
        for node in sorted(self._changed):
            now = self._now[node]
            values = {
                "online": now.online,
                "boot": now.boot,
                "conn": now.conn,
                "link_at": now.link_at,
                "state": now.state,
                "state_at": now.state_at,
            }
            if now.is_new:
                self._connection.execute(insert(Presence).values(node=node, **values))
            else:
                self._connection.execute(update(Presence).where(Presence.node == node).values(**values))

    def _link(self, node: str, online: bool, boot: str, conn: int, at: int) -> list[Change]:
        now = self._of(node)
        now.online, now.boot, now.conn, now.link_at = online, boot, conn, at
        self._changed.add(node)
        return [LinkChanged(node, online, at)]

    def _is_copy(self, now: _Now, boot: str, at: int) -> bool:
        heard = max(now.link_at or 0, now.state_at or 0)
        is_there = now.online and now.boot == now.goes_by and at - heard <= HEARD_MS
        return is_there and boot != now.goes_by

    def _of(self, node: str) -> _Now:
        if node not in self._now:
            query = select(Presence, Node.boot.label("goes_by")).select_from(Node).outerjoin(Presence)
            row = self._connection.execute(query.where(Node.id == node)).one()
            known = row.node is not None
            self._now[node] = _Now(**row._mapping) if known else _Now(node, is_new=True, goes_by=row.goes_by)
        return self._now[node]


def _is_old(now: _Now, boot: str, conn: int) -> bool:
    """Of a connection before the current one; who goes by the name is current whatever a copy has counted."""
    holds = now.goes_by is None or now.boot == now.goes_by
    return conn < now.conn and (holds or boot != now.goes_by)
