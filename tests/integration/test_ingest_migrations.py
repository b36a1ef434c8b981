"""The sum of the migrations is the tables, on both databases; a database that is not there yet is refused."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

from central.db import migrate
from central.db.engine import engine, writing
from central.db.tables import Base, User
from central.errors import StorageError
from central.ingest.projector import Projector
from central.people.roles import BUNDLES
from tests.centre import CentreBench
from tests.fakenode import FakeNode, day

LATER = [
    "booking",
    "slot_at",
    "arrival",
    "verified",
    "assurance",
    "acceptance",
    "notices",
    "result",
    "moves",
    "suspends",
    "overruns",
    "stage",
    "turns",
    "chosen",
]
"""Columns of the revisions after the token's."""
FIRST = {
    "halls", "nodes", "generations", "verdicts", "streams", "events", "holes", "refusals", "dead_letters", "forks",
    "cursors", "presence", "users", "directives", "hall_facts", "tickets", "counters", "catalogues", "day_sheets",
    "devices", "device_faults", "slips",
}  # fmt: skip
"""Tables of the first revision."""


def test_migrations_make_exactly_the_tables(database_url: str) -> None:
    database = engine(database_url)
    try:
        assert migrate.upgrade(database) == migrate.head() == migrate.current(database)
        assert migrate.differences(database) == []
        migrate.require(database)
        migrate.upgrade(database)  # again: nothing to do
        with database.begin() as connection:
            connection.execute(text("ALTER TABLE users ADD COLUMN forgotten INTEGER"))
        assert migrate.differences(database), "a column no migration made is noticed"
    finally:
        database.dispose()


def test_slips_that_were_there_before_are_found_by_their_token(centre: CentreBench) -> None:
    node = centre.enrol(FakeNode("bank"))
    node.record(*day(12))
    node.append(b'{"seq":99,"boot":"b","mono_ms":1,"at":1,"synced":true,"type":"TicketIssued","v":1,"data":{"n":"x"}}')
    centre.say(*node.batches())
    rows = centre.rows("tickets")
    assert len(rows) == 12 and len({bytes(row["token"]) for row in rows}) == 12
    with writing(centre.database).begin() as connection:
        connection.execute(text("DROP INDEX ix_tickets_token"))
        connection.execute(text("DROP INDEX ix_verdicts_at"))
        for column in ("token", *LATER):
            connection.execute(text(f"ALTER TABLE tickets DROP COLUMN {column}"))
        connection.execute(text("ALTER TABLE day_sheets DROP COLUMN suspended"))
        connection.execute(text("DROP INDEX ix_users_oidc_subject"))
        for column in ("roles", "halls", "display_name", "post", "oidc_subject"):
            connection.execute(text(f"ALTER TABLE users DROP COLUMN {column}"))
        connection.execute(text("ALTER TABLE users ADD COLUMN role VARCHAR NOT NULL DEFAULT 'viewer'"))
        user = "INSERT INTO users (name, password_hash, role, active, created_at) VALUES ('{0}', '', '{0}', true, 0)"
        for role in ("admin", "office", "viewer"):
            connection.execute(text(user.format(role)))
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in FIRST:
                connection.execute(text(f"DROP TABLE {table.name}"))
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP FUNCTION audit_guard"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    migrate.upgrade(centre.database)
    assert [row["token"] for row in centre.rows("tickets")] == [row["token"] for row in rows]
    assert migrate.differences(centre.database) == []
    with centre.database.connect() as connection:
        found = {name: tuple(roles) for name, roles in connection.execute(select(User.name, User.roles))}
    assert found == BUNDLES, "who could do everything, give orders, or only look, still can"
    Projector(centre.database).rebuild()
    assert centre.rows("tickets") == rows, "what the migration cannot know, a rebuild does"


def test_an_empty_database_is_refused_with_what_to_do(database_url: str) -> None:
    database = engine(database_url)
    try:
        with pytest.raises(StorageError, match="central migrate"):
            migrate.require(database)
    finally:
        database.dispose()


def test_a_database_that_is_away_is_said(tmp_path: Path) -> None:
    database = engine("postgresql://nobody@127.0.0.1:9/none")
    with pytest.raises(StorageError, match=r"database\.url"):
        migrate.require(database)


def test_sqlite_keeps_a_commit_through_a_power_cut(tmp_path: Path) -> None:
    database = engine(f"sqlite:///{tmp_path}/sub/centre.db")
    try:
        with database.connect() as connection:
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
            assert connection.scalar(text("PRAGMA synchronous")) == 2, "FULL"
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    finally:
        database.dispose()
