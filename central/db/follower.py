"""How far each part of the centre that follows what halls send has come: one row a part."""

from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from central.db.tables import Cursor


class Follower(NamedTuple):
    """A part by its name; its cursor is the id of the last event it has followed, 0 before the first."""

    name: str

    def lock(self, connection: Connection) -> int:
        """The cursor, held until the end of the transaction; made where it is not there yet."""
        value = connection.scalar(select(Cursor.value).where(Cursor.name == self.name).with_for_update())
        if value is None:
            connection.execute(insert(Cursor).values(name=self.name, value=0))
            return 0
        return value

    def read(self, connection: Connection) -> int:
        """The cursor as it stands now; it may move."""
        return connection.scalar(select(Cursor.value).where(Cursor.name == self.name)) or 0

    def move(self, connection: Connection, value: int) -> None:
        """In the transaction of what was done with the events."""
        connection.execute(update(Cursor).where(Cursor.name == self.name).values(value=value))
