"""Devices that fail, people in danger: one whole node on twins, from contact and device to board, page and record."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract.events import (
    AlarmClosed,
    AlarmRaised,
    ChecklistTicked,
    DeviceFailed,
    DeviceRecovered,
    DevicesTested,
    EmergencyDeclared,
    EmergencyEnded,
)
from edge import config
from edge.app import Node
from edge.clock import ManualClock
from edge.devices.twins.voice import TwinVoice
from edge.hall.commands import CloseAlarm, EndEmergency, IssueTicket, LogIn, TickItem
from hallkeeper.system import free_port
from tests.line import NOON
from tests.waiting import until

DOCUMENT = {
    "hall": {"id": "east", "name": {"zh": "东城政务大厅", "en": "East Hall"}, "timezone": "UTC"},
    "rules": {"fire_emergency": True},
    "services": [{"id": "a", "letter": "A", "name": {"zh": "综合业务", "en": "General"}}],
    "counters": [{"id": "1", "name": {"zh": "1号窗口", "en": "Window 1"}, "serves": [["a"]]}],
    "clerks": [{"id": "wang", "name": "王", "role": "supervisor"}],
    "keys": [
        {
            "id": "contacts",
            "driver": "twin",
            "bind": {
                "smoke": "alarm:fire:smoke-detector",
                "door": "alarm:intrusion:back-door",
                "help": "alarm:help:counter:1",
            },
        }
    ],
    "printers": [{"id": "slips", "driver": "twin", "chinese": "gb18030", "timeout_s": 60}],
    "boards": [{"id": "window", "driver": "twin", "shows": "counter:1"}],
    "voices": [{"id": "voice", "driver": "twin"}],
}  # fmt: skip


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    document = DOCUMENT | {"node": {"id": "east-1", "data": str(tmp_path), "port": free_port()}}
    made = Node(config.parse(document), simulated=True, clock=ManualClock(NOON))
    made.open()
    yield made
    made.close()


def of(node: Node, *kinds: type[Any]) -> list[Any]:
    reading = node.engine.journal.reader()
    try:
        return [one.event for one in reading.replay() if isinstance(one.event, kinds)]
    finally:
        reading.close()


@pytest.mark.clause("S4-4")
def test_what_endangers_people_or_property_is_seen_told_recorded_and_ended_by_somebody(node: Node) -> None:
    """Devices inspected and their failures known; contacts alarm; fire clears the hall before anybody has looked."""
    engine = node.engine
    engine.submit(LogIn("1", "wang")).result(60)

    tested = httpx.post(f"{node.web.url}/api/self-test", json={"by": "wang"}, timeout=60).json()["results"]
    assert tested == {"contacts": "ok", "slips": "ok", "window": "ok", "voice": "ok"}
    listed = engine.view.checklists[0].id
    first = config.opening_checklist().items[0].id
    engine.submit(TickItem(listed, first, True, "wang")).result(60)

    node.panel.toggle("slips", "unplugged", True)
    until(lambda: "slips" in engine.view.failed_devices)
    assert engine.view.failed_devices["slips"]

    node.panel.press("contacts", "door")
    node.panel.press("contacts", "help")
    until(lambda: len(engine.view.alarms) == 2)
    assert engine.view.emergency is None
    node.panel.press("contacts", "smoke")
    until(lambda: engine.view.emergency == "fire")
    assert [(one.kind, one.place) for one in engine.view.alarms] == [
        ("intrusion", "back-door"), ("help", "counter:1"), ("fire", "smoke-detector"),
    ]  # fmt: skip
    assert engine.view.services[0].closed == "emergency"
    refused = httpx.post(f"{node.web.url}/api/tickets", json={"service": "a"}, timeout=60)
    assert (refused.status_code, refused.json()["error"]) == (409, "emergency")
    voice = node.equipment.voices[0]
    assert isinstance(voice, TwinVoice)
    until(lambda: any(line.text.startswith("火警") for line in voice.lines()))

    for alarm in engine.view.alarms:
        engine.submit(CloseAlarm(alarm.id, "wang", "looked after")).result(60)
    engine.submit(EndEmergency("wang")).result(60)
    node.panel.toggle("slips", "unplugged", False)
    until(lambda: "slips" not in engine.view.failed_devices)
    engine.submit(IssueTicket("a", "ABCDEFGHIJKLM", "kiosk")).result(60)

    [inspected] = [one for one in of(node, DevicesTested) if one.by == "wang"]
    assert inspected.results == tested
    [ticked] = of(node, ChecklistTicked)
    assert (ticked.item, ticked.ok, ticked.by) == (first, True, "wang")
    failed, well = of(node, DeviceFailed, DeviceRecovered)
    assert (failed.device, well.device) == ("slips", "slips") and failed.cause
    assert [(one.kind, one.place, one.by) for one in of(node, AlarmRaised)] == [
        ("intrusion", "back-door", "keys"), ("help", "counter:1", "keys"), ("fire", "smoke-detector", "keys"),
    ]  # fmt: skip
    [declared], [ended] = of(node, EmergencyDeclared), of(node, EmergencyEnded)
    assert (declared.kind, declared.by, ended.by) == ("fire", "smoke-detector", "wang")
    assert {one.alarm for one in of(node, AlarmClosed)} == {one.alarm for one in of(node, AlarmRaised)}
