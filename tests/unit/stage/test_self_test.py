"""The self-test before opening: by itself once, on demand, and never held up by one device."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.events import DevicesTested
from edge import config
from edge.clock import ManualClock
from edge.devices.ports import Health
from edge.devices.twins.voice import TwinVoice
from edge.engine import Engine
from edge.errors import Refused
from edge.hall.commands import CloseChecklist, TickItem
from edge.self_test import BY, SelfTest
from tests.line import NOON, line
from tests.waiting import until

HOUR = 3_600_000
DAY = {"starts": "04:00", "opens": "15:00", "last_ticket": "20:00", "closes": "21:00"}
"""It opens three hours after noon; the test is due half an hour before."""


class Fake:
    kind = "board"

    def __init__(self, id_: str, health: Health = Health("ok")) -> None:
        self.id, self.now = id_, health
        self.checked = 0
        self.hold = threading.Event()
        self.hold.set()

    def open(self) -> None: ...

    def close(self) -> None: ...

    def health(self) -> Health:
        return Health("ok")

    def check(self) -> Health:
        self.checked += 1
        self.hold.wait(110)
        return self.now


class Broken(Fake):
    def check(self) -> Health:
        raise ZeroDivisionError


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def engine(tmp_path: Path, clock: ManualClock) -> Iterator[Engine]:
    with line(tmp_path / "journal.db", clock, day=DAY) as running:
        yield running


def results(engine: Engine) -> list[DevicesTested]:
    return [record.event for record in engine.journal.replay() if isinstance(record.event, DevicesTested)]


def watching(engine: Engine, clock: ManualClock, *devices: Fake) -> SelfTest:
    test = SelfTest(engine, devices, lambda: clock.stamp().at, check_s=60.0)
    test.start()
    return test


@pytest.mark.clause("S2-39")
def test_half_an_hour_before_opening_every_device_is_tested_once_and_recorded(
    engine: Engine, clock: ManualClock
) -> None:
    devices = Fake("board"), Fake("printer", Health("failed", "paper out")), Fake("voice", Health("degraded", "low"))
    clock.advance(2 * HOUR + HOUR // 2 - 1000)
    test = watching(engine, clock, *devices)
    assert [each.checked for each in devices] == [0, 0, 0]
    clock.advance(1000)
    until(lambda: results(engine))
    test.close()
    assert results(engine) == [DevicesTested({"board": "ok", "printer": "failed", "voice": "degraded"}, BY)]
    assert engine.view.self_test == {"board": "ok", "printer": "failed", "voice": "degraded"}
    assert [each.checked for each in devices] == [1, 1, 1]


@pytest.mark.clause("S2-3")
def test_before_opening_the_area_is_looked_over_and_the_equipment_has_tested_itself(
    engine: Engine, clock: ManualClock
) -> None:
    clock.advance(2 * HOUR + HOUR // 2)
    test = watching(engine, clock, Fake("board"), Fake("printer", Health("failed", "paper out")))
    until(lambda: results(engine))
    test.close()
    for item in config.opening_checklist().items:
        engine.submit(TickItem("opening", item.id, item.id != "paper-in-printers", "wang", "sent for it")).result(60)
    clock.advance(HOUR // 8)
    engine.submit(CloseChecklist("opening", "wang")).result(60)
    view = engine.view
    assert (view.self_test, view.open) == ({"board": "ok", "printer": "failed"}, False)
    (seen,) = view.checklists
    assert (seen.bad, seen.closed_by, seen.closed_at <= seen.due_at) == (("paper-in-printers",), "wang", True)


def test_a_node_started_late_makes_up_for_it_and_one_restarted_does_not_repeat_it(
    engine: Engine, clock: ManualClock
) -> None:
    clock.advance(4 * HOUR)
    first = watching(engine, clock, Fake("board"))
    until(lambda: results(engine))
    first.close()
    device = Fake("board")
    again = watching(engine, clock, device)
    clock.advance(60_000)
    again.run("wang")
    again.close()
    assert [each.by for each in results(engine)] == [BY, "wang"]
    assert device.checked == 1, "by wang, and not by itself again"


def test_after_closing_nobody_needs_it_any_more(engine: Engine, clock: ManualClock) -> None:
    clock.advance(10 * HOUR)
    device = Fake("board")
    test = watching(engine, clock, device)
    test.run("wang")
    test.close()
    assert device.checked == 1


@pytest.mark.clause("S4-10")
def test_on_demand_it_says_what_it_found_and_who_asked(engine: Engine, clock: ManualClock) -> None:
    voice = TwinVoice(config.TwinVoice(id="voice"), lambda: NOON)
    voice.open()
    devices = Fake("board"), Broken("reader"), voice
    test = SelfTest(engine, devices, lambda: clock.stamp().at)
    assert test.run("technician") == {"board": "ok", "reader": "failed", "voice": "ok"}
    voice.toggle("unplugged", True)
    assert test.run("technician")["voice"] == "failed"
    assert [each.by for each in results(engine)] == ["technician", "technician"]


def test_a_device_that_never_answers_has_failed_and_is_not_asked_twice_at_once(
    engine: Engine, clock: ManualClock
) -> None:
    stuck, well = Fake("printer"), Fake("board")
    stuck.hold.clear()
    test = SelfTest(engine, (stuck, well), lambda: clock.stamp().at, check_s=5.0)
    assert test.run("wang") == {"printer": "failed", "board": "ok"}
    assert test.run("wang") == {"printer": "failed", "board": "ok"}
    assert (stuck.checked, well.checked) == (1, 2)
    stuck.hold.set()
    until(lambda: test.run("wang") == {"printer": "ok", "board": "ok"})


def test_a_test_cut_short_by_the_end_is_not_recorded(engine: Engine, clock: ManualClock) -> None:
    test = SelfTest(engine, (Fake("board"),), lambda: clock.stamp().at)
    test.close()
    with pytest.raises(Refused):
        test.run("wang")
    assert results(engine) == []
