"""The kiosk's own calls: a code its scanner typed into the page, and how a customer's use of it ended."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contract.events import KioskSessionEnded
from edge.hall.commands import Record
from edge.people.reading import code_in
from edge.web.answers import answer
from edge.web.bodies import ScanBody, SessionBody, body, idempotency_key
from edge.web.checkin_api import limited, reception_of, terminal_of
from edge.web.guard import require
from edge.web.house import house


async def scan(request: Request) -> Response:
    """POST /api/kiosk/scan {text} → 200, the same news a reader at the kiosk would have told (people/reading.py)."""
    require(request, "kiosk")
    sent = await body(request, ScanBody)
    reception, terminal = reception_of(house(request)), terminal_of(request)
    limited(reception, terminal, code_in(sent.text))
    return answer(await asyncio.to_thread(reception.readings.scanned, terminal, sent.text))


async def session(request: Request) -> Response:
    """POST /api/kiosk/session {flow, steps, seconds, outcome, reason?} → 201 {}: counted, nobody named (S4-2)."""
    asking = require(request, "kiosk")
    sent = await body(request, SessionBody)
    kiosk = asking.name or "kiosk" if asking.role == "kiosk" else "kiosk"
    ended = KioskSessionEnded(kiosk, sent.flow, sent.steps, sent.seconds, sent.outcome, sent.reason)
    await asyncio.wrap_future(house(request).line.submit(Record(ended), key=idempotency_key(request)))
    return answer({}, 201)


ROUTES: list[Any] = [
    Route("/api/kiosk/scan", scan, methods=["POST"]),
    Route("/api/kiosk/session", session, methods=["POST"]),
]
