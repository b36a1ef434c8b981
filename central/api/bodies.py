"""Bodies of requests: no larger than a person's entries can be, and JSON that means the same to everybody (F52)."""

import json
from typing import Any

import msgspec
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.api.errors import told
from central.api.sentences import ApiRefused

LARGEST = 2 * 1024 * 1024
"""Bytes. Far more than anybody needs, so that a field of a megabyte is refused by its name."""


class Sizes:
    """ASGI middleware for what lies under `prefix`: a larger body is refused with 413 before it is taken in."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app, self._prefix = app, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self._prefix) or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        body = await _read(scope, receive)
        if body is None:
            answer = told(Request(scope), ApiRefused("too_large", "body", most=LARGEST))
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)
            return
        await self._app(scope, _again(body, receive), send)


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    """None for one that is too large, or was broken off: nobody hears the answer then."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    if not length.isdigit() or int(length) > LARGEST:
        return None
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST:
            return None
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """What was read, and then whatever comes."""
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receiving() -> Message:
        return parts.pop() if parts else await receive()

    return receiving


class StrictRoute(APIRoute):
    """Reads bodies as `StrictRequest` does."""

    def get_route_handler(self) -> Any:
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(StrictRequest(request.scope, request.receive))

        return strict


class StrictRequest(Request):
    """JSON without NaN, bad UTF-8, halves of characters, or more depth than anybody needs."""

    async def json(self) -> Any:
        """Raises json.JSONDecodeError, which FastAPI answers with 422."""
        body = await self.body()
        try:
            return msgspec.json.decode(body)
        except RecursionError:
            raise json.JSONDecodeError("nested too deeply", "", 0) from None
        except UnicodeDecodeError:
            raise json.JSONDecodeError("not UTF-8", "", 0) from None
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise json.JSONDecodeError(str(error)[:80], "", 0) from None
