"""Every answer in JSON, and the one shape of an error: `{"error", "detail", "field"?}`."""

from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from edge.errors import DeviceError, HallkeeperError, Invalid, Refused, StorageError, Unknown

_ENCODER = msgspec.json.Encoder()

STATUS: tuple[tuple[type[HallkeeperError], int], ...] = (
    (Unknown, 404),
    (Invalid, 422),
    (Refused, 409),
    (StorageError, 503),
    (DeviceError, 503),
)
"""The first line that fits counts."""

HTTP_CODES = {404: "not_found", 405: "method_not_allowed"}

ADVICE = {
    404: "there is nothing at this address; look at its spelling.",
    405: "this address does not take this method; the header Allow names those it takes.",
}


class HttpError(Exception):
    """Ends a request with this error; `headers` go along."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        field: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.field = field
        self.headers = headers


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """`body` as JSON; structs, tuples and dicts alike."""
    return Response(_ENCODER.encode(body), status, headers, "application/json")


def trouble(
    status: int, code: str, detail: str, field: str | None = None, headers: dict[str, str] | None = None
) -> Response:
    body = {"error": code, "detail": detail}
    return answer(body if field is None else {**body, "field": field}, status, headers)


def status_of(error: HallkeeperError) -> int:
    """500 for an error no caller should ever meet."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


async def on_trouble(request: Request, error: Exception) -> Response:
    assert isinstance(error, HttpError)
    return trouble(error.status, error.code, error.detail, error.field, error.headers)


async def on_hallkeeper_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HallkeeperError)
    return trouble(status_of(error), error.code, error.detail, error.field)


async def on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = HTTP_CODES.get(error.status_code, "http")
    advice = ADVICE.get(error.status_code, f"{error.detail}.")
    detail = f"{request.method} {request.url.path}: {advice}"
    return trouble(error.status_code, code, detail, headers=dict(error.headers or {}))


async def on_anything(request: Request, error: Exception) -> Response:
    """The server logs the traceback; the caller learns nothing of the inside."""
    return trouble(500, "internal", "The node met an error of its own; its log tells more.")


HANDLERS: dict[Any, Any] = {
    HttpError: on_trouble,
    HallkeeperError: on_hallkeeper_error,
    HTTPException: on_http,
    Exception: on_anything,
}
