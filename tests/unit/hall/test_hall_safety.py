"""Emergencies and alarms; leaving the post with a colleague to cover."""

import pytest

from contract import events
from contract.catalogue import Rules
from edge.hall import commands as c
from edge.hall.state import Ticket
from tests.halls import Bench, check_places


def serving(bench: Bench, counter: str = "1") -> Ticket:
    ticket = bench.take()
    bench.do(c.CallNext(counter))
    bench.do(c.Start(counter))
    return ticket


def test_in_an_emergency_no_ticket_is_issued_and_nobody_called_until_it_ends(open_bench: Bench) -> None:
    ticket = serving(open_bench)
    called = open_bench.take()
    open_bench.do(c.CallNext("2"))
    open_bench.take()
    assert open_bench.do(c.DeclareEmergency("fire", "wang")) == (events.EmergencyDeclared("fire", "wang"),)
    view = open_bench.view()
    assert (view.emergency, view.open) == ("fire", False)
    assert {each.closed for each in view.services} == {"emergency"}
    assert open_bench.refused(c.IssueTicket("deposit", "ABCDEFGHIJKLM", "kiosk")).code == "emergency"
    for command in (c.CallNext("1"), c.CallNext("3"), c.Recall("2"), c.CallChosen("3", "A003", "x")):
        assert open_bench.refused(command).code == "emergency"
    open_bench.do(c.Finish("1"))
    assert ticket.status == "done", "who is being served may be finished"
    open_bench.do(c.EndEmergency("wang"))
    assert open_bench.view().emergency is None
    open_bench.do(c.Recall("2"))
    open_bench.do(c.CallNext("1"))
    assert called.status == "called"


def test_a_suspended_case_waits_for_the_end_too(open_bench: Bench) -> None:
    serving(open_bench)
    open_bench.do(c.Suspend("1", "step", "seal"))
    open_bench.do(c.DeclareEmergency("power", "wang"))
    assert open_bench.refused(c.Continue("1", "A001")).code == "emergency"
    open_bench.do(c.EndEmergency("wang"))
    open_bench.do(c.Continue("1", "A001"))


def test_idle_counters_are_not_told_of_in_an_emergency_and_have_their_time_after_it(open_bench: Bench) -> None:
    open_bench.take()
    open_bench.do(c.DeclareEmergency("network", "wang"))
    open_bench.wait(3600)
    open_bench.do(c.EndEmergency("wang"))
    open_bench.wait(299)
    assert not any(isinstance(each.event, events.CounterWarned) for each in open_bench.log)
    open_bench.wait(1)
    assert sum(isinstance(each.event, events.CounterWarned) for each in open_bench.log) == 3


def test_an_emergency_may_turn_into_another_but_not_be_declared_twice(bench: Bench) -> None:
    assert bench.refused(c.EndEmergency("wang")).code == "no_emergency"
    bench.do(c.DeclareEmergency("device", "wang"))
    assert bench.refused(c.DeclareEmergency("device", "li")).code == "already_emergency"
    bench.do(c.DeclareEmergency("fire", "li"))
    assert bench.view().emergency == "fire"
    refusal = bench.refused(c.DeclareEmergency("flood", "li"))  # type: ignore[arg-type]
    assert (refusal.code, refusal.field) == ("bad_kind", "kind")


@pytest.mark.clause("S1-13")
def test_a_call_for_help_names_the_place_and_is_closed_with_what_came_of_it(open_bench: Bench) -> None:
    (raised,) = open_bench.do(c.RaiseAlarm("help", "counter:2", "clerk-2"))
    assert isinstance(raised, events.AlarmRaised)
    assert (raised.kind, raised.place, raised.by) == ("help", "counter:2", "clerk-2")
    (seen,) = open_bench.view().alarms
    assert (seen.id, seen.kind, seen.place, seen.at) == (raised.alarm, "help", "counter:2", open_bench.at)
    open_bench.wait(120)
    closed = open_bench.do(c.CloseAlarm(raised.alarm, "supervisor", "talked it over, customer calm"))
    assert closed == (events.AlarmClosed(raised.alarm, "supervisor", "talked it over, customer calm"),)
    assert open_bench.view().alarms == ()


@pytest.mark.parametrize("kind", ["help", "silent", "fire", "intrusion", "crowd"])
def test_alarm_inputs_are_recorded_once_while_open_and_again_after(bench: Bench, kind: str) -> None:
    """A contact may close many times in one alarm."""
    alarm = c.RaiseAlarm(kind, "back door", "input")  # type: ignore[arg-type]
    (first,) = bench.do(alarm)
    refusal = bench.refused(alarm)
    assert (refusal.code, refusal.field) == ("alarm_open", "place")
    bench.do(c.RaiseAlarm(kind, "front door", "input"))  # type: ignore[arg-type]
    assert isinstance(first, events.AlarmRaised)
    bench.do(c.CloseAlarm(first.alarm, "wang", "false alarm"))
    (again,) = bench.do(alarm)
    assert isinstance(again, events.AlarmRaised)
    assert again.alarm != first.alarm
    assert [each.place for each in bench.view().alarms] == ["front door", "back door"]
    assert bench.replayed() == bench.state


def test_different_alarms_of_one_place_are_both_open(bench: Bench) -> None:
    bench.do(c.RaiseAlarm("help", "counter:1", "k"))
    bench.do(c.RaiseAlarm("silent", "counter:1", "k"))
    assert [each.kind for each in bench.view().alarms] == ["help", "silent"]


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (c.RaiseAlarm("help", "counter:12", "k"), "unknown_counter", "place"),
        (c.RaiseAlarm("help", " ", "k"), "bad_place", "place"),
        (c.RaiseAlarm("noise", "hall", "k"), "bad_kind", "kind"),  # type: ignore[arg-type]
        (c.CloseAlarm("x-1", "wang", "note"), "unknown_alarm", "alarm"),
        (c.CloseAlarm("x-1", "wang", ""), "bad_note", "note"),
    ],
)
def test_wrong_alarms_are_refused(bench: Bench, command: c.Command, code: str, field: str) -> None:
    refusal = bench.refused(command)
    assert (refusal.code, refusal.field) == (code, field)


@pytest.mark.clause("S1-20")
def test_a_pause_names_who_covers_and_who_waited_for_this_counter_alone_may_go_elsewhere(open_bench: Bench) -> None:
    sent, other = serving(open_bench), open_bench.take()
    open_bench.do(c.Transfer("1", "loan", "3"))
    done = open_bench.do(c.Pause("3", "meal", "clerk-2", reroute=True))
    assert done == (events.CounterPaused("3", "clerk-3", "meal", "clerk-2", (sent.id,)),)
    assert (sent.counter, sent.directed) == (None, False)
    check_places(open_bench.state)
    open_bench.do(c.CallNext("2"))
    open_bench.do(c.CallNext("1"))
    assert {sent.counter, other.counter} == {"1", "2"}
    assert open_bench.replayed() == open_bench.state


def test_without_rerouting_they_keep_waiting_for_it(open_bench: Bench) -> None:
    sent = serving(open_bench)
    open_bench.do(c.Transfer("1", "loan", "3"))
    done = open_bench.do(c.Pause("3", "meal"))
    assert done == (events.CounterPaused("3", "clerk-3", "meal", None),)
    assert open_bench.refused(c.CallNext("2")).code == "nobody_waiting"
    open_bench.do(c.Resume("3"))
    open_bench.do(c.CallNext("3"))
    assert sent.counter == "3"


def test_too_many_people_before_a_device_are_an_alarm_the_public_is_asked_to_help_with(bench: Bench) -> None:
    (raised,) = bench.do(c.RaiseAlarm("crowd", "kiosk", "guide"))
    assert isinstance(raised, events.AlarmRaised)
    assert bench.view().crowded
    began = bench.at
    bench.wait(420)
    bench.do(c.CloseAlarm(raised.alarm, "guide", "second kiosk opened"))
    assert not bench.view().crowded
    opened, closed = [each for each in bench.log if isinstance(each.event, events.AlarmRaised | events.AlarmClosed)]
    assert (opened.at, closed.at - opened.at) == (began, 420_000), "the crowding minutes"


def test_the_contact_that_opens_again_ends_the_crowd_of_its_place_and_nothing_else(bench: Bench) -> None:
    (kiosk,) = bench.do(c.RaiseAlarm("crowd", "kiosk", "keys"))
    bench.do(c.RaiseAlarm("crowd", "entrance", "keys"))
    bench.do(c.RaiseAlarm("help", "kiosk", "keys"))
    assert isinstance(kiosk, events.AlarmRaised)
    assert bench.do(c.ClearCrowd("kiosk", "keys")) == (events.AlarmClosed(kiosk.alarm, "keys", "contact opened"),)
    assert [(each.kind, each.place) for each in bench.view().alarms] == [("crowd", "entrance"), ("help", "kiosk")]
    assert bench.refused(c.ClearCrowd("kiosk", "keys")).code == "no_crowd"
    assert bench.replayed() == bench.state


def test_help_and_silent_alarms_are_no_crowd(bench: Bench) -> None:
    for kind in ("help", "silent", "fire", "intrusion"):
        bench.do(c.RaiseAlarm(kind, "kiosk", "keys"))
    assert not bench.view().crowded


def test_a_fire_alarm_clears_the_hall_where_the_rules_say_so(open_bench: Bench) -> None:
    open_bench.do(c.ChangeRules(Rules(fire_emergency=True)))
    open_bench.do(c.DeclareEmergency("power", "wang"))
    raised, declared = open_bench.do(c.RaiseAlarm("fire", "smoke-detector", "keys"))
    assert isinstance(raised, events.AlarmRaised)
    assert declared == events.EmergencyDeclared("fire", "smoke-detector")
    assert open_bench.view().emergency == "fire"
    assert open_bench.refused(c.CallNext("1")).code == "emergency"
    (second,) = open_bench.do(c.RaiseAlarm("fire", "kitchen", "keys"))
    assert isinstance(second, events.AlarmRaised), "declared already: the second contact is an alarm only"
    open_bench.do(c.EndEmergency("wang"))
    assert len(open_bench.do(c.RaiseAlarm("fire", "cellar", "keys"))) == 2, "fire elsewhere clears the hall again"
    assert open_bench.replayed() == open_bench.state


@pytest.mark.parametrize("kind", ["help", "silent", "intrusion", "crowd"])
def test_no_other_alarm_clears_the_hall(bench: Bench, kind: str) -> None:
    bench.do(c.ChangeRules(Rules(fire_emergency=True)))
    bench.do(c.RaiseAlarm(kind, "hall", "keys"))  # type: ignore[arg-type]
    assert bench.view().emergency is None


def test_by_default_staff_look_first(bench: Bench) -> None:
    bench.do(c.RaiseAlarm("fire", "smoke-detector", "keys"))
    assert bench.view().emergency is None
