"""The page of booking figures: by hall, matter, channel and period; numbers, charts, tables, export (S0-58, S0-59)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.orm import Session
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext

from central.console.figures import charts, choice, tables
from central.console.figures.choice import Chosen
from central.console.language import said
from central.console.table import Table
from central.console.tables_page import TablesPage
from central.figures import bookings
from central.figures.office import office
from central.figures.visits import visits
from central.metrics.booking import BookingFigures, booking_figures, each, on_time_rate_of_all
from central.metrics.booking_facts import BookingFacts
from central.metrics.booking_load import by_hour, slot_load
from central.metrics.booking_office import OfficeFigures
from central.metrics.formulas import Rate
from central.people.scope import Staff


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


class FiguresPage(TablesPage):
    """`/booking-figures?hall=&since=&until=&matter=&channel=` and `/booking-figures/export?…&table=`."""

    menu_label = lazy_gettext("Booking figures")
    icon = "fa-solid fa-chart-pie"
    path = "/booking-figures"
    route_name = "booking-figures"
    template = "figures/booking_figures.html"

    def see(self, session: Session, asked: Mapping[str, str], staff: Staff) -> Sight | None:
        """Of the halls somebody works for."""
        found = choice.chosen(session, asked, staff, self.timezone)
        return None if found is None else _seen(session, found)

    def shown(self, sight: Sight) -> dict[str, Any]:
        """Tiles, charts, and usual periods to choose."""
        return {
            "tiles": tables.tiles(sight.total, sight.load, sight.of_all, sight.office),
            "charts": _charts(sight),
            "periods": choice.periods(datetime.now(ZoneInfo(self.timezone)).date()),
        }

    def stem(self, sight: Sight) -> str:
        """What was chosen."""
        asked = sight.chosen.choice
        of = filter(None, (sight.chosen.hall or "all", asked.matter, asked.channel))
        return "-".join(("bookings", *of, asked.since, asked.until))


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
            "visits": tables.of_visits(visits(connection, choice), chosen.matter_name),
            "notices": tables.of_notices(did),
            "load": tables.of_load(hours, charts.weekdays()),
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
        "matters": tables.of_groups(_("Matters"), _("Matter"), "matter", matters, chosen.matter_name, total),
        "channels": tables.of_groups(_("Channels"), _("Channel"), "channel", channels, tables.channel_name, total),
        "days": tables.of_groups(_("Days"), _("Day"), "day", days, str, total),
    }
    if chosen.hall is None:
        found = {"halls": tables.of_groups(_("Halls"), _("Hall"), "hall", halls, hall, total), **found}
    return found


def _charts(sight: Sight) -> dict[str, Any]:
    choice = sight.chosen.choice
    named = [(tables.channel_name(id_), figures) for id_, figures in sight.channels]
    return {
        "days": charts.fates(charts.every_day(sight.days, choice.since, choice.until)),
        "channels": charts.fates(named),
        "heat": charts.heat(sight.hours),
        "words": {"none": _("no slots"), "load": _("Slot load")},
    }
