"""What the office did about bookings, as the formulas want it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select

from central.booking.offer import rules_of
from central.booking.rules import BookingRules
from central.db.tables import Booking, BookingChange, Closure, ClosureCase, ContactTask, Hall, OutboxRow
from central.figures.bookings import Choice
from central.metrics.booking_facts import CallFacts, CaseFacts, ChangeFacts, ClosureFacts, NoticeFacts, ReviewFacts
from central.metrics.booking_office import OfficeFigures, office_figures


class Closed(msgspec.Struct, frozen=True):
    """A closure that began on one of the days."""

    id: int
    hall: str
    known_at: int
    published_at: int


def office(connection: Connection, choice: Choice) -> OfficeFigures:
    """All of it: about the chosen bookings, and about closures that began in those days."""
    rules = {hall: rules_of(connection, hall)[0] for hall in choice.halls}
    closed = closures(connection, choice)
    affected = Closure.id.in_([row.id for row in closed])
    return office_figures(
        reviews(connection, choice, rules),
        changes(connection, choice),
        notices(connection, choice),
        calls(connection, ContactTask.kind == "phone_confirm", choice.of_bookings()),
        [_latency(row, rules[row.hall]) for row in closed],
        calls(connection, ContactTask.kind == "closure", affected, *choice.of_kind()),
        cases(connection, affected, *choice.of_kind()),
    )


def reviews(connection: Connection, choice: Choice, rules: dict[str, BookingRules]) -> list[ReviewFacts]:
    """Of bookings that staff took, against the limit in force in their hall."""
    measured = Booking.review_s.is_not(None)
    rows = connection.execute(select(Booking.hall, Booking.review_s).where(choice.of_bookings(), measured))
    return [ReviewFacts(took_s or 0, rules[hall].review_min * 60) for hall, took_s in rows]


def changes(connection: Connection, choice: Choice) -> list[ChangeFacts]:
    query = (
        select(BookingChange.status, BookingChange.asked_at, BookingChange.decided_at)
        .join(Booking, Booking.id == BookingChange.booking)
        .where(choice.of_bookings())
    )
    return [
        ChangeFacts(status, _took_s(status, asked, decided)) for status, asked, decided in connection.execute(query)
    ]


def notices(connection: Connection, choice: Choice) -> list[NoticeFacts]:
    query = (
        select(OutboxRow.channel, OutboxRow.state, func.count())
        .join(Booking, Booking.id == OutboxRow.booking)
        .where(choice.of_bookings())
        .group_by(OutboxRow.channel, OutboxRow.state)
    )
    return [NoticeFacts(*row) for row in connection.execute(query)]


def calls(connection: Connection, *which: ColumnElement[bool]) -> list[CallFacts]:
    """Tasks of the chosen bookings or closures."""
    query = (
        select(ContactTask.state, (ContactTask.done_at <= ContactTask.due_at).label("in_time"), func.count())
        .join(Booking, Booking.id == ContactTask.booking)
        .outerjoin(Closure, Closure.id == ContactTask.closure)
        .where(*which)
        .group_by(ContactTask.state, "in_time")
    )
    return [CallFacts(*row) for row in connection.execute(query)]


def closures(connection: Connection, choice: Choice) -> list[Closed]:
    """Those that began on one of the days, by the hall's own calendar."""
    query = (
        select(Closure.id, Closure.hall, Closure.known_at, Closure.published_at, Closure.from_at, Hall.timezone)
        .join(Hall, Hall.id == Closure.hall)
        .where(Closure.hall.in_(choice.halls))
    )
    return [
        Closed(row.id, row.hall, row.known_at, row.published_at)
        for row in connection.execute(query)
        if choice.since <= _day(row.from_at, row.timezone) <= choice.until
    ]


def cases(connection: Connection, *which: ColumnElement[bool]) -> list[CaseFacts]:
    """Bookings hit by those closures, whatever day they came to meanwhile."""
    query = (
        select(ClosureCase.outcome, func.count())
        .join(Closure, Closure.id == ClosureCase.closure)
        .join(Booking, Booking.id == ClosureCase.booking)
        .where(*which)
        .group_by(ClosureCase.outcome)
    )
    return [CaseFacts(*row) for row in connection.execute(query)]


def _took_s(status: str, asked_at: int, decided_at: int | None) -> int | None:
    """A change that was withdrawn had no decision."""
    return None if decided_at is None or status not in ("approved", "refused") else (decided_at - asked_at) // 1000


def _latency(closure: Closed, rules: BookingRules) -> ClosureFacts:
    took_s = (closure.published_at - closure.known_at) // 1000
    return ClosureFacts(took_s, rules.closure_publish_min * 60)


def _day(at: int, timezone: str) -> str:
    return datetime.fromtimestamp(at / 1000, ZoneInfo(timezone)).date().isoformat()
