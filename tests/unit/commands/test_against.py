"""`edge verify --against`: the same events are compared, and an epoch ended as a copy is said in words."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from edge.hall import commands as c
from edge.journal import Reader
from hallkeeper import against
from tests.line import line, settings, ticket

DAY = "2026-11-22"


class Centre:
    """What it answers, look by look; the last one again and again."""

    def __init__(self, *looks: dict[str, Any]) -> None:
        self._looks = list(looks)

    def asked(self, _centre: str, _hall: str, _day: str) -> dict[str, Any]:
        return {"bench-1": self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def reader(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """Of a journal with three tickets, and one more in a second epoch the centre wanted."""
    monkeypatch.setattr(against, "PAUSE_S", 0)
    with line(path) as engine:
        for _ in range(3):
            engine.submit(ticket()).result(60)
        engine.begin_epoch(engine.journal.epoch, "the centre: an old image", {}, {}).result(60)
        engine.submit(ticket()).result(60)
    made = Reader(path)
    yield made
    made.close()


def held(reader: Reader, taken: int, short: int = 0, more: int = 0, waiting: int = 0) -> dict[str, Any]:
    """The centre with so many tickets: `short` events of the newest epoch have not come, `waiting` more are not in the
    figures; of the first epoch it has `more`."""
    first, last = reader.all_streams()
    acked = last.last - short
    hash_ = reader.hash_at(last.end - short)
    assert hash_ is not None
    streams = {
        first.epoch: {"acked": first.last + more, "hash": "00" if more else first.last_hash.hex()},
        last.epoch: {"acked": acked, "hash": hash_.hex(), "folded": acked - waiting},
    }
    figures = dict.fromkeys(against.FIGURES, 0) | {"taken": taken, "open": taken, "rated": {}}
    return {"streams": streams, "services": {"deposit": figures}}


def compared(monkeypatch: pytest.MonkeyPatch, reader: Reader, *looks: dict[str, Any]) -> tuple[bool, str]:
    monkeypatch.setattr(against, "_asked", Centre(*looks).asked)
    said = io.StringIO()
    same = against.compare(settings(), reader, "http://centre", Console(file=said, width=400))
    return same, said.getvalue()


def test_the_same_on_both_sides(monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    same, said = compared(monkeypatch, reader, held(reader, 4))
    assert same and "0 differences" in said


def test_events_stored_and_not_in_the_figures_yet_are_no_difference(
    monkeypatch: pytest.MonkeyPatch, reader: Reader
) -> None:
    same, said = compared(monkeypatch, reader, held(reader, 3, waiting=1))
    assert same and "0 differences" in said


def test_what_was_the_same_once_is_not_different_since_more_has_come(
    monkeypatch: pytest.MonkeyPatch, reader: Reader
) -> None:
    same, said = compared(monkeypatch, reader, held(reader, 3, short=1), held(reader, 4, short=1))
    assert not same and "1 events of the journal have not reached the centre yet" in said and "0 differences" in said


def test_a_difference_that_stays_is_one(monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    same, said = compared(monkeypatch, reader, held(reader, 5))
    assert not same and "deposit taken" in said and "2 differences" in said


def test_a_ticket_rated_twice_at_one_service_counts_twice(tmp_path: Path) -> None:
    """Its journey came back there; each stage has a rating of its own, as at the centre."""
    path = tmp_path / "journey.db"
    with line(path) as engine:
        for command in (ticket(), c.LogIn("1", "clerk"), *served(then=("loan", "deposit")), *served(), *served()):
            engine.submit(command).result(60)
    reader = Reader(path)
    _, counts = against.counted(reader.replay())
    reader.close()
    assert {service: found["rated"] for service, found in counts.items()} == {"deposit": {"5": 2}, "loan": {"5": 1}}
    assert (counts["deposit"]["served"], counts["loan"]["served"]) == (2, 1)


def served(then: tuple[str, ...] = ()) -> tuple[c.Command, ...]:
    return c.CallNext("1"), c.Start("1"), c.Finish("1", then=then), c.RateTicket(5, "counter:1", counter="1")


def test_an_epoch_that_was_ended_as_a_copy_is_said_in_words(monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    same, said = compared(monkeypatch, reader, held(reader, 90, more=240))
    assert same and "0 differences" in said
    assert "was ended as a copy: the centre holds 240 events more of it" in said
