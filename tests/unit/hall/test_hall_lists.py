"""Checklists, the opening list as shipped, and what the self-test and the kiosk record."""

import pytest
from msgspec.structs import replace

from contract import events
from contract.catalogue import CheckItem, Checklist, Rules
from edge.config import catalogue, opening_checklist
from edge.hall import commands as c
from edge.hall.catalogue_check import consistent
from tests.halls import CATALOGUE, MORNING, Bench, text
from tests.line import settings

HOUR = 3_600_000
OPENING = Checklist("opening", text("Opening"), (CheckItem("tidy", text("Tidy")), CheckItem("seats", text("Seats"))))
DAILY = replace(CATALOGUE, checklists=(OPENING,))


@pytest.fixture
def early() -> Bench:
    """Half past eight; it opens at nine, so the list is due at a quarter to."""
    return Bench(DAILY, at=MORNING - HOUR - HOUR // 2)


def tick(bench: Bench, *items: str) -> None:
    for item in items:
        bench.do(c.TickItem("opening", item, True, "wang"))


def test_lines_are_looked_at_and_the_list_closed_in_time(early: Bench) -> None:
    assert early.do(c.TickItem("opening", "tidy", True, "wang")) == (
        events.ChecklistTicked("2026-11-22", "opening", "tidy", True, "", "wang"),
    )
    early.do(c.TickItem("opening", "seats", False, "wang", "one is broken"))
    (view,) = early.view().checklists
    assert (view.items, view.looked_at, view.bad, view.closed_by) == (2, 2, ("seats",), None)
    assert view.due_at == MORNING - HOUR - HOUR // 4
    closed = early.do(c.CloseChecklist("opening", "wang"))
    assert closed == (events.ChecklistClosed("2026-11-22", "opening", "wang", late=False),)
    (view,) = early.view().checklists
    assert (view.closed_by, view.closed_at) == ("wang", early.at)


@pytest.mark.parametrize(("minutes", "late"), [(15, False), (16, True)])
def test_behind_the_deadline_it_is_late(early: Bench, minutes: int, late: bool) -> None:
    tick(early, "tidy", "seats")
    early.wait(minutes * 60)
    (closed,) = early.do(c.CloseChecklist("opening", "wang"))
    assert isinstance(closed, events.ChecklistClosed)
    assert closed.late == late


def test_the_deadline_is_a_rule(early: Bench) -> None:
    early.do(c.ChangeRules(Rules(checklist_before_s=0)))
    tick(early, "tidy", "seats")
    early.wait(30 * 60)
    assert early.do(c.CloseChecklist("opening", "wang"))[0].late is False  # type: ignore[attr-defined]


def test_no_list_is_closed_with_a_line_left_out(early: Bench) -> None:
    tick(early, "tidy")
    refusal = early.refused(c.CloseChecklist("opening", "wang"))
    assert (refusal.code, "seats" in refusal.detail, "tidy" in refusal.detail) == ("items_left", True, False)


def test_a_line_looked_at_again_counts_as_it_was_seen_last(early: Bench) -> None:
    early.do(c.TickItem("opening", "tidy", False, "wang", "cups"))
    early.do(c.TickItem("opening", "tidy", True, "li"))
    assert early.view().checklists[0].bad == ()
    assert early.state.checklists["opening"].ticks["tidy"].by == "li"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (c.TickItem("opening", "tidy", False, "wang"), "bad_note"),
        (c.TickItem("opening", "tidy", False, "wang", "  "), "bad_note"),
        (c.TickItem("opening", "roof", True, "wang"), "unknown_item"),
        (c.TickItem("closing", "tidy", True, "wang"), "unknown_checklist"),
        (c.TickItem("opening", "tidy", True, ""), "bad_by"),
        (c.CloseChecklist("closing", "wang"), "unknown_checklist"),
    ],
)
def test_wrong_ticks_are_refused(early: Bench, command: c.Command, code: str) -> None:
    assert early.refused(command).code == code


def test_a_closed_list_stands_until_the_next_day(early: Bench) -> None:
    tick(early, "tidy", "seats")
    early.do(c.CloseChecklist("opening", "wang"))
    assert early.refused(c.TickItem("opening", "tidy", True, "li")).code == "checklist_closed"
    assert early.refused(c.CloseChecklist("opening", "li")).code == "checklist_closed"
    early.wait(24 * 3600)
    (view,) = early.view().checklists
    assert (view.looked_at, view.closed_by) == (0, None)
    tick(early, "tidy", "seats")
    early.do(c.CloseChecklist("opening", "li"))
    assert early.replayed() == early.state


def test_other_hours_on_the_same_day_leave_the_list(early: Bench) -> None:
    tick(early, "tidy")
    early.hours = type(early.hours)(opens="10:00")
    early.pass_time()
    assert early.view().checklists[0].looked_at == 1


def test_the_opening_list_as_shipped_is_sound_in_both_languages() -> None:
    shipped = opening_checklist()
    consistent(replace(CATALOGUE, checklists=(shipped,)))
    for name in (shipped.name, *(item.name for item in shipped.items)):
        assert set(name) == {"zh", "en"}
    assert shipped.id == "opening"


BEFORE_OPENING = {
    "S2-4": ["materials-ready"],
    "S2-5": ["schedule-confirmed"],
    "S2-38": ["light-and-air", "seats"],
    "S2-40": ["leaflets-and-forms"],
    "S2-41": ["supplies"],
    "S2-42": ["systems-logged-in"],
}


@pytest.mark.parametrize(
    "items",
    [pytest.param(items, marks=pytest.mark.clause(clause), id=clause) for clause, items in BEFORE_OPENING.items()],
)
def test_what_is_looked_at_before_opening_is_on_record_and_cannot_be_left_out(items: list[str]) -> None:
    """Who looked, when, and what was found, each day; the list does not close without it."""
    bench = Bench(replace(CATALOGUE, checklists=(opening_checklist(),)), at=MORNING - 2 * HOUR)
    for other in opening_checklist().items:
        if other.id not in items:
            bench.do(c.TickItem("opening", other.id, True, "li"))
    assert bench.refused(c.CloseChecklist("opening", "li")).code == "items_left"
    for item in items:
        bench.do(c.TickItem("opening", item, False, "wang", "seen to it"))
        found = bench.state.checklists["opening"].ticks[item]
        assert (found.ok, found.note, found.by, found.at) == (False, "seen to it", "wang", bench.at)
    bench.do(c.CloseChecklist("opening", "li"))
    assert bench.view().checklists[0].bad == tuple(items)
    bench.wait(24 * 3600)
    assert bench.refused(c.CloseChecklist("opening", "li")).code == "items_left", "every day anew"


def test_a_hall_without_a_list_of_its_own_has_the_shipped_one() -> None:
    own = {"id": "mine", "name": {"en": "Mine"}, "items": [{"id": "door", "name": {"en": "Door"}}]}
    assert catalogue(settings()).checklists == (opening_checklist(),)
    assert [each.id for each in catalogue(settings(checklists=[own])).checklists] == ["mine"]


def test_a_self_test_is_recorded_and_shown_until_the_next(bench: Bench) -> None:
    bench.do(c.Record(events.DevicesTested({"printer": "failed", "board": "ok"}, "node")))
    first = bench.at
    assert (bench.view().self_test, bench.view().self_test_at) == ({"printer": "failed", "board": "ok"}, first)
    bench.wait(60)
    bench.do(c.Record(events.DevicesTested({"printer": "ok"}, "wang")))
    assert (bench.view().self_test, bench.view().self_test_at) == ({"printer": "ok"}, bench.at)


def session(**changed: object) -> events.KioskSessionEnded:
    return replace(events.KioskSessionEnded("kiosk-1", "ticket", 4, 31, "completed"), **changed)


def test_a_use_of_the_kiosk_is_recorded_and_changes_nothing(bench: Bench) -> None:
    before = replace(bench.state)
    bench.do(c.Record(session()))
    bench.do(c.Record(session(outcome="failed", reason="card pulled")))
    assert (bench.state.tickets, bench.state.totals) == (before.tickets, before.totals)


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (events.DevicesTested({"printer": "fine"}, "node"), "event.results"),
        (events.DevicesTested({"": "ok"}, "node"), "event.results"),
        (events.DevicesTested({f"d{n}": "ok" for n in range(101)}, "node"), "event.results"),
        (events.DevicesTested({}, ""), "by"),
        (session(kiosk=""), "event.kiosk"),
        (session(flow="x" * 65), "event.flow"),
        (session(steps=-1), "event.steps"),
        (session(seconds=86_401), "event.seconds"),
        (session(outcome="gone"), "event.outcome"),
        (session(reason="typed 110101199003078515"), "event.reason"),
    ],
)
def test_facts_out_of_bounds_are_refused(bench: Bench, event: events.Event, field: str) -> None:
    assert bench.refused(c.Record(event)).field == field
