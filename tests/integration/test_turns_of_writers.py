"""Writers of one SQLite database in one process take turns, and none sleeps while another goes before it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from central.db.engine import engine, writing

ADD = text("INSERT INTO lines (n) VALUES (:n)")
COUNT = text("SELECT count(*) FROM lines")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    made = engine(f"sqlite:///{tmp_path / 'lines.db'}")
    with writing(made).begin() as connection:
        connection.execute(text("CREATE TABLE lines (n INTEGER)"))
    yield made
    made.dispose()


def write(database: Engine, done: threading.Event) -> None:
    with writing(database).begin() as connection:
        connection.execute(ADD, {"n": 1})
    done.set()


def started(database: Engine) -> threading.Event:
    done = threading.Event()
    threading.Thread(target=write, args=(database, done), daemon=True).start()
    return done


def test_the_next_writer_goes_on_as_soon_as_the_first_has_committed(database: Engine) -> None:
    with writing(database).begin() as connection:
        connection.execute(ADD, {"n": 0})
        second = started(database)
        assert not second.wait(0.3), "two wrote at once"
        with database.connect() as reading:
            assert reading.scalar(COUNT) == 0, "readers wait for nobody, and see what is committed"
    assert second.wait(60)
    with database.connect() as reading:
        assert reading.scalar(COUNT) == 2


def test_a_writer_that_fails_gives_its_turn_up(database: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(database).begin() as connection:
        connection.execute(ADD, {"n": 0})
        raise ZeroDivisionError
    assert started(database).wait(60)


def test_so_does_one_whose_connection_is_lost(database: Engine) -> None:
    with writing(database).connect() as connection:
        connection.execute(ADD, {"n": 0})
        connection.invalidate()
        assert started(database).wait(60)


def test_one_connection_may_write_again_and_again(database: Engine) -> None:
    with writing(database).connect() as connection:
        for n in range(3):
            with connection.begin():
                connection.execute(ADD, {"n": n})
    assert started(database).wait(60)
