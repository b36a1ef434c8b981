"""The list of alarms and emergencies: where, when, by whom, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette_admin.contrib.sqla.filters import IsNotNullFilter, IsNullFilter
from starlette_admin.i18n import gettext
from starlette_admin.i18n import lazy_gettext as _

from central.console import codes
from central.console.records.fields import Code, Moment, Named, Place, text
from central.console.records.read_only import ReadOnly
from central.db.tables import AlarmRow
from central.ingest.projections.alarms import EMERGENCY

KINDS = (*codes.ALARM, *((EMERGENCY + kind, word) for kind, word in codes.EMERGENCY))


@dataclass
class Kind(Code):
    """The kind of an alarm; an emergency says that it is one."""

    colours: Mapping[Any, str] = field(default_factory=lambda: codes.ALARM_COLOURS)

    async def serialize_value(self, request: Request, value: Any) -> Any:
        """Code and word."""
        found = await super().serialize_value(request, value)
        if isinstance(found, dict) and value.startswith(EMERGENCY):
            return {"code": "fire", "word": gettext("emergency: %(kind)s") % {"kind": found["word"]}}
        return found


class Alarms(ReadOnly):
    """Every alarm and emergency of every hall, the open ones marked."""

    right = None
    menu_label = _("Alarms")
    display_name = _("Alarm")
    icon = "fa-solid fa-bell"
    key = "alarms"
    fields: list[Any] = [
        Kind("kind", _("Kind"), choices=KINDS),
        Named("hall", label=_("Hall")),
        Moment("raised_at", _("Raised at")),
        Place("place", label=_("Place")),
        Named("raised_by", label=_("Raised by"), kind="clerk"),
        Code(
            "state", _("State"), choices=(("open", _("not ended")), ("over", _("over"))), colours={"open": "red"},
            getter=lambda request, row: "open" if row.closed_at is None else "over", searchable=False, orderable=False,
        ),
        Moment("closed_at", _("Ended at"), searchable=True, filters=[IsNullFilter, IsNotNullFilter]),
        Named("closed_by", label=_("Ended by"), kind="clerk"),
        text("note", _("What was found")),
        text("node", _("Node"), exclude_from_list=True),
        text("alarm", _("Identifier"), exclude_from_list=True),
    ]  # fmt: skip
    sortable_fields: list[str] = ["raised_at", "hall", "kind", "place", "raised_by", "closed_at", "closed_by"]
    searchable_fields: list[str] = ["hall", "kind", "place", "raised_by", "closed_at", "closed_by", "note"]
    fields_default_sort: list[Any] = [("raised_at", True)]


def alarms() -> Alarms:
    """The list of alarms."""
    return Alarms(AlarmRow)
