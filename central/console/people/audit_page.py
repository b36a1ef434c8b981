"""The audit trail: who did what to which thing, before and after, and what for. Read only, by those with the right."""

from typing import Any

import anyio.to_thread
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.i18n import get_timezone, lazy_gettext
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central import audit
from central.clock import wall_ms
from central.console import sheet, shown
from central.console.asked import PAGE
from central.console.page import Page
from central.console.people import audit_query, audit_words
from central.console.who import current_user
from central.db.engine import writing
from central.db.tables import AuditRow
from central.errors import Invalid

COLUMNS = ("id", "at", "actor", "action", "subject", "subject_id", "before", "after", "purpose", "source")


class AuditPage(Page):
    """`/audit?actor=&action=&subject=&subject_id=&since=&until=`, and `/audit/export` with the same as a file."""

    menu_label = lazy_gettext("Audit trail")
    icon = "fa-solid fa-shoe-prints"
    path = "/audit"
    route_name = "audit"
    right = "audit.see"

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    @route("")
    async def index(self, request: Request) -> Response:
        """One page of lines, newest first."""
        wanted, zone, fault = audit_query.Asked.of(request.query_params), get_timezone(), None

        def read(session: Session) -> list[AuditRow]:
            return list(audit_query.lines(session, wanted, zone, PAGE + 1))

        try:
            found = await anyio.to_thread.run_sync(read, request.state.session)
        except Invalid as error:
            found, fault = [], error
        context: dict[str, Any] = {
            **wanted.page(found, lambda row: row.id),
            "words": audit_words,
            "moment": lambda at: shown.moment(at, zone),
        }
        return self.show(request, "people/audit.html", context, fault)

    @route("/export", name="audit-export")
    async def export(self, request: Request) -> Response:
        """The same lines as a file, which is itself on record."""
        wanted, zone, user = audit_query.Asked.of(request.query_params), get_timezone(), current_user(request)

        def read(session: Session) -> list[AuditRow]:
            rows = list(audit_query.lines(session, wanted, zone, audit_query.FILE))
            after = {**wanted.query(), "lines": len(rows)}
            with writing(self._engine).begin() as connection:
                audit.record(connection, user.actor, "audit.exported", "audit", "", at=wall_ms(), after=after)
            return rows

        try:
            rows = await anyio.to_thread.run_sync(read, request.state.session)
        except Invalid as error:
            raise HTTPException(422, _(error.detail)) from error
        text = sheet.csv_text(COLUMNS, [_cells(row, zone) for row in rows])
        stamp = "".join(filter(str.isdigit, shown.moment(wall_ms(), zone)))
        return sheet.download(text, f"audit-{stamp}-{user.username}.csv")


def _cells(row: AuditRow, zone: str) -> list[sheet.Cell]:
    texts = {
        "before": sheet.json_text(row.before),
        "after": sheet.json_text(row.after),
        "at": shown.moment(row.at, zone),
    }
    return [texts.get(name, getattr(row, name)) for name in COLUMNS]
