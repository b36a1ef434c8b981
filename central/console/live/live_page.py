"""The live board: every hall a card, brought up to date over SSE without reload (S1-53)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from jinja2 import Environment
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central.board import LONG_WAIT_S, Card, Summary, card, in_order, summary
from central.clock import wall_ms
from central.console import codes, shown
from central.console.feed import Feed
from central.console.language import said
from central.console.page import Page
from central.console.reach import Within
from central.console.who import current_user

GATHER_S = 0.4
"""Changes are gathered this long, so that two hundred busy halls are one write and not two hundred."""
LOOK_S = 5.0
"""At the latest after this long the board is looked at again: a node that falls silent rings no bell."""
STREAM_S = 600.0
"""A stream ends after this; the browser opens the next one, and the login is asked again."""
DETAILED = 12
"""Up to this many halls the cards come opened."""


class LivePage(Page):
    """`/` the board, `/live/stream?since=` its changes."""

    menu_label = lazy_gettext("Live board")
    icon = "fa-solid fa-tower-broadcast"
    path = "/"
    route_name = "index"

    def __init__(self, feed: Feed) -> None:
        super().__init__()
        self._feed = feed

    @route("", name="index")
    async def index(self, request: Request) -> Response:
        """The board as it stands; `since` is taken before, so that no change is lost between page and stream."""
        now = wall_ms()
        cards = in_order([card(news, now) for news in self._mine(request).news()])
        context = {
            "cards": cards,
            "summary": summary(cards),
            "now": now,
            "dense": len(cards) > DETAILED,
            **_words(),
        }
        return self.show(request, "live/board.html", context)

    @route("/live/stream", name="live-stream")
    async def stream(self, request: Request) -> Response:
        """Server-sent events: `card` (a card's HTML), `gone` (a node), `summary`, `tick` (the centre's clock)."""
        asked = request.headers.get("last-event-id") or request.query_params.get("since") or "0"
        since = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else 0
        return EventSourceResponse(self._changes(request, since), ping=15, headers={"X-Accel-Buffering": "no"})

    def _mine(self, request: Request) -> Feed:
        return Within(self._feed, current_user(request).staff)

    async def _changes(self, request: Request, since: int) -> AsyncIterator[ServerSentEvent]:
        board, feed = Board(since), self._mine(request)
        ends = asyncio.get_running_loop().time() + STREAM_S
        async with feed.bell() as bell:
            while asyncio.get_running_loop().time() < ends:
                bell.clear()
                now = wall_ms()
                for kind, content in board.changes(feed, now):
                    yield _event(self.environment, request, kind, content, now)
                yield ServerSentEvent(str(now), event="tick", id=str(now))
                try:
                    await asyncio.wait_for(bell.wait(), LOOK_S)
                    await asyncio.sleep(GATHER_S)
                except TimeoutError:
                    pass


class Board:
    """What one reader has been shown, and what is new to it. `since` (ms): the time of the page it started from."""

    def __init__(self, since: int) -> None:
        self._since = since
        self._shown: dict[str, Card] = {}
        self._summary: Summary | None = None
        self._first = True

    def changes(self, feed: Feed, now: int) -> list[tuple[str, Any]]:
        """New cards, nodes gone, a new summary; empty where nothing changed."""
        news = {one.node: one for one in feed.news()}
        cards = {node: card(one, now) for node, one in news.items()}
        if self._first:
            # What is older than the page is on it already.
            old = (one for one in news.values() if max(one.state_at or 0, one.link_at or 0) < self._since)
            self._shown = {one.node: card(one, self._since) for one in old}
            self._first = False
        found: list[tuple[str, Any]] = [("card", new) for node, new in cards.items() if self._shown.get(node) != new]
        found += [("gone", node) for node in self._shown if node not in cards]
        counted = summary(list(cards.values()))
        if counted != self._summary:
            found.append(("summary", counted))
        self._shown, self._summary = cards, counted
        return found


def _event(environment: Environment, request: Request, kind: str, content: Any, now: int) -> ServerSentEvent:
    if isinstance(content, Card):
        template = environment.get_template("live/card.html")
        html = template.render(request=request, card=content, now=now, **_words())
        content = {"node": content.node, "html": html}
    return ServerSentEvent(msgspec.json.encode(content).decode(), event=kind)


def _words() -> dict[str, Any]:
    return {
        "said": said,
        "duration": shown.duration,
        "coarse": shown.coarse,
        "moment": shown.moment,
        "since": shown.since,
        "long_wait_s": LONG_WAIT_S,
        "status_words": dict(codes.COUNTER),
        "health_words": dict(codes.HEALTH),
        "alarm_words": dict(codes.ALARM),
        "emergency_words": dict(codes.EMERGENCY),
        "warning_words": dict(codes.WARNING),
    }
