"""`/api/v1/openapi.json`: completes what FastAPI derives from the calls."""

from typing import Any

import msgspec
from fastapi import FastAPI

from central.api.answers import Problem
from central.api.halls import HallLine
from central.hooks.events import MEANING
from contract.messages import StateReport

VERSION = "1"
ABOUT = """Halls, what can be booked in them, and bookings. What is public needs no key; bookings need the key of a
channel, sent as `Authorization: Bearer hk_…`. Times are ms since 1970 unless they are said to be dates. Errors have one
shape, with sentences in the language of Accept-Language (zh or en). docs/api.md is the guide to it."""

_WHAT = {
    400: "The address of this centre is another one.",
    401: "The key is missing, or not known.",
    403: "The key is not for that hall.",
    404: "There is no such thing.",
    409: "Not possible now; `error` says why, and nothing was changed.",
    413: "The request is too large.",
    422: "An entry cannot be right; `field` and `faults` say which.",
    429: "Asked too often: see Retry-After.",
    503: "Not possible for a moment; the same request may be sent again.",
}
_RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses` of a call: the errors it may answer."""
    return {
        status: {"model": Problem, "description": _WHAT[status]} | ({"headers": _RETRY} if status == 429 else {})
        for status in (400, *statuses, 422, 429, 503)
    }


PUBLIC = problems(404)
KEYED = problems(401, 403, 404, 409, 413)


def complete(app: FastAPI) -> None:
    """Adds the answers that are encoded by msgspec, and so not seen by FastAPI. After all calls were added."""
    document = app.openapi()
    (line, state), shapes = msgspec.json.schema_components(
        [HallLine, StateReport | None], ref_template="#/components/schemas/{name}"
    )
    document["components"]["schemas"].update(shapes)
    whole = {"allOf": [line, {"type": "object", "required": ["state"], "properties": {"state": state}}]}
    _answer(document, "/api/v1/halls", {"type": "array", "items": line})
    _answer(document, "/api/v1/halls/{hall}/state", whole)
    _answer(document, "/api/v1/stream", {"type": "string", "description": "Events `hall`."}, "text/event-stream")
    _answer(document, "/metrics", {"type": "string"}, "text/plain")
    document["webhooks"] = {type_: {"post": _message(type_, meaning)} for type_, meaning in MEANING.items()}
    health = {"ok": {"type": "boolean"}, "ingest": {"type": "string"}, "broker": {"type": "string"},
              "jobs": {"type": ["string", "object"]}}  # fmt: skip
    for status in ("200", "503"):
        _answer(document, "/healthz", {"type": "object", "required": ["ok"], "properties": health}, status=status)


def _message(type_: str, meaning: str) -> dict[str, Any]:
    """What a partner's server is sent."""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    headers = [{"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in names]
    body = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": type_},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"type": "object"},
        },
    }
    return {
        "summary": type_,
        "description": meaning,
        "parameters": headers,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"2XX": {"description": "It was taken. Anything else, and it is sent again later."}},
    }


def _answer(
    document: dict[str, Any], path: str, schema: dict[str, Any], kind: str = "application/json", status: str = "200"
) -> None:
    answers = document["paths"][path]["get"]["responses"]
    answers.setdefault(status, {"description": _WHAT[503]})["content"] = {kind: {"schema": schema}}
