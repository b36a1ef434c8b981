"""The live picture of all halls, in memory: what each node said last, and a bell for whoever shows it.

Changes come from the ingest thread after their commit; pages read in the event loop. `after` is pure.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from sqlalchemy import Engine, exists, select

from central.board import News, doubtful
from central.db.tables import Hall, Node, Presence, Quarantine, VerdictRow
from central.ingest import copies
from contract.messages import StateReport


class LinkChanged(msgspec.Struct, frozen=True):
    node: str
    online: bool
    at: int


class StateArrived(msgspec.Struct, frozen=True):
    node: str
    state: StateReport
    at: int


class Judged(msgspec.Struct, frozen=True):
    """The newest verdict of who goes by the name, and whether a copy stands aside now."""

    node: str
    verdict: str | None
    reason: str = ""
    at: int = 0
    aside: bool = False


Change = LinkChanged | StateArrived | Judged


def after(news: News, change: Change) -> News:
    """PURE: the news of one node after one change."""
    match change:
        case LinkChanged(online=online, at=at):
            return msgspec.structs.replace(news, online=online, link_at=at)
        case StateArrived(state=state, at=at):
            return msgspec.structs.replace(news, state=state, state_at=at)
        case Judged(verdict=verdict, reason=reason, at=at, aside=aside):
            doubt_at = at if doubtful(reason) else None
            return msgspec.structs.replace(news, verdict=verdict, doubt_at=doubt_at, aside=aside)


def read(engine: Engine) -> list[News]:
    """The news of every active node as the database has them."""
    said = (VerdictRow.node, VerdictRow.verdict, VerdictRow.reason, VerdictRow.at)
    verdicts = select(*said).where(VerdictRow.id.in_(copies.spoken())).subquery()
    aside = exists().where(Quarantine.node == Node.id, Quarantine.ended_at.is_(None)).label("aside")
    query = (
        select(*_COLUMNS, verdicts.c.verdict, verdicts.c.reason, verdicts.c.at, aside)
        .select_from(Node)
        .join(Hall, Hall.id == Node.hall)
        .outerjoin(Presence, Presence.node == Node.id)
        .outerjoin(verdicts, verdicts.c.node == Node.id)
        .where(Node.active)
        .order_by(Hall.id, Node.id)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return [_news(row) for row in rows]


_COLUMNS = (
    Node.id.label("node"),
    Hall.id.label("hall"),
    Hall.name.label("name"),
    Hall.timezone.label("timezone"),
    Presence.online,
    Presence.link_at,
    Presence.state,
    Presence.state_at,
)
_STATE = msgspec.json.Decoder(StateReport)


def _news(row: Any) -> News:
    return News(
        node=row.node,
        hall=row.hall,
        name=row.name,
        timezone=row.timezone,
        online=bool(row.online),
        link_at=row.link_at,
        state=_STATE.decode(row.state) if row.state else None,
        state_at=row.state_at,
        verdict=row.verdict,
        doubt_at=row.at if doubtful(row.reason or "") else None,
        aside=bool(row.aside),
    )


class Live:
    """Any thread calls `load` and `change`; `news` and `snapshot` never wait for the database."""

    def __init__(self) -> None:
        self._news: dict[str, News] = {}
        self._guard = threading.Lock()
        self._bells: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}

    def load(self, news: Iterable[News]) -> None:
        """What the database knows; at the start, and when a node or hall was enrolled."""
        with self._guard:
            self._news = {one.node: one for one in news}
        self._ring()

    def change(self, changes: Iterable[Change]) -> bool:
        """Folds in what was committed. False when a node is not known here yet: `load` again then."""
        known = True
        with self._guard:
            for change in changes:
                if change.node in self._news:
                    self._news[change.node] = after(self._news[change.node], change)
                else:
                    known = False
        self._ring()
        return known

    def news(self) -> list[News]:
        """The newest of every enrolled node, by hall."""
        with self._guard:
            return sorted(self._news.values(), key=lambda one: (one.hall, one.node))

    def snapshot(self) -> dict[str, News]:
        """The same by node."""
        with self._guard:
            return dict(self._news)

    @asynccontextmanager
    async def bell(self) -> AsyncIterator[asyncio.Event]:
        """An event that is set whenever some node's news changed; the listener clears it."""
        event = asyncio.Event()
        with self._guard:
            self._bells[event] = asyncio.get_running_loop()
        try:
            yield event
        finally:
            with self._guard:
                self._bells.pop(event, None)

    async def subscribe(self) -> AsyncIterator[News]:
        """Everything known now, then each node's news as they change; a slow listener gets only the newest."""
        shown: dict[str, News] = {}
        async with self.bell() as event:
            while True:
                event.clear()
                for node, news in self.snapshot().items():
                    if shown.get(node) is not news:
                        shown[node] = news
                        yield news
                await event.wait()

    def _ring(self) -> None:
        with self._guard:
            bells = list(self._bells.items())
        for event, loop in bells:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)
