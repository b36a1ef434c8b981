"""The list of tickets, with the story of each on its page."""

from dataclasses import dataclass
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette_admin import BaseField
from starlette_admin.i18n import get_timezone
from starlette_admin.i18n import lazy_gettext as _
from starlette_admin.types import RequestAction

from central.console import codes, shown, story
from central.console.fields import Code, Moment, Seconds, TimeOfDay, number, text
from central.console.lists import ReadOnly
from central.db.tables import TicketRow


@dataclass
class Story(BaseField):
    """What happened to the ticket, read from its events."""

    searchable: bool = False
    orderable: bool = False
    exclude_from_list: bool = True
    exclude_from_export: bool = True
    detail_template: str = "fields/story.html"

    async def parse_obj(self, request: Request, obj: Any) -> Any:
        """The steps; only the page of one ticket asks for them."""
        if request.state.action != RequestAction.DETAIL:
            return None
        found = await anyio.to_thread.run_sync(story.steps, request.state.session, obj)
        return [{"at": shown.moment(step.at, get_timezone()), "what": step.what, "why": step.why} for step in found]


class Tickets(ReadOnly):
    """Every ticket of every hall."""

    menu_label = _("Tickets")
    display_name = _("Ticket")
    icon = "fa-solid fa-ticket"
    key = "tickets"
    fields: list[Any] = [
        Story("story", _("What happened, and why")),
        text("hall", _("Hall")),
        text("day", _("Day")),
        text("number", _("Ticket number")),
        text("service", _("Service")),
        Code("status", _("Status"), choices=codes.TICKET, colours=codes.TICKET_COLOURS),
        Code("lane", _("Lane"), choices=codes.LANE, colours={"priority": "purple"}, exclude_from_list=True),
        text("counter", _("Counter")),
        text("clerk", _("Clerk")),
        TimeOfDay("issued_at", _("Taken at")),
        Moment("called_at", _("Called at"), exclude_from_list=True),
        Moment("started_at", _("Started at"), exclude_from_list=True),
        Moment("ended_at", _("Ended at"), exclude_from_list=True),
        Seconds("wait_s", _("Waited")),
        Seconds("handling_s", _("Handled")),
        Code("policy", _("Why called"), choices=codes.POLICY),
        Code("level", _("Rating"), choices=codes.LEVEL, coerce=int, colours={1: "red", 2: "orange"}),
        number("calls", _("Calls"), exclude_from_list=True),
        number("passes", _("Times passed"), exclude_from_list=True),
        number("returns", _("Times brought back"), exclude_from_list=True),
        number("transfers", _("Transfers"), exclude_from_list=True),
        text("priority_class", _("Priority class"), exclude_from_list=True),
        text("source", _("Taken from"), exclude_from_list=True),
        number("ahead", _("Ahead when taken"), exclude_from_list=True),
        Seconds("promised_p50_s", _("Estimate on the slip"), exclude_from_list=True),
        Seconds("promised_p90_s", _("Estimate on the slip, 9 of 10"), exclude_from_list=True),
        number("slips", _("Slips"), exclude_from_list=True),
        "unsynced",
        text("node", _("Node"), exclude_from_list=True),
        text("ticket", _("Ticket"), exclude_from_list=True),
    ]
    exclude_fields_from_list: list[str] = ["unsynced"]
    sortable_fields: list[str] = [
        "hall",
        "day",
        "number",
        "service",
        "status",
        "lane",
        "counter",
        "clerk",
        "issued_at",
        "called_at",
        "wait_s",
        "handling_s",
        "policy",
        "level",
    ]
    searchable_fields: list[str] = ["hall", "number", "service", "counter", "clerk", "ticket"]
    fields_default_sort: list[Any] = [("issued_at", True)]


def tickets() -> Tickets:
    """The list of tickets."""
    return Tickets(TicketRow)
