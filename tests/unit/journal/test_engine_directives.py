"""What the centre tells a hall: once, in order, with its cursor, and answered."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contract.catalogue import Rules
from contract.directives import Directive
from contract.events import DirectiveAnswered, DirectiveTaken, HallSuspended, RulesChanged
from edge.engine import Engine
from edge.errors import Refused
from edge.journal import Cursor
from tests.line import line, ticket


def directive(seq: int, type_: str, data: Any = None, *, id_: str = "", ttl_s: int | None = None) -> Directive:
    kind = "command" if type_.startswith("Hall") else "fact"
    raw = msgspec.Raw(msgspec.json.encode({} if data is None else data))
    return Directive(seq, id_ or f"id-{seq}", kind, ttl_s, type_, raw)  # type: ignore[arg-type]


BEGIN, END = directive(1, "SnapshotBegun"), directive(2, "SnapshotEnded")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with line(tmp_path / "journal.db") as running:
        yield running


def take(engine: Engine, *directives: Directive, generation: str = "g1") -> Cursor:
    return engine.take(generation, directives).result(20)


def happened(engine: Engine, kind: type) -> list[Any]:
    return [record.event for record in engine.journal.replay() if isinstance(record.event, kind)]


def test_a_command_is_taken_carried_out_and_answered_in_one_transaction(engine: Engine) -> None:
    seq = engine.journal.head[0]
    cursor = take(engine, BEGIN, END, directive(3, "HallSuspended", {"reason": "fire drill"}, ttl_s=60))
    assert cursor == Cursor("g1", 3) == engine.journal.directive_cursor
    assert happened(engine, HallSuspended) == [HallSuspended("fire drill", "centre")]
    assert happened(engine, DirectiveAnswered) == [DirectiveAnswered("id-3", "done", "")]
    assert [each.type for each in happened(engine, DirectiveTaken)] == [
        "SnapshotBegun",
        "SnapshotEnded",
        "HallSuspended",
    ]
    assert engine.journal.head[0] == seq + 5
    with pytest.raises(Refused):
        engine.submit(ticket()).result(20)


@pytest.mark.fault("F29")
def test_a_directive_delivered_twice_has_one_effect(engine: Engine) -> None:
    suspend = directive(3, "HallSuspended", {"reason": "drill"})
    take(engine, BEGIN, END, suspend)
    assert take(engine, BEGIN, END, suspend) == Cursor("g1", 3)
    again = directive(4, "HallSuspended", {"reason": "drill"}, id_="id-3")
    assert take(engine, again) == Cursor("g1", 4), "the cursor moves on"
    assert len(happened(engine, HallSuspended)) == 1
    assert len(happened(engine, DirectiveTaken)) == 3


def test_the_same_id_in_another_generation_has_no_second_effect(engine: Engine) -> None:
    suspend = directive(3, "HallSuspended", {"reason": "drill"})
    take(engine, BEGIN, END, suspend)
    renewed = [directive(1, "SnapshotBegun", id_="n1"), directive(2, "HallSuspended", {"reason": "drill"}, id_="id-3")]
    assert take(engine, *renewed, generation="g2") == Cursor("g2", 2)
    assert len(happened(engine, HallSuspended)) == 1


def test_a_gap_waits_for_what_is_missing(engine: Engine) -> None:
    assert take(engine, BEGIN, directive(3, "HallSuspended", {"reason": "x"})) == Cursor("g1", 1)
    assert happened(engine, HallSuspended) == []
    assert take(engine, END, generation="g2") == Cursor("g1", 1), "a generation begins at its first directive"


@pytest.mark.fault("F30")
@pytest.mark.parametrize("ttl_s", [0, -5])
def test_a_command_that_came_too_late_is_answered_and_not_carried_out(engine: Engine, ttl_s: int) -> None:
    take(engine, BEGIN, directive(2, "HallSuspended", {"reason": "x"}, ttl_s=ttl_s))
    assert happened(engine, HallSuspended) == []
    assert happened(engine, DirectiveAnswered)[0].outcome == "expired"


def test_facts_never_expire(engine: Engine) -> None:
    take(engine, BEGIN, directive(2, "RulesChanged", {"rules": {"rings": 7}}, ttl_s=0))
    assert happened(engine, RulesChanged)[-1] == RulesChanged(Rules(rings=7))


@pytest.mark.parametrize(
    ("sent", "outcome", "says"),
    [
        (directive(2, "HallTurnedUpsideDown"), "unsupported", "HallTurnedUpsideDown"),
        (directive(2, "HallSuspended", {"reason": 5}), "refused", "reason"),
        (directive(2, "HallSuspended", {}), "refused", "reason"),
        (directive(2, "HallSuspended", [1]), "refused", "JSON object"),
        (directive(2, "HallSuspended", {"reason": " "}), "refused", "reason"),
        (directive(2, "HallResumed"), "refused", "not suspended"),
        (directive(2, "RulesChanged", {"rules": {"rings": 9999}}), "refused", "rings"),
        (directive(2, "NoticeAdded", {"id": "n", "text": {"en": "x" * 17_000}, "until": 1}), "refused", "16384"),
        (directive(2, "HallSuspended", {"reason": "x"}, id_="i" * 4_000), "done", ""),
    ],
)
def test_what_cannot_be_done_is_answered_and_the_stream_goes_on(
    engine: Engine, sent: Directive, outcome: str, says: str
) -> None:
    after = directive(3, "NoticeAdded", {"id": "n", "text": {"en": "Hello"}, "until": 1})
    assert take(engine, BEGIN, sent, after) == Cursor("g1", 3)
    (answer,) = happened(engine, DirectiveAnswered)
    assert answer.outcome == outcome and says in answer.detail
    assert len(happened(engine, DirectiveTaken)) == 3


def test_bytes_that_are_no_json_are_answered(engine: Engine) -> None:
    broken = msgspec.structs.replace(directive(2, "HallSuspended"), data=msgspec.Raw(b'{"reason": \xff'))
    take(engine, BEGIN, broken)
    assert happened(engine, DirectiveAnswered)[0].outcome == "refused"


def test_the_file_does_not_undo_at_the_next_start_what_the_centre_changed(tmp_path: Path) -> None:
    with line(tmp_path / "journal.db") as engine:
        take(engine, BEGIN, directive(2, "RulesChanged", {"rules": {"rings": 7}}))
    with line(tmp_path / "journal.db", boot="later") as engine:
        assert engine.ask(lambda state: state.rules.rings).result(20) == 7
        assert engine.journal.directive_cursor == Cursor("g1", 2)
        take(engine, directive(2, "RulesChanged", {"rules": {"rings": 8}}), directive(3, "SnapshotEnded"))
        assert engine.ask(lambda state: state.rules.rings).result(20) == 7
