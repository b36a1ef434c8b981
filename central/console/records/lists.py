"""The lists of what happened in halls, and all lists of the menu "Records"."""

from typing import Any

from starlette.requests import Request
from starlette_admin.i18n import lazy_gettext as _

from central.console import codes, device_words
from central.console.records.fields import Code, Moment, Named, Raw, Seconds, Worded, YesNo, number, text
from central.console.records.read_only import ReadOnly
from central.console.records.wire_lists import of_the_wire
from central.db.tables import DaySheetRow, DeviceFaultRow, DirectiveRow, SlipRow


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
        Code("type", _("Type"), choices=codes.DIRECTIVE),
        Code("kind", _("Kind"), choices=codes.KIND),
        Code("outcome", _("Outcome"), choices=codes.OUTCOME, colours=codes.OUTCOME_COLOURS),
        text("detail", _("Detail")),
        Worded("issued_by", label=_("Issued by"), words=codes.issuer),
        Moment("answered_at", _("Answered at")),
        Moment("expires_at", _("Expires at")),
        text("generation", _("Generation"), exclude_from_list=True),
        number("seq", _("Number")),
        text("id", _("Identifier"), exclude_from_list=True),
        Raw("data", _("Content"), exclude_from_list=True),
        number("key", _("Key"), exclude_from_list=True),
    ]
    fields_default_sort: list[Any] = [("key", True)]


class DeviceFaults(ReadOnly):
    """Every fault of every device."""

    menu_label = _("Device faults")
    display_name = _("Device fault")
    key = "device-faults"
    fields: list[Any] = [
        Named("hall", label=_("Hall")),
        text("device", _("Device")),
        Code("kind", _("Kind"), choices=codes.DEVICE),
        Worded("cause", label=_("Cause"), words=device_words.why),
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
        Worded("cause", label=_("Cause"), words=device_words.why),
        text("node", _("Node")),
    ]
    fields_default_sort: list[Any] = [("started_at", True)]


def records() -> list[ReadOnly]:
    """The lists of the menu "Records"."""
    return [*of_the_wire(), DeviceFaults(DeviceFaultRow), Slips(SlipRow)]


def day_sheets() -> DaySheets:
    """The list of day-end sheets."""
    return DaySheets(DaySheetRow)


def directives() -> Directives:
    """The list of directives."""
    return Directives(DirectiveRow)
