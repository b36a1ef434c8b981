"""What the centre tells a hall: once, in order, with its cursor, and answered."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contract.catalogue import Rules
from contract.directives import Directive
from contract.events import (
    DirectiveAnswered,
    DirectiveTaken,
    EmergencyDeclared,
    HallSuspended,
    NodeStarted,
    PlaceSold,
    RosterReported,
    RulesChanged,
    ShareReturned,
    TicketMovedBack,
    TicketRated,
)
from contract.wire import MAX_EVENT
from edge.clock import ManualClock
from edge.engine import Engine
from edge.errors import Refused
from edge.hall.commands import CallNext, Finish, LogIn, RateTicket, SellPlace
from edge.hall.state import State
from edge.journal import Cursor
from tests.line import NOON, line, ticket


def directive(seq: int, type_: str, data: Any = None, *, id_: str = "", ttl_s: int | None = None) -> Directive:
    kind = "command" if type_.startswith(("Hall", "Emergency", "MoveBack")) else "fact"
    raw = msgspec.Raw(msgspec.json.encode({} if data is None else data))
    return Directive(seq, id_ or f"id-{seq}", kind, ttl_s, type_, raw)  # type: ignore[arg-type]


BEGIN, END = directive(1, "SnapshotBegun"), directive(2, "SnapshotEnded")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with line(tmp_path / "journal.db") as running:
        yield running


def take(engine: Engine, *directives: Directive, generation: str = "g1") -> Cursor:
    return engine.take(generation, directives).result(60)


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
    assert engine.journal.head[0] == seq + 6, "with the report of the roster that a first contact brings"
    with pytest.raises(Refused):
        engine.submit(ticket()).result(60)


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
        assert engine.ask(lambda state: state.rules.rings).result(60) == 7
        assert engine.journal.directive_cursor == Cursor("g1", 2)
        take(engine, directive(2, "RulesChanged", {"rules": {"rings": 8}}), directive(3, "SnapshotEnded"))
        assert engine.ask(lambda state: state.rules.rings).result(60) == 7


# --- the hall's own share of places ----------------------------------------------------------


def granted(engine: Engine, seq: int, grant: str = "G1", n: int = 2, **change: Any) -> Directive:
    slot = {"slot": "s1", "day": "2026-11-23", "service": "deposit", "starts_at": NOON + 86_400_000}
    data = {"grant": grant, "node": "bench-1", "epoch": engine.journal.epoch, "ends_at": NOON + 88_200_000, "n": n}
    return directive(seq, "ShareGranted", slot | data | change, id_=f"{grant}-{seq}")


def sell(code: str = "ABCDEFGHJKLM", sealed: str = "A" * 88) -> SellPlace:
    return SellPlace(code, "deposit", "张*", "138****1234", "a" * 64, "b" * 64, sealed, "rita", True, "s1")


def grants(engine: Engine) -> dict[str, tuple[int, int, int, bool]]:
    """(sold, returned, left, closed) by id."""

    def look(state: State) -> dict[str, tuple[int, int, int, bool]]:
        return {id_: (each.sold, each.returned, each.left, each.closed) for id_, each in state.grants.items()}

    return engine.ask(look).result(60)


@pytest.mark.clause("S0-11")
def test_a_place_granted_is_sold_without_the_centre_and_survives_a_restart(tmp_path: Path) -> None:
    with line(tmp_path / "journal.db") as engine:
        take(engine, BEGIN, END, granted(engine, 3), granted(engine, 4, "FOREIGN", node="other"))
        assert happened(engine, NodeStarted)[-1].epoch == engine.journal.epoch
        engine.submit(sell(), key="k").result(60)
    with line(tmp_path / "journal.db", boot="later") as engine:
        assert grants(engine) == {"G1": (1, 0, 1, False)}
        again = engine.submit(sell("BCDEFGHJKLMN", "B" * 88), key="k").result(60)
        assert [each.event.code for each in again.events] == ["ABCDEFGHJKLM"], "code and seal are fresh each time"  # type: ignore[attr-defined]
        assert happened(engine, PlaceSold)[0].code == "ABCDEFGHJKLM"


def test_a_recall_is_answered_with_what_is_left_and_once_only(engine: Engine) -> None:
    take(engine, BEGIN, END, granted(engine, 3))
    engine.submit(sell()).result(60)
    recall = [directive(n, "ShareRecalled", {"grant": grant}) for n, grant in enumerate(("G1", "G1", "NONE"), 4)]
    take(engine, *recall)
    assert happened(engine, ShareReturned) == [ShareReturned("G1", 1, "centre")]
    answers = happened(engine, DirectiveAnswered)
    assert [each.outcome for each in answers] == ["done", "done", "done"]
    assert answers[0].detail == "" and "given back" in answers[1].detail and "NONE" in answers[2].detail


def test_a_restored_centre_is_told_the_whole_roster_in_parts_behind_its_snapshot(engine: Engine) -> None:
    slot = {"day": "2026-11-23", "service": "deposit", "starts_at": NOON + 86_400_000, "ends_at": NOON + 88_200_000}
    known = {"name": "欧阳**峰", "id_hmac": "c" * 64, "phone_hmac": "d" * 64}
    booked = [directive(n, "BookingAdded", {"code": f"K{n}", **slot, **known}) for n in range(2, 202)]
    take(engine, BEGIN, *booked, directive(202, "SnapshotEnded"), granted(engine, 203), granted(engine, 204, "LOST"))
    engine.submit(sell()).result(60)
    begun = directive(1, "SnapshotBegun", id_="again")
    take(engine, begun, generation="g2")
    with pytest.raises(Refused, match="telling anew"):
        engine.submit(sell("BCDEFGHJKLMN")).result(60)
    take(engine, granted(engine, 2), directive(3, "SnapshotEnded", id_="end"), generation="g2")
    parts = [each for each in happened(engine, RosterReported) if each.generation == "g2"]
    codes = [entry.code for part in parts for entry in part.entries]
    assert codes == [*(f"K{n}" for n in range(2, 202)), "ABCDEFGHJKLM"]
    assert {(each.generation, each.parts) for each in parts} == {("g2", len(parts))} and len(parts) > 3
    assert max(len(each.raw) for each in engine.journal.replay() if isinstance(each.event, RosterReported)) < MAX_EVENT
    assert grants(engine) == {"G1": (1, 0, 1, False), "LOST": (0, 0, 2, True)}
    assert engine.ask(lambda state: len(state.bookings)).result(60) == 201, "nothing is forgotten for a restored centre"
    take(engine, begun, generation="g2")
    assert len(happened(engine, RosterReported)) == 1 + len(parts), "told once, and once at first contact"


def served(engine: Engine) -> str:
    """The token of a ticket that was served to its end."""
    asked = ticket()
    engine.submit(asked).result(60)
    engine.submit(LogIn("1", "wang")).result(60)
    engine.submit(CallNext("1")).result(60)
    engine.submit(Finish("1")).result(60)
    return asked.token


def test_a_rating_given_at_the_centre_is_recorded_with_what_was_said(engine: Engine) -> None:
    token = served(engine)
    said = {"token": token, "level": 5, "tags": ["one-visit"], "comment": "thank you"}
    take(engine, BEGIN, directive(2, "RatingGiven", said), directive(3, "RatingGiven", said | {"level": 1}))
    (rated,) = happened(engine, TicketRated)
    assert (rated.level, rated.source, rated.tags, rated.comment) == (5, "centre", ("one-visit",), "thank you")
    answers = happened(engine, DirectiveAnswered)
    assert [each.outcome for each in answers] == ["done", "refused"]


def test_a_rating_that_comes_late_counts_all_the_same(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    with line(tmp_path / "journal.db", clock, rules={"rating_token_days": 0}) as engine:
        token = served(engine)
        clock.advance(3_600_000)
        with pytest.raises(Refused):
            engine.submit(RateTicket(4, "slip", token=token)).result(60)
        take(engine, BEGIN, directive(2, "RatingGiven", {"token": token, "level": 4}))
        assert [each.level for each in happened(engine, TicketRated)] == [4]


def test_a_customer_who_asks_the_centre_is_moved_back(engine: Engine) -> None:
    asked = ticket()
    for each in (asked, ticket()):
        engine.submit(each).result(60)
    take(engine, BEGIN, directive(2, "MoveBackAsked", {"token": asked.token}, ttl_s=60))
    (moved,) = happened(engine, TicketMovedBack)
    assert (moved.number, moved.by) == ("A000001", "centre")
    assert happened(engine, DirectiveAnswered) == [DirectiveAnswered("id-2", "done", "")]


def test_the_customer_who_cannot_be_moved_hears_by_which_rule(engine: Engine) -> None:
    asked = ticket()
    engine.submit(asked).result(60)
    take(engine, BEGIN, directive(2, "MoveBackAsked", {"token": asked.token}, ttl_s=60))
    (answer,) = happened(engine, DirectiveAnswered)
    assert answer.outcome == "refused" and answer.detail.startswith("nobody_behind: token: Nobody waits behind")


def test_an_emergency_of_the_centre_begins_and_ends(engine: Engine) -> None:
    declared = directive(2, "EmergencyDeclared", {"kind": "fire", "by": "office"}, ttl_s=60)
    take(engine, BEGIN, declared)
    assert engine.view.emergency == "fire"
    strange = directive(3, "EmergencyDeclared", {"kind": "flood", "by": "office"})
    take(engine, strange, directive(4, "EmergencyEnded", {"by": "office"}))
    assert engine.view.emergency is None
    assert happened(engine, EmergencyDeclared) == [EmergencyDeclared("fire", "office")]
    assert [each.outcome for each in happened(engine, DirectiveAnswered)] == ["done", "refused", "done"]


def test_the_node_says_its_name_when_it_starts(engine: Engine) -> None:
    assert [each.node for each in happened(engine, NodeStarted)] == ["bench-1"]
    assert engine.ask(lambda state: state.node).result(60) == "bench-1"
