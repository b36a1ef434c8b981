"""The life of one ticket, told from the events the centre holds: above all why it was called when it was (S1-4)."""

from collections.abc import Iterator

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.console import names
from central.console.day import story_words
from central.db.tables import StoredEvent, Stream, TicketRow
from contract import events as e

WINDOW = 20_000
"""Events looked through at most; a ticket's life is a few hundred."""
_MARGIN = 200
"""Clocks are set while tickets wait: the search by time allows for this many events either side."""


class Step(msgspec.Struct, frozen=True):
    """One thing that happened to the ticket."""

    at: int
    what: str
    why: str = ""


class _Span(msgspec.Struct, frozen=True):
    """Who is told of, and from when to when (ms) to look; `end` None: to this day."""

    ids: tuple[str, ...]
    """The ticket, and the code of its booking."""
    begin: int
    end: int | None


def steps(session: Session, ticket: TicketRow) -> list[Step]:
    """Everything that happened to `ticket` at all its services, and to its booking, in order."""
    span = _span(session, ticket)
    needles = [msgspec.json.encode(id_) for id_ in span.ids]
    known = names.read(session, {ticket.hall})
    found: list[Step] = []
    for stream in session.scalars(select(Stream).where(Stream.node == ticket.node).order_by(Stream.id)):
        for env in _around(session, stream, span):
            if any(needle in bytes(env.data) for needle in needles):
                fact = e.fact(env)
                if fact is None or _concerns(fact, span.ids):
                    told = story_words.told(fact, known, ticket.hall) if fact else (env.type, "")
                    found.append(Step(env.at, *told))
    return found


def _concerns(fact: e.Event, ids: tuple[str, ...]) -> bool:
    return any(getattr(fact, field, None) in ids for field in ("ticket", "returned", "booking", "code"))


def _span(session: Session, ticket: TicketRow) -> _Span:
    """A journey's ticket has a row for each service; a booking may be void before there is a ticket."""
    id_ = ticket.ticket.partition("#")[0].partition("!")[0]
    keys = [ticket.ticket] if "!" in ticket.ticket else [id_, *(f"{id_}#{nth}" for nth in range(1, ticket.stage + 2))]
    rows = list(session.scalars(select(TicketRow).where(TicketRow.node == ticket.node, TicketRow.ticket.in_(keys))))
    last = next((row for row in rows if row.ticket == id_), ticket)
    begins = [at for row in rows for at in (row.issued_at, row.called_at, row.slot_at) if at is not None]
    booking = next((row.booking for row in rows if row.booking), None)
    return _Span((id_, booking) if booking else (id_,), min(begins, default=0), last.ended_at)


def _around(session: Session, stream: Stream, span: _Span) -> Iterator[e.Envelope]:
    """The envelopes of one epoch from about the ticket's first moment to its last."""
    last = session.scalar(select(func.max(StoredEvent.seq)).where(StoredEvent.stream == stream.id))
    if last is None:
        return
    low = _first_after(session, stream.id, last, span.begin) - _MARGIN
    rated_later = 4 * 86_400_000
    high = last if span.end is None else _first_after(session, stream.id, last, span.end + rated_later)
    query = (
        select(StoredEvent.raw)
        .where(StoredEvent.stream == stream.id, StoredEvent.seq >= low, StoredEvent.seq <= high + _MARGIN)
        .order_by(StoredEvent.seq)
        .limit(WINDOW)
    )
    for raw in session.scalars(query):
        try:
            yield e.envelope(raw)
        except msgspec.DecodeError:
            continue


def _first_after(session: Session, stream: int, last: int, at: int) -> int:
    """The first number whose time is `at` or later, by halving; `last` where none is."""
    low, high = 1, last
    while low < high:
        middle = (low + high) // 2
        found = session.scalar(
            select(StoredEvent.at)
            .where(StoredEvent.stream == stream, StoredEvent.seq >= middle)
            .order_by(StoredEvent.seq)
            .limit(1)
        )
        if found is not None and found < at:
            low = middle + 1
        else:
            high = middle
    return low
