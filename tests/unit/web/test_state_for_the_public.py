"""`GET /api/state` tells a screen the public stands before nothing of open alarms."""

import dataclasses
from typing import Any

import msgspec
import pytest

from contract.messages import AlarmReport


@pytest.mark.parametrize(("role", "told"), [("kiosk", 0), ("display", 0), ("supervisor", 1), ("panel", 1)])
def test_alarms_are_for_staff_only(hallway: Any, role: str, told: int) -> None:
    wires = hallway.app.state.house
    with_alarm = msgspec.structs.replace(wires.report(), alarms=[AlarmReport("silent", "counter:1", 1)])
    hallway.app.state.house = dataclasses.replace(wires, report=lambda: with_alarm)
    assert len(hallway.paired(role).get("/api/state").json()["alarms"]) == told
