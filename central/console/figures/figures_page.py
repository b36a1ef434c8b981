"""The page of booking figures: by hall, matter, channel and period; numbers, charts, tables, export (S0-58, S0-59)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import anyio.to_thread
import msgspec
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central.console.day.today_tables import Table
from central.console.figures import charts as figures_charts
from central.console.figures import choice as figures_choice
from central.console.figures import tables as figures_tables
from central.console.figures.choice import ALL, Chosen
from central.console.language import said
from central.console.page import Page
from central.console.people.login import current_user
from central.console.records.sheet import csv_text, download
from central.console.settings import ConsoleSettings
from central.figures import bookings
from central.figures.office import office
from central.figures.visits import visits
from central.metrics.booking import BookingFigures, booking_figures, each, on_time_rate_of_all
from central.metrics.booking_facts import BookingFacts
from central.metrics.booking_load import by_hour, slot_load
from central.metrics.booking_office import OfficeFigures
from central.metrics.formulas import Rate


class Sight(msgspec.Struct, frozen=True):
    """What the page shows. `of_all`: on time of everybody served, where neither matter nor channel was chosen."""

    chosen: Chosen
    total: BookingFigures
    days: dict[str, BookingFigures]
    channels: list[tuple[str, BookingFigures]]
    hours: dict[tuple[int, int], Rate]
    load: Rate
    of_all: Rate | None
    office: OfficeFigures
    tables: dict[str, Table]


class FiguresPage(Page):
    """`/booking-figures?hall=&since=&until=&matter=&channel=` and `/booking-figures/export?…&table=`."""

    menu_label = lazy_gettext("Booking figures")
    icon = "fa-solid fa-chart-pie"
    path = "/booking-figures"
    route_name = "booking-figures"
    right = "figures.see"

    def __init__(self, settings: ConsoleSettings) -> None:
        super().__init__()
        self._timezone = settings.timezone

    @route("")
    async def index(self, request: Request) -> Response:
        """The page."""
        sight = await self._sight(request)
        context: dict[str, Any] = {"sight": sight}
        if sight is not None:
            context |= {
                "tiles": figures_tables.tiles(sight.total, sight.load, sight.of_all, sight.office),
                "charts": _charts(sight),
                "periods": figures_choice.periods(datetime.now(ZoneInfo(self._timezone)).date()),
                "said": said,
                "all": ALL,
            }
        return self.show(request, "figures/booking_figures.html", context)

    @route("/export", name="booking-figures-export")
    async def export(self, request: Request) -> Response:
        """One of the tables as CSV, plain numbers."""
        sight = await self._sight(request)
        name = request.query_params.get("table", "")
        if sight is None or name not in sight.tables:
            raise HTTPException(404, _("There is no such table."))
        table, choice = sight.tables[name], sight.chosen.choice
        stem = "-".join(filter(None, (sight.chosen.hall or "all", choice.matter, choice.channel)))
        return download(
            csv_text(table.plain_columns, table.plain),
            f"hallkeeper-bookings-{stem}-{choice.since}-{choice.until}-{name}.csv",
        )

    async def _sight(self, request: Request) -> Sight | None:
        asked, staff = dict(request.query_params), current_user(request).staff

        def read(session: Session) -> Sight | None:
            found = figures_choice.chosen(session, asked, staff, self._timezone)
            return None if found is None else _seen(session, found)

        return await anyio.to_thread.run_sync(read, request.state.session)


def _seen(session: Session, chosen: Chosen) -> Sight:
    connection, choice = session.connection(), chosen.choice
    facts = bookings.bookings(connection, choice)
    slots = bookings.slots(connection, choice)
    total, hours, did = booking_figures(facts), by_hour(slots), office(connection, choice)
    whole = choice.matter is None and choice.channel is None
    channels = sorted(each(facts, lambda b: b.channel).items(), key=lambda one: -one[1].applied)
    return Sight(
        chosen=chosen,
        total=total,
        days=each(facts, lambda b: b.day),
        channels=channels,
        hours=hours,
        load=slot_load(slots),
        of_all=on_time_rate_of_all(facts, bookings.walk_ins(connection, choice)) if whole else None,
        office=did,
        tables=_tables(chosen, facts, channels, total)
        | {
            "visits": figures_tables.of_visits(visits(connection, choice), chosen.matter_name),
            "notices": figures_tables.of_notices(did),
            "load": figures_tables.of_load(hours, figures_charts.weekdays()),
        },
    )


def _tables(
    chosen: Chosen, facts: list[BookingFacts], channels: list[tuple[str, BookingFigures]], total: BookingFigures
) -> dict[str, Table]:
    options = chosen.options
    halls = sorted(each(facts, lambda b: b.hall).items())
    matters = sorted(each(facts, lambda b: b.matter or "").items())
    days = sorted(each(facts, lambda b: b.day).items())

    def hall(id_: str) -> str:
        return said(options.halls.get(id_), id_)

    found = {
        "matters": figures_tables.of_groups(_("Matters"), _("Matter"), "matter", matters, chosen.matter_name, total),
        "channels": figures_tables.of_groups(
            _("Channels"), _("Channel"), "channel", channels, figures_tables.channel_name, total
        ),
        "days": figures_tables.of_groups(_("Days"), _("Day"), "day", days, str, total),
    }
    if chosen.hall is None:
        found = {"halls": figures_tables.of_groups(_("Halls"), _("Hall"), "hall", halls, hall, total), **found}
    return found


def _charts(sight: Sight) -> dict[str, Any]:
    choice = sight.chosen.choice
    named = [(figures_tables.channel_name(id_), figures) for id_, figures in sight.channels]
    return {
        "days": figures_charts.fates(figures_charts.every_day(sight.days, choice.since, choice.until)),
        "channels": figures_charts.fates(named),
        "heat": figures_charts.heat(sight.hours),
        "words": {"none": _("no slots"), "load": _("Slot load")},
    }
