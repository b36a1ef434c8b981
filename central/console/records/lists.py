"""The lists: every projection and every oddity of the wire, to search, filter and export, never to change."""

from collections.abc import Sequence
from typing import Any

import anyio.to_thread
from sqlalchemy import String, cast, or_, select
from starlette.requests import Request
from starlette_admin.contrib.sqla import ModelView
from starlette_admin.i18n import lazy_gettext as _

from central.console import codes, names, reach
from central.console.people.login import current_user
from central.console.records.fields import Code, Hash, Moment, Named, Raw, Seconds, YesNo, number, text
from central.console.records.sheet import NamedJson, SafeCsv
from central.db.tables import (
    DaySheetRow,
    DeadLetter,
    DeviceFaultRow,
    DirectiveRow,
    Fork,
    Hall,
    Hole,
    Refusal,
    SlipRow,
    StoredEvent,
    Stream,
    VerdictRow,
)
from central.people.roles import Right


class ReadOnly(ModelView):
    """A list nobody can change here: what happened in a hall is told by its journal alone.

    Rows of other halls than one's own are not there, in the list, on their pages and in files (reach.py). Where rows
    have a hall, the names of halls, services and counters are read with them.
    """

    right: Right | None = "records.see"
    """Who may open it; None: everybody of the staff."""
    exporters: list[Any] = [SafeCsv(), NamedJson()]
    page_size = 25
    row_actions: list[str] = ["view"]
    list_template = "records.html"
    detail_template = "record.html"

    def is_accessible(self, request: Request) -> bool:
        """Who has the right."""
        return self.right is None or current_user(request).may(self.right)

    def can_create(self, request: Request) -> bool:
        """Never."""
        return False

    def can_edit(self, request: Request) -> bool:
        """Never."""
        return False

    def can_delete(self, request: Request) -> bool:
        """Never."""
        return False

    def can_import(self, request: Request) -> bool:
        """Never."""
        return False

    def get_list_query(self, request: Request) -> Any:
        """Of one's halls; the page of one row is looked for in the same."""
        return super().get_list_query(request).where(*reach.of_rows(current_user(request).staff, self.model))

    def get_count_query(self, request: Request) -> Any:
        """The same."""
        return super().get_count_query(request).where(*reach.of_rows(current_user(request).staff, self.model))

    async def find_all(self, request: Request, *args: Any, **options: Any) -> Sequence[Any]:
        """One page of rows."""
        rows: Sequence[Any] = await super().find_all(request, *args, **options)
        await _learn(request, rows)
        return rows

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        """One row, None where there is none."""
        row = await super().find_by_pk(request, pk)
        await _learn(request, [row] if row is not None else [])
        return row

    def get_search_query(self, request: Request, term: str) -> Any:
        """Text columns by what they hold, and halls by their names too."""
        found = super().get_search_query(request, term)
        named = [field for field in self.get_fields_list(request) if isinstance(field, Named)]
        columns = [getattr(self.model, field.name) for field in named]
        clauses = [cast(column, String).icontains(term, autoescape=True) for column in columns]
        if any(field.kind == "hall" for field in named):
            called = cast(Hall.name, String).icontains(term, autoescape=True)
            clauses.append(self.model.hall.in_(select(Hall.id).where(called)))
        return or_(found, *clauses)


async def _learn(request: Request, rows: Sequence[Any]) -> None:
    halls = {row.hall for row in rows if hasattr(row, "hall")}
    if halls:
        request.state.names = await anyio.to_thread.run_sync(names.read, request.state.session, halls)


class DaySheets(ReadOnly):
    """Day-end sheets (日结单) as the halls closed them."""

    right = "figures.see"
    menu_label = _("Day sheets")
    display_name = _("Day sheet")
    icon = "fa-solid fa-file-invoice"
    key = "day-sheets"
    fields: list[Any] = [
        Named("hall", label=_("Hall")),
        text("day", _("Day")),
        Named("service", label=_("Service"), kind="service"),
        number("issued", _("Issued")),
        number("served", _("Served")),
        number("passed", _("Passed")),
        number("voided", _("Voided")),
        number("carried", _("Carried over")),
        Seconds("wait_mean_s", _("Average wait")),
        Seconds("wait_max_s", _("Longest wait")),
        Seconds("handling_mean_s", _("Average handling")),
        text("ratings", _("Ratings"), searchable=False, orderable=False, filters=[]),
        Moment("closed_at", _("Closed at")),
        text("node", _("Node")),
    ]
    fields_default_sort: list[Any] = [("day", True), "hall", "service"]

    async def serialize_field_value(self, value: Any, field: Any, request: Request) -> Any:
        """Ratings as `5: 12 · 4: 3`."""
        if field.name == "ratings":
            return " · ".join(f"{level}: {count}" for level, count in sorted(value.items(), reverse=True)) or None
        return await super().serialize_field_value(value, field, request)


class Directives(ReadOnly):
    """What the centre told the halls, and what came of it."""

    menu_label = _("Directives")
    display_name = _("Directive")
    icon = "fa-solid fa-paper-plane"
    key = "directives"
    fields: list[Any] = [
        Moment("issued_at", _("Issued at")),
        text("node", _("Node")),
        text("type", _("Type")),
        Code("kind", _("Kind"), choices=codes.KIND),
        Code("outcome", _("Outcome"), choices=codes.OUTCOME, colours=codes.OUTCOME_COLOURS),
        text("detail", _("Detail")),
        text("issued_by", _("Issued by")),
        Moment("answered_at", _("Answered at")),
        Moment("expires_at", _("Expires at")),
        text("generation", _("Generation"), exclude_from_list=True),
        number("seq", _("Number")),
        text("id", _("Identifier"), exclude_from_list=True),
        Raw("data", _("Content"), exclude_from_list=True),
        number("key", _("Key"), exclude_from_list=True),
    ]
    fields_default_sort: list[Any] = [("key", True)]


class Events(ReadOnly):
    """Every event the centre holds, as it came."""

    menu_label = _("Events")
    display_name = _("Event")
    icon = "fa-solid fa-list-ol"
    key = "events"
    fields: list[Any] = [
        number("id", _("Arrival")),
        number("stream", _("Epoch no.")),
        number("seq", _("Number")),
        Moment("at", _("Time")),
        text("type", _("Type")),
        Raw("raw", _("As it came")),
        Hash("hash", _("Chain hash"), exclude_from_list=True),
    ]
    searchable_fields: list[str] = ["type"]
    sortable_fields: list[str] = ["id", "stream", "seq", "at", "type"]
    fields_default_sort: list[Any] = [("id", True)]


class Epochs(ReadOnly):
    """The epochs of the nodes and how far each is acknowledged."""

    menu_label = _("Epochs")
    display_name = _("Epoch")
    key = "epochs"
    fields: list[Any] = [
        number("id", _("Epoch no.")),
        text("node", _("Node")),
        text("epoch", _("Epoch")),
        text("prev_epoch", _("Epoch before")),
        number("acked", _("Acknowledged up to")),
        YesNo("forked", label=_("Forked"), alarm=True),
        Moment("created_at", _("First seen")),
        Hash("hash", _("Chain hash")),
    ]
    fields_default_sort: list[Any] = [("id", True)]


class Verdicts(ReadOnly):
    """What each hello was answered."""

    menu_label = _("Verdicts")
    display_name = _("Verdict")
    key = "verdicts"
    fields: list[Any] = [
        Moment("at", _("Time")),
        text("node", _("Node")),
        Code("verdict", _("Verdict"), choices=codes.VERDICT, colours=codes.VERDICT_COLOURS),
        text("reason", _("Reason")),
        text("hw", _("Hardware")),
        text("boot", _("Boot"), exclude_from_list=True),
        number("conn", _("Connection")),
        text("generation", _("Generation"), exclude_from_list=True),
        number("id", _("Key"), exclude_from_list=True),
    ]
    fields_default_sort: list[Any] = [("id", True)]


class Refusals(ReadOnly):
    """Ranges of events that could not be read and were asked for again."""

    menu_label = _("Refusals")
    display_name = _("Refusal")
    key = "refusals"
    fields: list[Any] = [
        Moment("at", _("Time")),
        text("node", _("Node")),
        text("epoch", _("Epoch")),
        number("first", _("First number")),
        number("last", _("Last number")),
        text("reason", _("Reason")),
        number("id", _("Key"), exclude_from_list=True),
    ]
    fields_default_sort: list[Any] = [("id", True)]


class Holes(ReadOnly):
    """Events that can never be had any more, as the nodes declared."""

    menu_label = _("Holes")
    display_name = _("Hole")
    key = "holes"
    fields: list[Any] = [
        Moment("at", _("Time")),
        text("node", _("Node")),
        text("epoch", _("Epoch")),
        number("first", _("First number")),
        number("last", _("Last number")),
        text("reason", _("Reason")),
        text("prev_hash", _("Hash before"), exclude_from_list=True),
        text("next_hash", _("Hash after"), exclude_from_list=True),
        number("id", _("Key"), exclude_from_list=True),
    ]
    fields_default_sort: list[Any] = [("id", True)]


class DeadLetters(ReadOnly):
    """Bytes nobody could read."""

    menu_label = _("Dead letters")
    display_name = _("Dead letter")
    key = "dead-letters"
    fields: list[Any] = [
        Moment("at", _("Time")),
        text("node", _("Node")),
        text("topic", _("Topic")),
        text("epoch", _("Epoch"), exclude_from_list=True),
        number("seq", _("Number")),
        text("reason", _("Reason")),
        number("size", _("Bytes")),
        Raw("raw", _("As it came")),
        number("id", _("Key"), exclude_from_list=True),
    ]
    searchable_fields: list[str] = ["node", "topic", "reason"]
    sortable_fields: list[str] = ["at", "node", "topic", "seq", "reason", "size"]
    fields_default_sort: list[Any] = [("id", True)]


class Forks(ReadOnly):
    """The same number with other bytes; both copies are kept."""

    menu_label = _("Forks")
    display_name = _("Fork")
    key = "forks"
    fields: list[Any] = [
        Moment("at", _("Time")),
        text("node", _("Node")),
        text("epoch", _("Epoch")),
        number("seq", _("Number")),
        Raw("raw", _("The other copy")),
        Hash("hash", _("Its hash")),
        Hash("stored_hash", _("Hash of the stored one")),
        text("boot", _("Boot"), exclude_from_list=True),
        number("conn", _("Connection")),
        number("id", _("Key"), exclude_from_list=True),
    ]
    searchable_fields: list[str] = ["node", "epoch"]
    sortable_fields: list[str] = ["at", "node", "epoch", "seq", "conn"]
    fields_default_sort: list[Any] = [("id", True)]


class DeviceFaults(ReadOnly):
    """Every fault of every device."""

    menu_label = _("Device faults")
    display_name = _("Device fault")
    key = "device-faults"
    fields: list[Any] = [
        Named("hall", label=_("Hall")),
        text("device", _("Device")),
        text("kind", _("Kind")),
        text("cause", _("Cause")),
        Moment("failed_at", _("Failed at")),
        Moment("recovered_at", _("Recovered at")),
        number("nth", _("Fault no.")),
        text("node", _("Node")),
    ]
    fields_default_sort: list[Any] = [("failed_at", True)]


class Slips(ReadOnly):
    """Every slip that was started."""

    menu_label = _("Slips")
    display_name = _("Slip")
    key = "slips"
    fields: list[Any] = [
        Named("hall", label=_("Hall")),
        text("ticket", _("Ticket")),
        number("nth", _("Slip no.")),
        YesNo("copy", label=_("Copy")),
        Code("status", _("Status"), choices=codes.SLIP, colours=codes.SLIP_COLOURS),
        Moment("started_at", _("Started at")),
        Moment("ended_at", _("Ended at")),
        text("cause", _("Cause")),
        text("node", _("Node")),
    ]
    fields_default_sort: list[Any] = [("started_at", True)]


def records() -> list[ReadOnly]:
    """The lists of the menu "Records"."""
    return [
        Events(StoredEvent),
        Epochs(Stream),
        Verdicts(VerdictRow),
        Refusals(Refusal),
        Holes(Hole),
        DeadLetters(DeadLetter),
        Forks(Fork),
        DeviceFaults(DeviceFaultRow),
        Slips(SlipRow),
    ]


def day_sheets() -> DaySheets:
    """The list of day-end sheets."""
    return DaySheets(DaySheetRow)


def directives() -> Directives:
    """The list of directives."""
    return Directives(DirectiveRow)
