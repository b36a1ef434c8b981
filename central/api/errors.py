"""One shape for everything that goes wrong over HTTP: `{"error": code, "detail": sentence, "field"?: name, "faults"?}`.

The sentence is in the language that was asked for. `faults` lists everything wrong with the entries of a request.
"""

import logging
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from central.api import validation
from central.api.sentences import ApiRefused
from central.asked_language import wanted
from central.errors import CentralError

log = logging.getLogger(__name__)

_NOT_PUBLIC = ("/api", "/console")
_CODES = {400: "invalid", 401: "login", 403: "forbidden", 404: "unknown", 405: "method", 409: "refused", 422: "invalid"}


def install(app: FastAPI, nowhere: Callable[[Request], Response]) -> None:
    """Every error of the application leaves it in the one shape. `nowhere`: the page for a person at an address at
    which there is nothing."""
    app.add_exception_handler(CentralError, _central)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, partial(_http, nowhere))
    app.add_exception_handler(SQLAlchemyError, _database)
    app.add_exception_handler(Exception, _unexpected)


def shape(status: int, error: str, detail: str, field: str | None = None) -> JSONResponse:
    """The answer itself; `field` is left out where there is none."""
    body = {"error": error, "detail": detail} | ({"field": field} if field else {})
    return JSONResponse(body, status)


def told(request: Request, error: CentralError) -> JSONResponse:
    """An error as it is answered."""
    answer = shape(error.status, error.code, error.said(language(request)), error.field)
    if isinstance(error, ApiRefused):
        answer.headers.update(error.headers)
    return answer


def language(request: Request, body: Any = None) -> str:
    """The one a body names, else what the header asks for."""
    named = body.get("language") if isinstance(body, dict) else getattr(request.state, "language", None)
    return wanted(named if isinstance(named, str) else None, request.headers.get("accept-language", ""))


def _central(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, CentralError)
    return told(request, error)


def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = validation.faults(error.errors(), language(request, error.body))
    first = found[0]
    body = {"error": "invalid", "detail": first["text"], "field": first["field"], "faults": found}
    return JSONResponse(body, 422)


def _http(nowhere: Callable[[Request], Response], request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    plain = {404: "nothing_here", 405: "method"}.get(error.status_code)
    if plain is not None and error.detail == HTTPStatus(error.status_code).phrase:
        if plain == "nothing_here" and _reading(request):
            return nowhere(request)
        answer = told(request, ApiRefused(plain))
    else:
        code = _CODES.get(error.status_code, "error")
        answer = shape(error.status_code, code, str(error.detail or HTTPStatus(error.status_code).phrase))
    answer.headers.update(error.headers or {})
    return answer


def _reading(request: Request) -> bool:
    """Whether somebody looks at the public site with a browser."""
    path = request.url.path
    for_others = any(path == one or path.startswith(f"{one}/") for one in _NOT_PUBLIC)
    return "text/html" in request.headers.get("accept", "") and not for_others


def _database(_request: Request, error: Exception) -> JSONResponse:
    log.error("the database: %s", error)
    return shape(503, "storage", "the database does not answer; try again in a moment")


def _unexpected(_request: Request, _error: Exception) -> JSONResponse:
    # uvicorn logs the traceback.
    return shape(500, "error", "something went wrong here; the log says what")
