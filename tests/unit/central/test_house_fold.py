"""PURE folding: rules with their history, alarms and emergencies, chosen calls."""

from zoneinfo import ZoneInfo

import msgspec
import pytest

from central.ingest.projections.fold import fold
from central.ingest.projections.picture import Fact, Picture, Place, needs
from central.ingest.projections.rows import Moment
from contract import events as e
from contract.catalogue import Rules
from contract.events import Event
from tests.fakenode import NOON, customer

PLACE = Place("bank-1", "bank", ZoneInfo("Asia/Shanghai"))
T = "20261122-A001"


def facts(*steps: Event) -> list[Fact]:
    """Ten seconds apart."""
    moments = (Moment(NOON + n * 10_000, "b1", n * 10_000, True) for n in range(1, len(steps) + 1))
    return [Fact(PLACE, moment, step) for moment, step in zip(moments, steps, strict=True)]


def folded(*steps: Event) -> Picture:
    """Each in a batch of its own, so that what is carried on between batches is carried on."""
    picture = Picture()
    for fact in facts(*steps):
        fold(picture, [fact])
    return picture


def asked(id_: str, **rules: int) -> Event:
    return e.DirectiveTaken("g", 1, id_, "fact", "RulesChanged", {"rules": rules})


def test_each_set_of_rules_is_kept_with_whose_doing_it_was() -> None:
    picture = folded(
        e.RulesChanged(Rules()),
        asked("d1", rings=4),
        e.RulesChanged(Rules(rings=4)),
        e.DirectiveAnswered("d1", "done", ""),
        e.RulesChanged(Rules(rings=5)),
    )
    changes = [(c.nth, c.rules["rings"], c.at - NOON, c.directive) for c in picture.rule_changes.values()]
    assert changes == [(1, 3, 10_000, None), (2, 4, 30_000, "d1"), (3, 5, 50_000, None)]
    now = picture.rules["bank-1"]
    assert (now.rules["rings"], now.at - NOON, now.nth, now.asked) == (5, 50_000, 3, None)


def test_the_same_rules_told_again_stay_in_force_since_when_they_were() -> None:
    picture = folded(e.RulesChanged(Rules()), asked("d1"), e.RulesChanged(Rules()), e.RulesChanged(Rules(rings=4)))
    assert [(c.nth, c.directive) for c in picture.rule_changes.values()] == [(1, None), (2, None)]
    assert picture.rules["bank-1"].at == NOON + 40_000


def test_a_refused_directive_is_not_blamed_for_the_next_change() -> None:
    picture = folded(
        e.RulesChanged(Rules()),
        asked("d1", rings=99),
        e.DirectiveAnswered("d1", "refused", "rings"),
        e.RulesChanged(Rules(rings=4)),
    )
    assert picture.rule_changes["bank-1", 2].directive is None


def test_an_alarm_is_open_until_somebody_has_looked() -> None:
    raised = e.AlarmRaised("1-1", "silent", "counter:2", "w07")
    (row,) = folded(raised).alarms.values()
    assert (row.kind, row.place, row.raised_at, row.raised_by, row.closed_at) == (
        "silent", "counter:2", NOON + 10_000, "w07", None,
    )  # fmt: skip
    (row,) = folded(raised, e.AlarmClosed("1-1", "chen", "pressed by mistake")).alarms.values()
    assert (row.closed_at, row.closed_by, row.note) == (NOON + 20_000, "chen", "pressed by mistake")


def test_a_closing_whose_alarm_was_lost_is_kept() -> None:
    (row,) = folded(e.AlarmClosed("1-1", "chen", "calm")).alarms.values()
    assert (row.kind, row.raised_at, row.closed_by) == ("", None, "chen")


def test_an_emergency_that_turns_into_another_ends_there() -> None:
    picture = folded(
        e.EmergencyDeclared("power", "chen"), e.EmergencyDeclared("fire", "wang"), e.EmergencyEnded("chen")
    )
    rows = [(a.kind, a.raised_by, (a.closed_at or 0) - NOON, a.closed_by) for a in picture.alarms.values()]
    assert rows == [("emergency:power", "chen", 20_000, "wang"), ("emergency:fire", "wang", 30_000, "chen")]


def test_another_halls_emergency_goes_on() -> None:
    picture = folded(e.EmergencyDeclared("fire", "chen"))
    there = Place("bank-2", "bank-2", PLACE.zone)
    fold(picture, [msgspec.structs.replace(fact, place=there) for fact in facts(e.EmergencyEnded("wang"))])
    (row,) = picture.alarms.values()
    assert row.closed_at is None


def test_what_must_be_loaded_for_them() -> None:
    found = needs(facts(e.AlarmClosed("1-1", "chen", "x"), e.EmergencyEnded("chen"), asked("d1")))
    assert (found.alarms, found.emergencies, found.rules) == ({("bank-1", "1-1")}, {"bank-1"}, {"bank-1"})


def called(policy: str, reason: str | None = None) -> Event:
    return e.TicketCalled(T, "A001", "1", "w07", e.Why(policy, "savings", 0, 4, reason=reason))  # type: ignore[arg-type]


MOVED = e.TicketTransferred(T, "A001", "1", "savings", "loans", None, 0)


@pytest.mark.parametrize(
    ("steps", "turns", "chosen"),
    [
        ((called("first_come"), e.TicketRecalled(T, "A001", "1", 2)), 1, 0),
        ((called("chosen", "has a train"),), 1, 1),
        ((called("chosen", "x"), MOVED, called("aged")), 2, 1),
        ((called("chosen", "x"), e.StepUndone("20261122-A002", "1", "pass", "called", T)), 0, 0),
    ],
)  # fmt: skip
def test_calls_to_a_counter_are_counted_and_those_by_choice(steps: tuple[Event, ...], turns: int, chosen: int) -> None:
    row = folded(customer(1)[0], *steps).tickets["bank-1", T]
    assert (row.turns, row.chosen) == (turns, chosen)
