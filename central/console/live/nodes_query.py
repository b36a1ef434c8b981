"""What the office should know of each node: epochs, acknowledgements, backlog, and everything that was odd."""

from collections import defaultdict
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.console import reach
from central.db.tables import (
    DeadLetter,
    DirectiveRow,
    Fork,
    Hall,
    Hole,
    Node,
    Presence,
    Quarantine,
    Refusal,
    Stream,
    VerdictRow,
)
from central.ingest import copies
from central.people.scope import Staff
from contract.messages import StateReport

RECENT = 10
"""Entries of each kind shown on a node's page; the lists hold the rest."""


class NodeLine(msgspec.Struct, frozen=True):
    """One node of the overview."""

    node: Node
    hall: Hall | None
    presence: Presence | None
    epoch: Stream | None
    """The epoch it is writing now."""
    backlog: int | None
    """Events it has recorded and the centre has not; None while its newest number is not known."""
    verdict: VerdictRow | None
    pending: int
    """Directives it has not answered: commands still in time."""
    oddities: dict[str, int]
    """Counts of refusals, holes, dead letters and forks."""
    aside: int
    """Copies of it that stand aside, about which the office has to decide."""


class NodePage(msgspec.Struct, frozen=True):
    """One node with its newest entries of every kind."""

    line: NodeLine
    epochs: list[tuple[Stream, int | None]]
    recent: dict[str, list[Any]]
    copies: list[Quarantine]
    """Those that stand aside, the newest first."""


_ODD: dict[str, type[Any]] = {"refusals": Refusal, "holes": Hole, "dead_letters": DeadLetter, "forks": Fork}


def lines(session: Session, staff: Staff, now: int, only: str | None = None) -> list[NodeLine]:
    """Every node of somebody's halls by hall, or the one called `only`."""
    query = select(Node, Hall, Presence).outerjoin(Hall, Node.hall == Hall.id).outerjoin(Presence)
    query = query.where(*reach.of_rows(staff, Node))
    if only is not None:
        query = query.where(Node.id == only)
    counts = {kind: _counts(session, table) for kind, table in _ODD.items()}
    aside = _aside(session)
    verdicts, pending = _newest_verdicts(session), _pending(session, now)
    streams: defaultdict[str, dict[str, Stream]] = defaultdict(dict)
    for stream in session.scalars(select(Stream).order_by(Stream.id)):
        streams[stream.node][stream.epoch] = stream
    return [
        NodeLine(
            node,
            hall,
            presence,
            _current(streams[node.id], _report(presence)),
            _backlog(streams[node.id], _report(presence)),
            verdicts.get(node.id),
            pending.get(node.id, 0),
            {kind: counted.get(node.id, 0) for kind, counted in counts.items()},
            aside.get(node.id, 0),
        )
        for node, hall, presence in session.execute(query.order_by(Node.hall, Node.id))
    ]


def page(session: Session, staff: Staff, node: str, now: int) -> NodePage | None:
    """One node; None where there is no such node in somebody's halls."""
    found = lines(session, staff, now, node)
    if not found:
        return None
    report = _report(found[0].presence)
    epochs = session.scalars(select(Stream).where(Stream.node == node).order_by(Stream.id.desc()))
    recent = {kind: _recent(session, table, node) for kind, table in (*_ODD.items(), ("verdicts", VerdictRow))}
    recent["directives"] = list(
        session.scalars(
            select(DirectiveRow).where(DirectiveRow.node == node).order_by(DirectiveRow.key.desc()).limit(RECENT)
        )
    )
    return NodePage(
        found[0],
        [(s, max(0, report.seq - s.acked) if report and report.epoch == s.epoch else None) for s in epochs],
        recent,
        _copies(session, node),
    )


def hall_of(session: Session, node: str) -> str | None:
    """None where there is no such node."""
    return session.scalar(select(Node.hall).where(Node.id == node))


def _copies(session: Session, node: str) -> list[Quarantine]:
    query = select(Quarantine).where(Quarantine.node == node, Quarantine.ended_at.is_(None))
    return list(session.scalars(query.order_by(Quarantine.id.desc())))


def _aside(session: Session) -> dict[str, int]:
    query = select(Quarantine.node, func.count()).where(Quarantine.ended_at.is_(None)).group_by(Quarantine.node)
    return dict(session.execute(query).all())


def _recent(session: Session, table: Any, node: str) -> list[Any]:
    return list(session.scalars(select(table).where(table.node == node).order_by(table.id.desc()).limit(RECENT)))


def _counts(session: Session, table: Any) -> dict[str, int]:
    return dict(session.execute(select(table.node, func.count()).group_by(table.node)).all())


def _newest_verdicts(session: Session) -> dict[str, VerdictRow]:
    return {row.node: row for row in session.scalars(select(VerdictRow).where(VerdictRow.id.in_(copies.spoken())))}


def _pending(session: Session, now: int) -> dict[str, int]:
    query = (
        select(DirectiveRow.node, func.count())
        .where(DirectiveRow.kind == "command", DirectiveRow.outcome.is_(None), DirectiveRow.expires_at > now)
        .group_by(DirectiveRow.node)
    )
    return dict(session.execute(query).all())


def _report(presence: Presence | None) -> StateReport | None:
    if presence is None or presence.state is None:
        return None
    try:
        return msgspec.json.decode(presence.state, type=StateReport)
    except msgspec.DecodeError:
        return None


def _current(streams: dict[str, Stream], report: StateReport | None) -> Stream | None:
    if report is not None and report.epoch in streams:
        return streams[report.epoch]
    return next(reversed(streams.values()), None)


def _backlog(streams: dict[str, Stream], report: StateReport | None) -> int | None:
    if report is None:
        return None
    stream = streams.get(report.epoch)
    return max(0, report.seq - (stream.acked if stream else 0))
