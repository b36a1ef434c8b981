"""Watches the halls and the office, and tells the persons named: each alert once, and again when it is over."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.dialects import postgresql, sqlite

from central import board
from central.alerts import office, telling
from central.alerts.course import Open, Steps, course
from central.alerts.judge import Judgement, Key, Limits, Place, judge_calendar, judge_copies, judge_office, judge_places
from central.alerts.telling import STATE_ZONE
from central.booking.offer import Offers
from central.booking.sentences import BookingRefused
from central.clockwork import Job
from central.config_notices import Alerts
from central.db.engine import writing
from central.db.tables import Alert, CalendarYear
from central.live import Live

NAME = "alerts"
EVERY_S = 15
HOURS_KEPT_S = 60.0
"""How long the opening hours of a hall are taken as they were read."""


class Watch:
    """`broker_fault`: why the centre does not hear the broker; empty: it does."""

    def __init__(
        self, database: Engine, live: Live, settings: Alerts, broker_fault: Callable[[], str] = lambda: ""
    ) -> None:
        self._database = database
        self._live = live
        self._limits = Limits(
            offline_s=settings.offline_s,
            wait_min=settings.wait_min,
            deadline_min=settings.deadline_min,
            settle_s=settings.settle_s,
        )
        self._urgent = frozenset(settings.urgent)
        self._broker_fault = broker_fault
        self._offers = Offers(database, HOURS_KEPT_S)
        self._since: int | None = None
        """Since when the broker has been heard; nobody is called silent for what was before."""
        self._deaf_since: int | None = None
        self._guard = threading.Lock()

    def job(self) -> Job:
        return Job(NAME, EVERY_S, self.look)

    def look(self, now: int) -> Steps:
        """Judges, writes down what begins and ends, and tells it."""
        with self._guard:
            places = self._places(now)
        with self._database.connect() as connection:
            judged = self._office(connection, now)
        judged.holds |= places.holds
        judged.unheard |= places.unheard
        with writing(self._database).begin() as connection:
            steps = course(_lasting(connection), judged, now, self._limits.settle_s * 1000)
            self._begin(connection, steps.begin, now)
            for id_, facts in steps.note:
                connection.execute(update(Alert).where(Alert.id == id_).values(facts=facts))
            self._end(connection, steps.end, now)
        return steps

    def _places(self, now: int) -> Judgement:
        news = self._live.news()
        if self._broker_fault():
            self._since = None
            self._deaf_since = self._deaf_since or now
            deaf = Judgement(unheard={one.node for one in news})
            if now - self._deaf_since >= self._limits.offline_s * 1000:
                deaf.holds["", "link", "broker"] = {"since": self._deaf_since}
            return deaf
        self._deaf_since = None
        self._since = self._since or now
        places = [Place(board.card(one, now), _heard_at(one), self._opened_at(one.hall, now)) for one in news]
        return judge_places(places, self._limits, now, self._since)

    def _opened_at(self, hall: str, now: int) -> int | None:
        try:
            times = self._offers.of(hall).times
        except BookingRefused:
            return None
        spans = times.spans(times.day_of(now))
        return next((start for start, end in spans if start <= now < end), None)

    def _office(self, connection: Connection, now: int) -> Judgement:
        deadlines = office.deadlines(connection, now, self._limits.deadline_min * 60_000)
        holds = judge_office(deadlines, office.excess(connection), self._limits, now)
        holds |= judge_copies(office.copies(connection, now))
        today = datetime.fromtimestamp(now / 1000, STATE_ZONE).date()
        years = connection.scalars(select(CalendarYear.year))
        return Judgement(holds | judge_calendar(years, today.year, today.month, today.day))

    def _begin(self, connection: Connection, begin: list[tuple[Key, dict[str, Any]]], now: int) -> None:
        """What another process has begun meanwhile is its to tell."""
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        for (hall, kind, about), facts in begin:
            values = {"hall": hall, "kind": kind, "about": about, "facts": facts, "began_at": now}
            made = connection.execute(
                dialect.insert(Alert).values(**values).on_conflict_do_nothing().returning(Alert.id)
            ).scalar()
            if made is not None:
                told = telling.tell_begun(connection, made, kind in self._urgent, now)
                if told:
                    connection.execute(update(Alert).where(Alert.id == made).values(told_at=now))

    def _end(self, connection: Connection, ids: list[int], now: int) -> None:
        for id_ in ids:
            mine = update(Alert).where(Alert.id == id_, Alert.ended_at.is_(None))
            if connection.execute(mine.values(ended_at=now)).rowcount:
                telling.tell_ended(connection, id_, now)


def _heard_at(news: board.News) -> int:
    """An offline node: since its link went; a silent one: since its last report."""
    if not news.online and news.link_at is not None:
        return news.link_at
    return max(news.state_at or 0, news.link_at or 0)


def _lasting(connection: Connection) -> list[Open]:
    query = select(Alert.id, Alert.hall, Alert.kind, Alert.about, Alert.facts).where(Alert.ended_at.is_(None))
    return [
        Open(row.id, (row.hall, row.kind, row.about), row.facts) for row in connection.execute(query.with_for_update())
    ]
