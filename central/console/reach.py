"""What of the halls somebody may see on the console: the one place where lists, pages and the board are limited.

Booking pages ask for a right in a hall besides (booking/page.py). Who works for all halls (`Staff.halls` empty) sees
everything.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from central.board import News
from central.console.feed import Feed
from central.db.tables import Base, Hall, Node, Stream
from central.people.scope import Staff, allowed


def halls(session: Session, staff: Staff) -> list[Hall]:
    """By id."""
    return [hall for hall in session.scalars(select(Hall).order_by(Hall.id)) if allowed(staff.halls, hall.id)]


def of_rows(staff: Staff, table: type[Base]) -> Sequence[ColumnElement[bool]]:
    """Conditions on rows that belong to a hall, a node or an epoch; what belongs to none is for who sees all halls.

    Raises TypeError for a table that belongs to none of them: it has to be thought of here first.
    """
    columns: Any = table.__table__.columns
    mine = select(Node.id).where(Node.hall.in_(staff.halls))
    if "hall" in columns:
        limit = columns.hall.in_(staff.halls)
    elif "node" in columns:
        limit = columns.node.in_(mine)
    elif "stream" in columns:
        limit = columns.stream.in_(select(Stream.id).where(Stream.node.in_(mine)))
    else:
        raise TypeError(f"{table.__name__} tells no hall, node or epoch")
    return (limit,) if staff.halls else ()


class Within:
    """The live picture as somebody may see it."""

    def __init__(self, feed: Feed, staff: Staff) -> None:
        self._feed, self._staff = feed, staff

    def news(self) -> Sequence[News]:
        """Of the nodes of his halls."""
        return [one for one in self._feed.news() if allowed(self._staff.halls, one.hall)]

    def bell(self) -> AbstractAsyncContextManager[Any]:
        """Rings for any node; who hears it looks at his own."""
        return self._feed.bell()
