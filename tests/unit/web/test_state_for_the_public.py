"""`GET /api/state` tells a screen the public stands before nothing of open alarms."""

import dataclasses
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from contract.messages import AlarmReport
from edge.hall.commands import CallNext, IssueTicket
from edge.web.public_view import public


@pytest.mark.parametrize(("role", "told"), [("kiosk", 0), ("display", 0), ("supervisor", 1), ("panel", 1)])
def test_alarms_are_for_staff_only(hallway: Any, role: str, told: int) -> None:
    wires = hallway.app.state.house
    with_alarm = msgspec.structs.replace(wires.report(), alarms=[AlarmReport("silent", "counter:1", 1)])
    hallway.app.state.house = dataclasses.replace(wires, report=lambda: with_alarm)
    assert len(hallway.paired(role).get("/api/state").json()["alarms"]) == told


@pytest.mark.parametrize("role", ["kiosk", "display"])
def test_no_lane_no_class_and_nobody_to_come_is_told_of_a_window(hallway: Any, role: str) -> None:
    for n in range(2):
        hallway.line.submit(IssueTicket("savings", f"TOKENOFMINE{n}X", "kiosk", "elderly")).result()
    hallway.line.submit(CallNext("1")).result()
    terminal = hallway.paired(role)
    window = terminal.get("/api/view").json()["counters"][0]
    assert (window["number"], window["status"], window["serves"]) == ("A001", "called", ["savings", "loans"])
    assert (window["lane"], window["priority_class"], window["why"]) == (None, None, None)
    assert (window["next_up"], window["passed"], window["rate_ticket"]) == ([], [], None)
    assert "elderly" not in terminal.get("/api/view").text + terminal.get("/api/state").text
    whole = hallway.paired("supervisor").get("/api/view").json()["counters"][0]
    assert (whole["lane"], whole["priority_class"], len(whole["next_up"])) == ("priority", "elderly", 1)


def test_passed_numbers_and_the_rated_one_are_for_staff(hallway: Any) -> None:
    view = hallway.line.view
    rated = replace(
        view, counters=tuple(replace(one, rate_ticket="t", rate_number="A9", undo="finish") for one in view.counters)
    )
    assert {(one.rate_ticket, one.rate_number, one.undo, one.passed) for one in public(rated).counters} == {
        (None, None, None, ())
    }
