"""The life of one ticket, told from the events the centre holds: above all why it was called when it was (S1-4)."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette_admin.i18n import gettext as _

from central.console import codes, shown
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


def steps(session: Session, ticket: TicketRow) -> list[Step]:
    """Everything that happened to `ticket`, in order."""
    needle = msgspec.json.encode(ticket.ticket)
    found: list[Step] = []
    for stream in session.scalars(select(Stream).where(Stream.node == ticket.node).order_by(Stream.id)):
        for env in _around(session, stream, ticket):
            if needle in bytes(env.data):
                fact = e.fact(env)
                found.append(Step(env.at, *(_told(fact) if fact else (env.type, ""))))
    return found


def _around(session: Session, stream: Stream, ticket: TicketRow) -> Iterator[e.Envelope]:
    """The envelopes of one epoch from about the ticket's first moment to its last."""
    last = session.scalar(select(func.max(StoredEvent.seq)).where(StoredEvent.stream == stream.id))
    if last is None:
        return
    low = _first_after(session, stream.id, last, ticket.issued_at or ticket.called_at or 0) - _MARGIN
    rated_later = 4 * 86_400_000
    high = last if ticket.ended_at is None else _first_after(session, stream.id, last, ticket.ended_at + rated_later)
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


def _told(fact: e.Event) -> tuple[str, str]:
    match fact:
        case e.TicketIssued():
            return _("Number taken (%(source)s)") % {"source": fact.source}, _promise(fact)
        case e.TicketCalled():
            what = _("Called to counter %(counter)s by %(clerk)s")
            return what % {"counter": fact.counter, "clerk": fact.clerk}, why(fact.why)
        case e.TicketRecalled():
            return _("Called again at counter %(counter)s, time %(n)d") % {"counter": fact.counter, "n": fact.calls}, ""
        case e.TicketTransferred():
            what = _("Transferred from %(a)s to %(b)s") % {"a": fact.from_service, "b": fact.to_service}
            return what, _("place %(n)d in that queue") % {"n": fact.position + 1}
        case e.TicketRestored():
            return _("Brought back by %(by)s") % {"by": fact.by}, _("behind %(n)d tickets") % {"n": fact.after}
        case e.TicketRated():
            return _("Rated %(n)d of 5") % {"n": fact.level}, fact.source
        case e.TicketVoided():
            return _("Voided"), fact.reason
        case e.StepUndone():
            return _("Taken back: %(step)s") % {"step": _(fact.step)}, ""
    return _plain(fact)


def _plain(fact: e.Event) -> tuple[str, str]:
    words = {
        e.ServiceStarted: _("Service started"),
        e.ServiceFinished: _("Service finished"),
        e.TicketPassed: _("Passed: absent after the calls"),
        e.SlipStarted: _("Slip started"),
        e.SlipPrinted: _("Slip printed"),
        e.SlipFailed: _("Slip failed"),
        e.SlipLeftToStaff: _("Slip left to staff"),
    }
    return words.get(type(fact), type(fact).__name__), str(getattr(fact, "cause", ""))


def _promise(fact: e.TicketIssued) -> str:
    ahead = _("%(n)d ahead") % {"n": fact.ahead}
    if fact.wait is None:
        return ahead
    times = {"a": shown.coarse(fact.wait.p50_s), "b": shown.coarse(fact.wait.p90_s)}
    return ahead + " · " + _("estimated %(a)s, 9 of 10 within %(b)s") % times


def why(reason: e.Why) -> str:
    """The rule's decision in words."""
    words: dict[str, Any] = dict(codes.POLICY)
    said = str(words.get(reason.policy, reason.policy))
    return _("%(policy)s · queue %(group)s (choice %(rank)d of the counter) · %(n)d were waiting there") % {
        "policy": said,
        "group": reason.group,
        "rank": reason.rank + 1,
        "n": reason.waiting,
    }
