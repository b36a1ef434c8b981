"""Bringing a database to the shape this version needs, and telling whether it is there."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from central.db.engine import writing
from central.db.tables import Base
from central.errors import StorageError


def upgrade(engine: Engine) -> str:
    """Applies every missing migration, each in a transaction of its own; gives the revision reached."""
    with writing(engine).connect() as connection:
        command.upgrade(_config(connection), "head")
        connection.commit()
    return head()


def head() -> str:
    """The revision this version of the software needs."""
    revision = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert revision is not None
    return revision


def current(engine: Engine) -> str | None:
    """The revision the database has; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require(engine: Engine) -> None:
    """Raises StorageError where the database is not at `head()`."""
    try:
        found = current(engine)
    except OperationalError as error:
        raise StorageError(f"the database cannot be reached; look at database.url: {error.orig}") from error
    if found != head():
        raise StorageError(
            f"the database is at revision {found or 'none'}, this version needs {head()}: "
            "run `hallkeeper central migrate`"
        )


def differences(engine: Engine) -> list[object]:
    """What Alembic would still change to make the database equal to the tables; empty when they agree."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
