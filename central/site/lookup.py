"""Finds the ticket of a slip, by the hash of its secret, and what there is to say of it now."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, select

from central.board import News, card
from central.db.tables import CatalogueRow, Hall, StoredEvent, Stream, TicketRow
from central.site import place
from central.site.wishes import MOVE_TTL_S, newest
from central.slip_token import hashed
from contract.catalogue import Rules
from contract.messages import StateReport

KNOWN_MS = 4 * 86_400_000
"""How long after its issue a slip is known here; rating is over before (`rules.rating_token_days`)."""
LATE_MS = 90_000
"""Events of a hall that is online are on their way for a moment; older than this they are late."""

RATING_MS = Rules().rating_token_days * 86_400_000
MOVES = Rules().move_backs_max
"""As the published rule has them; a hall with other rules answers by itself."""

Text = Mapping[str, str]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket, without anything about a person. Times in ms."""

    hall: Text
    timezone: str
    number: str
    service: Text
    status: str
    counter: Text | None
    issued_at: int | None
    """None where the hall's clock was not set yet."""
    promised: tuple[int, int] | None
    """The wait as printed: seconds, half and nine tenths of the customers."""
    ahead: int | None
    """About how many are called before it; None unless it waits and the centre can know."""
    offline: bool
    known_at: int | None
    """Given when the news are old: when they were true, as far as that is known."""
    level: int | None = None
    """The rating the hall has recorded, or the one on its way there."""
    may_rate: bool = False
    moves: int = 0
    may_move: bool = False
    move: str | None = None
    """The last wish to be called later: "asked", "done", or what the hall said instead."""


def find(engine: Engine, news: Mapping[str, News], hall: str, token: str, now: int) -> Seen | None:
    """None for a slip nobody knows, of another hall, or too old. `news`: by node."""
    query = (
        select(*TicketRow.__table__.columns, Hall.name.label("hall_name"), Hall.timezone)
        .join(Hall, Hall.id == TicketRow.hall)
        .where(TicketRow.token == hashed(token))
    )
    with engine.connect() as connection:
        row = connection.execute(query).first()
        if row is None or row.hall != hall or row.issued_at is None or now - row.issued_at > KNOWN_MS:
            return None
        offline, known_at = _age(connection, news.get(row.node), now)
        offered = connection.scalar(select(CatalogueRow.catalogue).where(CatalogueRow.node == row.node)) or {}
        rating, move = newest(connection, token, "rating"), newest(connection, token, "move_back")
        level = row.level if row.level is not None else rating[0] if rating else None
        return Seen(
            level=level,
            may_rate=row.status == "done" and level is None and now - (row.ended_at or now) <= RATING_MS,
            moves=row.moves,
            may_move=row.status == "waiting" and not offline and row.moves < MOVES and _settled(move, now),
            move=None if move is None or row.status != "waiting" else move[2] or "asked",
            hall=row.hall_name,
            timezone=row.timezone,
            number=row.number,
            service=_name(offered.get("services", ()), row.service),
            status=row.status,
            counter=_name(offered.get("counters", ()), row.counter) if row.counter else None,
            issued_at=None if row.unsynced else row.issued_at,
            promised=(row.promised_p50_s, row.promised_p90_s) if row.promised_p50_s is not None else None,
            ahead=place.ahead(connection, row, now) if row.status == "waiting" else None,
            offline=offline,
            known_at=known_at,
        )


def _settled(move: tuple[int | None, int, str | None] | None, now: int) -> bool:
    """Whether the last wish to be called later has been answered, or has run out."""
    return move is None or move[2] is not None or now - move[1] >= MOVE_TTL_S * 1000


def _name(offered: Sequence[Mapping[str, Any]], wanted: str) -> Text:
    """Its name, or its id where it is not on offer any more."""
    return next((one["name"] for one in offered if one["id"] == wanted), {"": wanted})


def _age(connection: Connection, news: News | None, now: int) -> tuple[bool, int | None]:
    """Whether the hall is out of reach, and since when its tickets are not known; (False, None) when all is fresh."""
    if news is None:
        return True, None
    shown = card(news, now)
    offline = shown.link != "online"
    late_at = _late(connection, news.node, news.state) if news.state is not None else None
    if late_at is not None and (offline or now - late_at > LATE_MS):
        return offline, late_at
    return offline, shown.news_at if offline else None


def _late(connection: Connection, node: str, state: StateReport) -> int | None:
    """When the newest stored event happened, where the hall has reported more than is stored."""
    stream = connection.execute(
        select(Stream.id, Stream.acked).where(Stream.node == node, Stream.epoch == state.epoch)
    ).first()
    if stream is None or stream.acked >= state.seq:
        return None
    return connection.scalar(
        select(StoredEvent.at).where(StoredEvent.stream == stream.id, StoredEvent.seq == stream.acked)
    )
