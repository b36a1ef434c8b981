"""`/`, `/h/{hall}`, the guides, and how booking works: what anybody may read before booking."""

from datetime import date
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from central.api.halls import by_hall
from central.board import Card, card
from central.booking.offer import HallOffer, rules_of
from central.booking.sentences import BookingRefused
from central.db.tables import RulesRow
from central.site import guide, halls_said, indicators, moments, opening_said, rules_said
from central.site.front import Front, asked_language
from central.site.halls_listing import Line, Listing
from central.site.indicators import Published
from central.site.opening_said import Day
from central.site.texts import said
from contract.catalogue import Rules

MANY = 6
"""From so many halls on there is a field to find one."""
LONGEST_QUERY = 40


class HallPages:
    def __init__(self, front: Front) -> None:
        self._front = front
        self._listing = Listing(front.desk.engine)
        self._figures_of = Published(front.desk.engine)

    def routes(self) -> APIRouter:
        routes = self._front.routes()
        options: dict[str, Any] = {"methods": ["GET", "HEAD"], "response_model": None}
        routes.add_api_route("/", self.home, **options)
        routes.add_api_route("/how", self.how, **options)
        routes.add_api_route("/h/{hall}", self.hall, **options)
        routes.add_api_route("/h/{hall}/guide/{matter}", self.guide, **options)
        return routes

    def home(self, request: Request, q: str = "", src: str = "") -> Response:
        language, now = asked_language(request), self._front.now()
        lines, cards = self._listing.lines(now), self._cards(now)
        wanted = q.strip()[:LONGEST_QUERY]
        halls = [halls_said.seen(line, cards.get(line.hall), language, now) for line in lines if _matches(line, wanted)]
        visit, searchable = self._front.visits.from_menu(request, src), len(lines) >= MANY or bool(wanted)
        typed = request.url.path if searchable else None
        return self._front.page(
            request, "home.html", visit=visit, typed=typed, halls=halls, searchable=searchable, q=wanted
        )  # fmt: skip

    def hall(self, request: Request, hall: str) -> Response:
        language, now = asked_language(request), self._front.now()
        offer, line = self._published(hall)
        today = offer.times.day_of(now)
        return self._front.page(
            request,
            "hall.html",
            hall=halls_said.seen(line, self._cards(now).get(hall), language, now),
            way=said(offer.way, language),
            week=opening_said.week(offer.times, line.closed, today, language),
            later=opening_said.later(offer.times, line.closed, today, language),
            last_bookings=opening_said.last_bookings(offer.times, offer.rules, today, language)
            if line.bookable
            else "",
            matters=guide.by_type(_active(offer), language),
            rules=rules_said.sentences(offer.rules, language, self._arriving(hall)),
            figures=self._figures(hall, today, language),
        )

    def guide(self, request: Request, hall: str, matter: str) -> Response:
        """Of any matter done there, whether it can be booked or not (S0-30)."""
        offer, line = self._published(hall)
        found = offer.matters.get(matter)
        if found is None or not found["active"]:
            raise BookingRefused("matter_unknown", "matter")
        language = asked_language(request)
        return self._front.page(
            request,
            "guide.html",
            hall=hall,
            hall_name=said(line.name, language),
            guide=guide.guide(found, offer.materials, language),
            bookable=found["bookable"],
        )

    def how(self, request: Request) -> Response:
        language, now = asked_language(request), self._front.now()
        with self._front.desk.engine.connect() as connection:
            rules, _version = rules_of(connection, "")
        lines = self._listing.lines(now)
        return self._front.page(
            request,
            "how.html",
            rules=rules_said.sentences(rules, language, Rules()),
            halls=[(line, *self._week(line, language, now)) for line in lines],
        )

    def _arriving(self, hall: str) -> Rules:
        """The rules in force in the hall itself, as its node recorded them last."""
        query = select(RulesRow.rules).where(RulesRow.hall == hall).order_by(RulesRow.at.desc()).limit(1)
        with self._front.desk.engine.connect() as connection:
            told = connection.scalar(query)
        try:
            return msgspec.convert(told or {}, Rules)
        except msgspec.ValidationError:
            return Rules()

    def _figures(self, hall: str, today: date, language: str) -> tuple[str, list[tuple[str, str]]] | None:
        """The last month's name and its indicators."""
        found = self._figures_of.last_month(hall, today)
        return None if found is None else (moments.month(found.month, language), indicators.said(found, language))

    def _week(self, line: Line, language: str, now: int) -> tuple[list[Day], str]:
        """Its days, and until when one can book."""
        offer = self._front.desk.offer(line.hall)
        today = offer.times.day_of(now)
        last = opening_said.last_bookings(offer.times, offer.rules, today, language) if line.bookable else ""
        return opening_said.week(offer.times, line.closed, today, language), last

    def _cards(self, now: int) -> dict[str, Card]:
        """Of the node that runs each hall's queue."""
        return {hall: card(nodes[0], now) for hall, nodes in by_hall(self._front.live.news()).items()}

    def _published(self, hall: str) -> tuple[HallOffer, Line]:
        """Raises BookingRefused for a hall that is not shown."""
        lines = self._listing.lines(self._front.now())
        line = next((one for one in lines if one.hall == hall), None)
        if line is None:
            raise BookingRefused("hall_unknown", "hall")
        return self._front.desk.offer(hall), line


def _matches(line: Line, wanted: str) -> bool:
    texts = (line.hall, *line.name.values(), *line.address.values())
    return not wanted or any(wanted.casefold() in text.casefold() for text in texts)


def _active(offer: HallOffer) -> list[Any]:
    shown = [one for one in offer.matters.values() if one["active"]]
    return sorted(shown, key=lambda one: (one["business_type"], one["id"]))
