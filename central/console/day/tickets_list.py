"""The list of tickets, with the story of each on its page."""

from dataclasses import dataclass
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette_admin import BaseField
from starlette_admin.i18n import get_timezone
from starlette_admin.i18n import lazy_gettext as _
from starlette_admin.types import RequestAction

from central.console import codes, shown
from central.console.day import story
from central.console.records.fields import Code, Moment, Named, Seconds, TimeOfDay, YesNo, number, text
from central.console.records.read_only import ReadOnly
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

    right = "figures.see"
    menu_label = _("Tickets")
    display_name = _("Ticket")
    icon = "fa-solid fa-ticket"
    key = "tickets"
    fields: list[Any] = [
        Story("story", _("What happened, and why")),
        Named("hall", label=_("Hall")),
        text("day", _("Day")),
        text("number", _("Ticket number")),
        Named("service", label=_("Service"), kind="service"),
        Code("status", _("Status"), choices=codes.TICKET, colours=codes.TICKET_COLOURS),
        Code("lane", _("Lane"), choices=codes.LANE, colours={"priority": "purple"}),
        Named("counter", label=_("Counter"), kind="counter"),
        Named("clerk", label=_("Clerk"), kind="clerk"),
        TimeOfDay("issued_at", _("Taken at")),
        Moment("called_at", _("Called at"), exclude_from_list=True),
        Moment("started_at", _("Started at"), exclude_from_list=True),
        Moment("ended_at", _("Ended at"), exclude_from_list=True),
        Seconds("wait_s", _("Waited")),
        Seconds("handling_s", _("Handled")),
        Code("policy", _("Why called"), choices=codes.POLICY, colours=codes.POLICY_COLOURS),
        Code("arrival", _("Booked"), choices=codes.ARRIVAL, colours=codes.ARRIVAL_COLOURS),
        Code("verified", _("Identity"), choices=codes.VERIFIED, colours=codes.VERIFIED_COLOURS),
        Code("assurance", _("Verified by"), choices=codes.ASSURANCE, colours=codes.ASSURANCE_COLOURS),
        Code("result", _("Result"), choices=codes.RESULT, colours=codes.RESULT_COLOURS),
        Code("level", _("Rating"), choices=codes.LEVEL, coerce=int, colours={1: "red", 2: "orange"}),
        number("overruns", _("Overruns")),
        number("suspends", _("Times suspended")),
        number("moves", _("Times moved back")),
        number("chosen", _("Times chosen")),
        text("booking", _("Booking")),
        Moment("slot_at", _("Booked for"), exclude_from_list=True),
        text("acceptance", _("Acceptance receipt")),
        number("notices", _("Supplement notices")),
        number("stage", _("Services done before")),
        number("turns", _("Calls to a counter"), exclude_from_list=True),
        number("calls", _("Calls, repeated ones too"), exclude_from_list=True),
        number("passes", _("Times passed")),
        number("returns", _("Times brought back"), exclude_from_list=True),
        number("transfers", _("Transfers"), exclude_from_list=True),
        text("priority_class", _("Priority class")),
        text("source", _("Taken from"), exclude_from_list=True),
        number("ahead", _("Ahead when taken"), exclude_from_list=True),
        Seconds("promised_p50_s", _("Estimate on the slip"), exclude_from_list=True),
        Seconds("promised_p90_s", _("Estimate on the slip, 9 of 10"), exclude_from_list=True),
        number("slips", _("Slips"), exclude_from_list=True),
        YesNo("unsynced", label=_("Clock not set"), alarm=True),
        text("node", _("Node"), exclude_from_list=True),
        text("ticket", _("Ticket"), exclude_from_list=True),
    ]
    columns = (
        "hall", "day", "number", "service", "status", "counter", "issued_at", "wait_s", "handling_s", "policy",
        "arrival", "level",
    )  # fmt: skip
    """Shown until a reader chooses others."""
    sortable_fields: list[str] = [
        "hall", "day", "number", "service", "status", "lane", "counter", "clerk", "issued_at", "called_at", "wait_s",
        "handling_s", "policy", "arrival", "verified", "assurance", "result", "level", "overruns", "suspends", "moves",
        "chosen", "notices", "stage", "passes",
    ]  # fmt: skip
    searchable_fields: list[str] = [
        "hall", "number", "service", "counter", "clerk", "ticket", "booking", "acceptance", "day", "status", "lane",
        "wait_s", "handling_s", "policy", "arrival", "verified", "assurance", "result", "level", "overruns", "suspends",
        "moves", "chosen", "notices", "stage", "passes", "priority_class", "unsynced",
    ]  # fmt: skip
    """What can be filtered by; the search box looks at the texts among them."""
    fields_default_sort: list[Any] = [("issued_at", True)]

    def _parse_list_params(self, request: Request, query_params: Any = None) -> Any:
        params = super()._parse_list_params(request, query_params)
        asked = query_params if query_params is not None else request.query_params
        if not asked.get("cols"):
            params.visible_cols = list(self.columns)
        return params


def tickets() -> Tickets:
    """The list of tickets."""
    return Tickets(TicketRow)
