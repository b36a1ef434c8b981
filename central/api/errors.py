"""One shape for everything that goes wrong over HTTP: `{"error": code, "detail": sentence, "field"?: name}`."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from central.errors import CentralError

log = logging.getLogger(__name__)

_CODES = {400: "invalid", 401: "login", 403: "forbidden", 404: "unknown", 405: "method", 409: "refused", 422: "invalid"}


def install(app: FastAPI) -> None:
    """Every error of the application leaves it in the one shape."""
    app.add_exception_handler(CentralError, _central)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(SQLAlchemyError, _database)
    app.add_exception_handler(Exception, _unexpected)


def shape(status: int, error: str, detail: str, field: str | None = None) -> JSONResponse:
    """The answer itself; `field` is left out where there is none."""
    body = {"error": error, "detail": detail} | ({"field": field} if field else {})
    return JSONResponse(body, status)


def _central(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, CentralError)
    return shape(error.status, error.code, error.detail, error.field)


def _validation(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first: dict[str, Any] = dict(error.errors()[0])
    place = [str(part) for part in first["loc"]]
    field = ".".join(place[1:]) or place[0]
    return shape(422, "invalid", f"{field}: {first['msg']}", field)


def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "error")
    answer = shape(error.status_code, code, str(error.detail or HTTPStatus(error.status_code).phrase))
    answer.headers.update(error.headers or {})
    return answer


def _database(_request: Request, error: Exception) -> JSONResponse:
    log.error("the database: %s", error)
    return shape(503, "storage", "the database does not answer; try again in a moment")


def _unexpected(_request: Request, _error: Exception) -> JSONResponse:
    # uvicorn logs the traceback.
    return shape(500, "error", "something went wrong here; the log says what")
