"""`/api/v1/halls`: what the centre knows of every hall now, and as it changes."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

import msgspec
from fastapi import APIRouter, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from central.api.entries import Id
from central.board import Card, News, card
from central.clock import wall_ms
from central.errors import Unknown
from central.live import Live
from contract.public import for_the_public

PING_S = 15
_ENCODER = msgspec.json.Encoder()


class NodeLine(msgspec.Struct, frozen=True):
    """One node of a hall. `link`: online, silent, offline or never. Times in ms."""

    node: str
    link: str
    news_at: int | None
    verdict: str | None


class HallLine(msgspec.Struct, frozen=True):
    """One hall: its queue's node first. `age_s`: how old what is shown is; None where nothing is known."""

    hall: str
    name: dict[str, str]
    timezone: str
    link: str
    news_at: int | None
    age_s: int | None
    open: bool | None
    waiting: int
    longest_s: int
    nodes: list[NodeLine]


def router(live: Live) -> APIRouter:
    """The calls that read the live picture; none of them waits for the database."""
    api = APIRouter(prefix="/api/v1", tags=["halls"])

    @api.get("/halls")
    async def halls() -> Response:
        """Every hall with its link, waiting people and the age of the news."""
        now = wall_ms()
        return _json([line(news, now) for news in by_hall(live.news()).values()])

    @api.get("/halls/{hall}/state")
    async def state(hall: Id) -> Response:
        """The newest state its node reported, with the link and the age beside it."""
        news = by_hall(live.news()).get(hall)
        if news is None:
            raise Unknown(f"there is no hall {hall}", "hall")
        return _json(told(news, wall_ms()))

    @api.get("/stream")
    async def stream() -> EventSourceResponse:
        """Server-sent events `hall`: all halls first, then each as it changes."""
        return EventSourceResponse(_events(live), ping=PING_S)

    return api


def by_hall(news: Iterable[News]) -> dict[str, list[News]]:
    """The nodes of each hall, the one with the newest state first: it runs the queue."""
    halls: dict[str, list[News]] = {}
    for one in news:
        halls.setdefault(one.hall, []).append(one)
    return {hall: sorted(ones, key=lambda one: (-(one.state_at or 0), one.node)) for hall, ones in halls.items()}


def line(nodes: list[News], now: int) -> HallLine:
    """One hall in the list."""
    cards = [card(one, now) for one in nodes]
    main = cards[0]
    return HallLine(
        main.hall,
        dict(main.name),
        main.timezone,
        main.link,
        main.news_at,
        _age(main, now),
        main.open,
        main.waiting,
        main.longest_s,
        [NodeLine(one.node, one.link, one.news_at, news.verdict) for one, news in zip(cards, nodes, strict=True)],
    )


def told(nodes: list[News], now: int) -> dict[str, Any]:
    """One hall with the state document of its node, less what is staff's: alarms, and who works where. It is public."""
    document: dict[str, Any] = msgspec.to_builtins(line(nodes, now))
    state = nodes[0].state
    if state is not None:
        state = for_the_public(state)
        nameless = [msgspec.structs.replace(counter, clerk=None) for counter in state.counters]
        state = msgspec.structs.replace(state, counters=nameless)
    return document | {"state": msgspec.to_builtins(state)}


async def _events(live: Live) -> AsyncIterator[ServerSentEvent]:
    async for news in live.subscribe():
        nodes = by_hall(live.news()).get(news.hall, [news])
        yield ServerSentEvent(_ENCODER.encode(told(nodes, wall_ms())).decode(), event="hall")


def _age(main: Card, now: int) -> int | None:
    return None if main.news_at is None else max(0, (now - main.news_at) // 1000)


def _json(content: Any) -> Response:
    return Response(_ENCODER.encode(content), media_type="application/json", headers={"Cache-Control": "no-store"})
