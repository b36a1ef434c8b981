"""The front panel's calls: pressing keys, moving switches, and the live stream of lamps, slips and words."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from edge.web.answers import answer
from edge.web.bodies import B, CardBody, CodeHeldBody, PressBody, SwitchBody, UplinkBody, body, idempotency_key
from edge.web.feed import Follower, message
from edge.web.guard import require
from edge.web.house import House, house
from edge.web.panel import LinkStatus, Panel, PanelBoard, PanelDevice, PanelKey, PanelReader, PanelSlip, VoiceLine

LOOK_S = 0.1
"""How often the panel is looked at while somebody watches it; boards blink twice a second."""


class PanelPicture(msgspec.Struct, frozen=True):
    """Everything on the panel except the lamps."""

    keys: list[PanelKey]
    devices: list[PanelDevice]
    slips: list[PanelSlip]
    boards: list[PanelBoard]
    voice: list[VoiceLine]
    link: LinkStatus
    readers: list[PanelReader]


def picture(panel: Panel) -> PanelPicture:
    return PanelPicture(
        panel.keys(), panel.devices(), panel.slips(), panel.boards(), panel.voice_lines(), panel.link_status(),
        panel.readers(),
    )  # fmt: skip


def lamps(panel: Panel, boards: list[PanelBoard]) -> dict[str, str]:
    """Board id to its lamps in base64, as `Panel.board_bits`."""
    return {board.id: base64.b64encode(panel.board_bits(board.id)).decode() for board in boards}


async def show(request: Request) -> Response:
    """GET /api/panel: {panel, lamps}."""
    require(request, "panel")
    panel = house(request).panel
    shown = picture(panel)
    return answer({"panel": shown, "lamps": lamps(panel, shown.boards)})


async def stream(request: Request) -> Response:
    """GET /api/panel/stream: `panel` when anything changed, `lamps` with the boards that changed, and what
    /api/stream tells: one stream, since a browser grants a node only six connections.
    """
    asking = require(request, "panel")
    wires = house(request)
    return EventSourceResponse(_changes(wires, lambda: wires.terminals.holds(asking)), ping=15)


async def _changes(wires: House, still: Callable[[], bool]) -> AsyncIterator[ServerSentEvent]:
    shown: PanelPicture | None = None
    lit: dict[str, str] = {}
    follower = Follower(wires.feed)
    while wires.feed.is_open and still():
        for told in follower.due():
            yield told
        now, now_lit = await asyncio.to_thread(_look, wires.panel)
        if now != shown:
            shown = now
            yield message("panel", now)
        changed = {board: bits for board, bits in now_lit.items() if lit.get(board) != bits}
        if changed:
            lit = now_lit
            yield message("lamps", changed)
        await asyncio.sleep(LOOK_S)


def _look(panel: Panel) -> tuple[PanelPicture, dict[str, str]]:
    shown = picture(panel)
    return shown, lamps(panel, shown.boards)


async def slip_picture(request: Request) -> Response:
    """GET /api/panel/slips/{slip}: the slip as a PNG."""
    require(request, "panel")
    png = await asyncio.to_thread(house(request).panel.slip_png, request.path_params["slip"])
    return Response(png, media_type="image/png", headers={"Cache-Control": "private, max-age=86400"})


async def press(request: Request) -> Response:
    """POST /api/panel/press {device, key}: a finger on a twin's key."""
    return await _move(request, PressBody, lambda panel, sent: panel.press(sent.device, sent.key))


async def switch(request: Request) -> Response:
    """POST /api/panel/switch {device, what, on}: paper out, cover open, unplugged."""
    return await _move(request, SwitchBody, lambda panel, sent: panel.toggle(sent.device, sent.what, sent.on))


async def card(request: Request) -> Response:
    """POST /api/panel/card {reader, card}: a card laid on a twin of a reader; null pulls it away."""

    def move(panel: Panel, sent: CardBody) -> None:
        if sent.card is None:
            panel.pull(sent.reader)
        else:
            panel.lay(sent.reader, sent.card)

    return await _move(request, CardBody, move)


async def scan(request: Request) -> Response:
    """POST /api/panel/scan {reader, text}: a code held before a twin of a reader."""
    return await _move(request, CodeHeldBody, lambda panel, sent: panel.scan(sent.reader, sent.text))


async def uplink(request: Request) -> Response:
    """POST /api/panel/uplink {on}: cuts the way to the centre or joins it again."""
    return await _move(request, UplinkBody, lambda panel, sent: panel.uplink(sent.on))


async def _move(request: Request, kind: type[B], act: Callable[[Panel, B], Any]) -> Response:
    require(request, "panel")
    sent = await body(request, kind)
    wires = house(request)

    async def moving() -> Response:
        await asyncio.to_thread(act, wires.panel, sent)
        return answer({"done": True})

    moved: Callable[[], Awaitable[Response]] = moving
    return await wires.answered.once(idempotency_key(request), moved)


ROUTES = [
    Route("/api/panel", show),
    Route("/api/panel/stream", stream),
    Route("/api/panel/slips/{slip}", slip_picture),
    Route("/api/panel/press", press, methods=["POST"]),
    Route("/api/panel/switch", switch, methods=["POST"]),
    Route("/api/panel/card", card, methods=["POST"]),
    Route("/api/panel/scan", scan, methods=["POST"]),
    Route("/api/panel/uplink", uplink, methods=["POST"]),
]
