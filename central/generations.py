"""The lives of the centre: a new generation whenever it finds itself behind what nodes have already seen."""

import secrets

from sqlalchemy import Connection, delete, insert, select

from central.db.tables import Generation, Node, Unreconciled


def current(connection: Connection, at: int) -> str:
    """The running generation; the first one is begun here."""
    found = newest(connection)
    return found if found is not None else begin(connection, at, "the centre's first start")


def newest(connection: Connection) -> str | None:
    """None before the first start."""
    return connection.scalar(select(Generation.id).order_by(Generation.ordinal.desc()).limit(1))


def begin(connection: Connection, at: int, reason: str) -> str:
    """Every node that hears of it says hello again; directives start anew with a snapshot.

    Until a hall that was here before has told its roster, none of its places is sold (booking/reconciling.py).
    """
    made = f"g{at:x}-{secrets.token_hex(6)}"
    connection.execute(insert(Generation).values(id=made, began_at=at, reason=reason))
    connection.execute(delete(Unreconciled))
    spoke = select(Node.hall).where(Node.active, Node.hello_at.is_not(None)).distinct()
    halls = connection.scalars(spoke.order_by(Node.hall)).all()
    if halls:
        rows = [{"hall": hall, "generation": made, "since": at, "parts": []} for hall in halls]
        connection.execute(insert(Unreconciled), rows)
    return made


def known(connection: Connection, generation: str) -> bool:
    return connection.scalar(select(Generation.ordinal).where(Generation.id == generation)) is not None
