"""What a person must look at: bookings with a flag, shares of halls nobody can prove, halls that sell nothing."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from central.booking import shares
from central.booking.flagged import unseen
from central.db.tables import Booking, Grant, Node, Slot, Unreconciled


class Frozen(msgspec.Struct, frozen=True):
    """A share whose node began a new epoch or generation. `left`: places nobody has accounted for."""

    grant: Row[Any]
    slot: Row[Any]
    left: int


class Ended(msgspec.Struct, frozen=True):
    """The shares a node had in an epoch that is over: the hall is asked once for all of them."""

    hall: str
    node: str
    epoch: str
    shares: Sequence[Frozen]

    @property
    def left(self) -> int:
        return sum(one.left for one in self.shares)


class Silent(msgspec.Struct, frozen=True):
    """A hall that sells nothing until its nodes have told their rosters. `nodes`: all of them; `parts`: what came."""

    hall: str
    since: int
    nodes: Sequence[str]
    parts: Sequence[str]


class Odd(msgspec.Struct, frozen=True):
    """Everything to look at."""

    flagged: Sequence[Row[Any]]
    ended: Sequence[Ended]
    silent: Sequence[Silent]

    @property
    def count(self) -> int:
        return len(self.flagged) + len(self.ended) + len(self.silent)


def odd(session: Session, halls: Sequence[str]) -> Odd:
    """In these halls."""
    flagged = session.execute(
        select(*Booking.__table__.columns)
        .where(*unseen(), Booking.hall.in_(halls))
        .order_by(Booking.starts_at, Booking.id)
    ).all()
    silent = session.execute(select(*Unreconciled.__table__.columns).where(Unreconciled.hall.in_(halls))).all()
    return Odd(flagged, _ended(session, halls), [_silent(session, row) for row in silent])


def _ended(session: Session, halls: Sequence[str]) -> list[Ended]:
    """Those with the earliest slot first."""
    found: dict[tuple[str, str, str], list[Frozen]] = {}
    for one in _frozen(session, halls):
        found.setdefault((one.slot.hall, one.grant.node, one.grant.epoch), []).append(one)
    return [Ended(*key, shares) for key, shares in found.items()]


def _frozen(session: Session, halls: Sequence[str]) -> list[Frozen]:
    grants = session.execute(select(*Grant.__table__.columns).where(Grant.state == "frozen")).all()
    query = select(*Slot.__table__.columns).where(Slot.id.in_([one.slot for one in grants]), Slot.hall.in_(halls))
    slots = {row.id: row for row in session.execute(query)}
    found = [Frozen(one, slots[one.slot], shares.left(one)) for one in grants if one.slot in slots]
    return sorted((one for one in found if one.left), key=lambda one: one.slot.starts_at)


def _silent(session: Session, row: Row[Any]) -> Silent:
    nodes = session.scalars(select(Node.id).where(Node.hall == row.hall, Node.active).order_by(Node.id)).all()
    return Silent(row.hall, row.since, nodes, [str(part) for part in row.parts])
