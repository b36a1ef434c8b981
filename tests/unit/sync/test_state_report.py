"""The state report tells of alarms, emergencies and suspended cases; neither side stumbles over the other's version."""

import msgspec

from contract import wire
from contract.messages import AlarmReport, CounterReport, DeviceReport, ServiceReport, StateReport
from contract.public import for_the_public
from edge.hall import commands as c
from edge.stamp import Stamp
from edge.sync.report import state_report
from tests.halls import Bench


def report(bench: Bench) -> StateReport:
    stamp = Stamp(1, bench.at, True)
    return state_report(bench.view(), stamp, node="n", boot="b", conn=1, epoch="e", devices=[])


def troubled(bench: Bench) -> Bench:
    """A case suspended at counter 1, a silent alarm at counter 2, and a booked customer who waits."""
    bench.take()
    bench.do(c.CallNext("1"))
    bench.do(c.Start("1"))
    bench.do(c.Suspend("1", "papers_out", "seal"))
    bench.do(c.RaiseAlarm("silent", "counter:2", "wang"))
    bench.book("late1", "loan")
    bench.check_in("late1")
    return bench


def test_alarms_emergency_and_suspended_cases_are_in_the_report(open_bench: Bench) -> None:
    at = open_bench.at
    assert report(open_bench) == msgspec.structs.replace(report(open_bench), alarms=[], emergency=None, suspended=0)
    found = report(troubled(open_bench))
    assert found.alarms == [AlarmReport("silent", "counter:2", at)]
    assert (found.suspended, found.booked, found.deferred, found.emergency) == (1, 1, 0, None)
    open_bench.do(c.DeclareEmergency("fire", "wang"))
    assert report(open_bench).emergency == "fire"


def test_a_counter_that_was_warned_says_so(open_bench: Bench) -> None:
    open_bench.take()
    open_bench.do(c.CallNext("1"))
    open_bench.do(c.Start("1"))
    open_bench.wait(3600)
    warned = {each.id: each.warned for each in report(open_bench).counters}
    assert "limit_over" in warned["1"]
    assert "limit_over" not in warned["2"]


def test_the_public_is_told_of_the_emergency_and_of_no_alarm(open_bench: Bench) -> None:
    whole = report(troubled(open_bench))
    open_bench.do(c.DeclareEmergency("fire", "wang"))
    told = for_the_public(report(open_bench))
    assert (told.alarms, told.suspended, told.emergency) == ([], 0, "fire")
    assert b"silent" in msgspec.json.encode(whole) and b"silent" not in msgspec.json.encode(told)


class OldCounter(msgspec.Struct):
    """The shape of before."""

    id: str
    name: dict[str, str]
    status: str
    clerk: str | None
    number: str | None
    since: int


class OldReport(msgspec.Struct):
    """The shape of before, whole."""

    node: str
    hall: str
    boot: str
    conn: int
    epoch: str
    seq: int
    at: int
    synced: bool
    catalogue_version: int
    open: bool
    services: list[ServiceReport]
    counters: list[OldCounter]
    devices: list[DeviceReport]


def test_an_older_side_reads_over_what_it_does_not_know_and_a_newer_one_over_what_is_missing(open_bench: Bench) -> None:
    new = report(troubled(open_bench))
    old = msgspec.json.decode(wire.encode(new), type=OldReport)
    assert [each.id for each in old.counters] == ["1", "2", "3"]
    read = wire.decode(msgspec.json.encode(old), StateReport)
    assert (read.alarms, read.emergency, read.suspended) == ([], None, 0)
    assert isinstance(read.counters[0], CounterReport) and read.counters[0].warned == []
