"""Delivery reports of the SMS gateway: `POST /api/v1/sms/report`, for who brings the shared secret."""

import hmac
from typing import Any
from urllib.parse import parse_qsl

import anyio.to_thread
import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy import Connection, Engine, or_, select, update
from starlette.exceptions import HTTPException

from central.clock import wall_ms
from central.config import secret
from central.config_notices import Sms
from central.db.engine import writing
from central.db.tables import OutboxRow
from central.errors import Invalid, Unknown
from central.notices.answers import dig
from central.notices.claim import refused, ring_up

PATH = "/api/v1/sms/report"
MOST_BYTES = 256 * 1024
MOST = 500
"""Reports in one request."""
REFUSALS = 2


class Report(msgspec.Struct, frozen=True):
    """What became of one message. `message` is our own id of it, `reference` the gateway's; one of them is known."""

    message: str
    reference: str
    delivered: bool
    error: str


def router(database: Engine, settings: Sms) -> APIRouter:
    """Raises ConfigError where the secret's file cannot be read."""
    key = secret(settings.report_key, settings.report_key_file, "sms.report_key")
    engine = writing(database)

    async def report(request: Request) -> JSONResponse:
        given = request.headers.get("x-report-key") or request.query_params.get("key") or ""
        if not key or not hmac.compare_digest(given.encode(), key.encode()):
            raise HTTPException(403, "the key of delivery reports is missing or wrong: see sms.report_key")
        reports = read(await _document(request), settings)
        await anyio.to_thread.run_sync(_take, engine, reports, wall_ms())
        return JSONResponse(settings.report_answer)

    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, report, methods=["POST"])
    return routes


def read(document: Any, settings: Sms) -> list[Report]:
    """PURE: the reports of a document, which is one of them or a list. Raises Invalid."""
    each = document if isinstance(document, list) else [document]
    if len(each) > MOST:
        raise Invalid(f"{len(each)} reports in one request; send at most {MOST}")
    reports = [
        Report(
            message=dig(one, settings.report_id_at),
            reference=dig(one, settings.report_reference_at),
            delivered=dig(one, settings.report_status_at) in settings.report_delivered_is,
            error=dig(one, settings.report_error_at) or dig(one, settings.report_status_at),
        )
        for one in each
    ]
    if not all(report.message or report.reference for report in reports):
        raise Invalid(
            f"a report names neither our id ({settings.report_id_at}) nor the gateway's reference "
            f"({settings.report_reference_at}); see sms.report_…_at"
        )
    return reports


def take(connection: Connection, report: Report, at: int) -> bool:
    """Notes one report; the same again changes nothing. False where no message is known by it."""
    names = [
        column == name
        for column, name in ((OutboxRow.message, report.message), (OutboxRow.reference, report.reference))
        if name
    ]
    query = select(OutboxRow.__table__).where(OutboxRow.channel == "sms", or_(*names)).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        return False
    mine = update(OutboxRow).where(OutboxRow.id == row.id)
    if report.delivered:
        if row.state != "delivered":
            connection.execute(mine.values(state="delivered", delivered_at=at, sent_at=row.sent_at or at, error=""))
    elif row.state in ("waiting", "sent"):
        after = refused(row, REFUSALS, f"not delivered: {report.error}", at)
        connection.execute(mine.values(**after))
        if after["state"] == "failed":
            ring_up(connection, row, at)
    return True


def _take(engine: Engine, reports: list[Report], at: int) -> None:
    """Raises Unknown where none of them is known: a gateway that repeats may be early, before its answer was noted."""
    with engine.begin() as connection:
        known = [take(connection, report, at) for report in reports]
    if reports and not any(known):
        raise Unknown("no message is known by this id or reference")


async def _document(request: Request) -> Any:
    """A JSON document or a form. Raises Invalid."""
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > MOST_BYTES:
            raise Invalid(f"more than {MOST_BYTES} bytes of reports in one request")
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"the report is neither JSON nor a form: {error}") from error
