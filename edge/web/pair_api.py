"""Pairing: the codes the node shows, the terminal that types one, and taking a terminal off again."""

import asyncio
import math

from starlette.requests import Request
from starlette.responses import Response

from edge.errors import Unknown
from edge.web.answers import HttpError, answer
from edge.web.bodies import CodeBody, Nothing, PairBody, body, idempotency_key
from edge.web.guard import address, require, who
from edge.web.house import House, house
from edge.web.pairing import is_role
from edge.web.terminals import Terminal

COOKIE_S = 400 * 86_400
"""The longest a browser keeps a cookie."""


async def shown(request: Request) -> Response:
    """GET /api/pairing: {codes, terminals}, for whoever stands at the panel."""
    require(request, "panel")
    terminals = house(request).terminals
    return answer({"codes": terminals.codes(), "terminals": terminals.paired()})


async def new_code(request: Request) -> Response:
    """POST /api/pairing/codes {role} → 201 {text, role, until}."""
    require(request, "panel")
    wanted = await body(request, CodeBody)
    wires = house(request)
    _check_role(wires, wanted.role)

    async def act() -> Response:
        return answer(wires.terminals.new_code(wanted.role), 201)

    return await wires.answered.once(idempotency_key(request), act)


async def pair(request: Request) -> Response:
    """POST /api/pair {code, name?} → 201 {role, terminal, token}, the token as a cookie too."""
    sent = await body(request, PairBody)
    wires, asking = house(request), address(request)
    wait_s = math.ceil(wires.terminals.wait_ms(asking) / 1000)
    if wait_s:
        raise HttpError(
            429, "too_many_tries", f"Too many wrong codes: try again in {wait_s} s.", "code",
            {"Retry-After": str(wait_s)},
        )  # fmt: skip

    async def act() -> Response:
        paired = await asyncio.to_thread(wires.terminals.pair, sent.code, sent.name, asking)
        if paired is None:
            raise HttpError(403, "wrong_code", "No such code, or it has run out: read the node's screen.", "code")
        return _welcomed(wires, *paired)

    key = idempotency_key(request)
    return await wires.answered.once(key and f"{asking} {key}", act)


async def revoke(request: Request) -> Response:
    """POST /api/pairing/{terminal}/revoke: its token holds no more, at once and after every restart."""
    require(request, "panel")
    await body(request, Nothing)
    wires, terminal = house(request), request.path_params["terminal"]

    async def act() -> Response:
        await asyncio.to_thread(wires.terminals.revoke, terminal)
        return answer({"done": True})

    return await wires.answered.once(idempotency_key(request), act)


async def forget(request: Request) -> Response:
    """POST /api/pairing/forget: this browser drops its token; at the node itself it is trusted again."""
    await body(request, Nothing)
    response = answer({"done": True})
    response.delete_cookie(house(request).cookie, path="/", httponly=True, samesite="strict")
    return response


async def whoami(request: Request) -> Response:
    """GET /api/pairing/me: {role, name}; role null while not paired."""
    asking = who(request)
    return answer({"role": asking.role, "name": asking.name})


def _check_role(wires: House, role: str) -> None:
    if not is_role(role):
        raise HttpError(422, "invalid", "A role is kiosk, display, supervisor, panel or counter:<id>.", "role")
    kind, _, counter = role.partition(":")
    if kind == "counter" and all(one.id != counter for one in wires.line.view.counters):
        raise Unknown(f"There is no counter {counter} in this hall.", "role")


def _welcomed(wires: House, terminal: Terminal, token: str) -> Response:
    response = answer({"role": terminal.role, "terminal": terminal.id, "token": token}, 201)
    response.set_cookie(wires.cookie, token, max_age=COOKIE_S, path="/", httponly=True, samesite="strict")
    return response
