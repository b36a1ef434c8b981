"""What somebody asks for on the page of a slip, sent down to its hall: a rating, or to be called later.

The hall decides and records it; what it recorded comes back with its events like everything else.
"""

from sqlalchemy import Connection, Engine, insert, select

from central.db.engine import writing
from central.db.tables import DirectiveRow, SlipWish
from central.ingest import orders
from central.slip_token import hashed
from contract import directives as d

BY = "slip"
MOVE_TTL_S = 120
"""A wish to be called later that comes later than this is not wished any more."""
REASONS = frozenset({"moved_too_often", "nobody_behind", "before_slot"})
"""Codes of the hall (edge/hall/decide_moves.py `why_not`) that its customer hears in words."""


class Wishes:
    """Called from any thread. Raises Unknown where the hall is gone, Invalid for words that are too long."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rate(self, hall: str, token: str, level: int, comment: str, at: int) -> bool:
        """False where this slip has been rated here already."""
        with writing(self._engine).begin() as connection:
            if newest(connection, token, "rating") is not None:
                return False
            id_ = orders.issue(connection, hall, d.RatingGiven(token, level, (), comment), by=BY, at=at)
            _keep(connection, id_, token, "rating", level, at)
        return True

    def move_back(self, hall: str, token: str, at: int) -> None:
        """A second wish while the first has no answer is the same wish."""
        with writing(self._engine).begin() as connection:
            before = newest(connection, token, "move_back")
            if before is not None and before[2] is None and at - before[1] < MOVE_TTL_S * 1000:
                return
            id_ = orders.issue(connection, hall, d.MoveBackAsked(token), by=BY, at=at, ttl_s=MOVE_TTL_S)
            _keep(connection, id_, token, "move_back", None, at)


def newest(connection: Connection, token: str, kind: str) -> tuple[int | None, int, str | None] | None:
    """(level, when asked in ms, what the hall said or None) of the last such wish of the slip.

    What it said: its outcome, or the code that a refusal begins with (edge/turn.py).
    """
    row = connection.execute(
        select(SlipWish.level, SlipWish.at, DirectiveRow.outcome, DirectiveRow.detail)
        .join(DirectiveRow, DirectiveRow.id == SlipWish.id, isouter=True)
        .where(SlipWish.token == hashed(token), SlipWish.kind == kind)
        .order_by(SlipWish.at.desc(), DirectiveRow.key.desc())
        .limit(1)
    ).first()
    return None if row is None else (row.level, row.at, _answer(row.outcome, row.detail))


def _answer(outcome: str | None, detail: str | None) -> str | None:
    code = (detail or "").partition(":")[0]
    return code if outcome == "refused" and code in REASONS else outcome


def _keep(connection: Connection, id_: str, token: str, kind: str, level: int | None, at: int) -> None:
    connection.execute(insert(SlipWish).values(id=id_, token=hashed(token), kind=kind, level=level, at=at))
