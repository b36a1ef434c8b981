"""What the health watch records: changes that stay, once, with their cause."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from contract.events import DeviceFailed, DeviceRecovered
from edge.devices.ports import Health
from edge.engine import Engine
from edge.hall.commands import Record
from edge.health import HealthWatch
from tests.line import NOON, line
from tests.waiting import until


class Fake:
    kind = "board"

    def __init__(self, id_: str = "b", health: Health = Health("ok")) -> None:
        self.id = id_
        self.now = health
        self.asked = 0

    def open(self) -> None: ...

    def close(self) -> None: ...

    def check(self) -> Health:
        return self.now

    def health(self) -> Health:
        self.asked += 1
        return self.now

    def asked_again(self, times: int) -> None:
        before = self.asked
        until(lambda: self.asked >= before + times)


class Hall(NamedTuple):
    engine: Engine
    told: list[tuple[str, ...]]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with line(tmp_path / "journal.db") as engine:
        told: list[tuple[str, ...]] = []

        def hear(batch: object) -> None:
            for recorded in batch.recorded:  # type: ignore[attr-defined]
                if isinstance(recorded.event, DeviceFailed):
                    told.append((recorded.event.device, recorded.event.kind, recorded.event.cause))
                elif isinstance(recorded.event, DeviceRecovered):
                    told.append((recorded.event.device, recorded.event.kind))

        engine.subscribe(hear)
        yield Hall(engine, told)


def watching(hall: Hall, *devices: Fake, settle_s: float = 0.05) -> HealthWatch:
    watch = HealthWatch(hall.engine, devices, lambda: NOON, period_s=0.01, settle_s=settle_s)
    watch.start()
    until(watch.report)
    return watch


def test_a_failure_is_recorded_once_and_so_is_its_end(hall: Hall) -> None:
    device = Fake()
    watch = watching(hall, device)
    device.now = Health("failed", "no cable")
    until(lambda: hall.told)
    device.asked_again(20)
    device.now = Health("degraded", "dim")
    until(lambda: len(hall.told) == 2)
    device.asked_again(20)
    watch.close()
    assert hall.told == [("b", "board", "no cable"), ("b", "board")]
    assert hall.engine.view.failed_devices == {}


def test_another_cause_is_told_again(hall: Hall) -> None:
    device = Fake(health=Health("failed", "no paper"))
    watch = watching(hall, device)
    until(lambda: hall.told)
    device.now = Health("failed", "no cable")
    until(lambda: len(hall.told) == 2)
    watch.close()
    assert [cause for _, _, cause in hall.told] == ["no paper", "no cable"]


def test_a_hiccup_is_nothing(hall: Hall) -> None:
    device = Fake()
    watch = watching(hall, device, settle_s=30)
    device.now = Health("failed", "hiccup")
    device.asked_again(5)
    assert watch.report()[0].health == "failed", "seen at once"
    device.now = Health("ok")
    device.asked_again(5)
    watch.close()
    assert hall.told == [], "but not recorded"


def test_it_goes_on_from_what_is_on_record(hall: Hall) -> None:
    for id_, cause in (("b", "no cable"), ("gone", "old")):
        hall.engine.submit(Record(DeviceFailed(id_, "board", cause))).result(60)
    hall.told.clear()
    device = Fake(health=Health("failed", "no cable"))
    watch = watching(hall, device)
    until(lambda: hall.told == [("gone", "removed")])
    device.asked_again(20)
    assert hall.told == [("gone", "removed")], "the same failure is not told again after a restart"
    device.now = Health("ok")
    until(lambda: len(hall.told) == 2)
    watch.close()
    assert hall.told[-1] == ("b", "board")


class Odd(Fake):
    """Its driver has a fault while `fault` is set."""

    fault = True

    def health(self) -> Health:
        health = super().health()
        if self.fault:
            raise ValueError("a driver's fault")
        return health


def test_a_fault_in_one_driver_is_its_own_failure_and_the_others_are_watched(
    hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    odd, device = Odd("odd"), Fake()
    watch = watching(hall, odd, device)
    until(lambda: hall.told)
    assert hall.told[0][0] == "odd" and "ValueError" in hall.told[0][2]
    device.now = Health("failed", "no cable")
    until(lambda: len(hall.told) == 2)
    assert caplog.text.count("does not tell its health") == 1
    odd.fault = False
    until(lambda: len(hall.told) == 3)
    assert watch.alive
    watch.close()
    assert hall.told[1:] == [("b", "board", "no cable"), ("odd", "board")]


def test_a_line_that_fails_at_first_is_asked_again(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    ask, asked = hall.engine.ask, []

    def late(question: object) -> object:
        asked.append(question)
        if len(asked) == 1:
            raise ValueError("not yet")
        return ask(question)  # type: ignore[arg-type]

    monkeypatch.setattr(hall.engine, "ask", late)
    watching(hall, Fake()).close()
    assert len(asked) == 2


def test_devices_whose_worker_is_dead_have_failed(hall: Hall) -> None:
    working = [True]
    watch = watching(hall, Fake())
    watch.served("board", lambda: working[0])
    watch.served("printer", lambda: False)
    working[0] = False
    until(lambda: hall.told)
    watch.close()
    assert [(id_, "restart the node" in cause) for id_, _, cause in hall.told] == [("b", True)]
