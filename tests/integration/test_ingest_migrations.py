"""The sum of the migrations is the tables, on both databases; a database that is not there yet is refused."""

from pathlib import Path

import pytest
from sqlalchemy import text

from central.db import migrate
from central.db.engine import engine
from central.errors import StorageError


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
