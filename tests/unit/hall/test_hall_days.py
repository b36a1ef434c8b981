"""Business days: their plan, their change, their sheet, and what a wrong clock does to them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from msgspec.structs import replace

from contract import events
from edge.config import Day
from edge.hall import commands as c
from edge.hall.days import plan_day
from edge.hall.due import next_due
from edge.hall.state import State, Ticket
from tests.halls import CATALOGUE, HOURS, MORNING, SERVICES, ZONE, Bench, numbers_issued

HOUR = 3_600_000
BERLIN = ZoneInfo("Europe/Berlin")


def berlin(text: str, fold: int = 0) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).timestamp() * 1000)


def test_a_plan_names_the_moments_of_the_day() -> None:
    plan = plan_day(MORNING, HOURS, ZONE, (replace(SERVICES[0], last_ticket="12:00"), SERVICES[1]))
    start = MORNING - 6 * HOUR
    assert plan == events.DayPlan(
        day="2026-11-22",
        starts_at=start,
        opens_at=start + 5 * HOUR,
        closes_at=start + 13 * HOUR,
        ends_at=start + 24 * HOUR,
        last_ticket={"deposit": start + 8 * HOUR, "loan": start + 12 * HOUR + HOUR // 2},
    )


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-11-22T03:59:59.999", "2026-11-21"),
        ("2026-11-22T04:00", "2026-11-22"),
        ("2026-11-23T00:30", "2026-11-22"),
        ("2027-01-01T03:00", "2026-12-31"),
    ],
)
def test_the_day_changes_at_its_own_hour(at: str, day: str) -> None:
    assert plan_day(berlin(at), HOURS, "Europe/Berlin", ()).day == day


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-28", 23), ("2026-03-29", 24), ("2026-10-24", 25), ("2026-10-25", 24)]
)
def test_days_join_without_gap_when_the_clocks_change(day: str, hours: int) -> None:
    plan = plan_day(berlin(f"{day}T12:00"), HOURS, "Europe/Berlin", SERVICES)
    assert (plan.ends_at - plan.starts_at) == hours * HOUR
    assert plan.opens_at == berlin(f"{day}T09:00")
    assert plan_day(plan.ends_at, HOURS, "Europe/Berlin", ()).starts_at == plan.ends_at
    assert plan_day(plan.ends_at - 1, HOURS, "Europe/Berlin", ()).day == day


@pytest.mark.parametrize("starts", ["02:30", "00:00"])
def test_a_start_inside_the_changed_hour_still_makes_whole_days(starts: str) -> None:
    """02:30 does not exist on 29 March and comes twice on 25 October."""
    hours = Day(starts=starts)
    for first in ("2026-03-28T12:00", "2026-10-24T12:00"):
        at = berlin(first)
        for _ in range(3):
            plan = plan_day(at, hours, "Europe/Berlin", ())
            assert plan.starts_at <= at < plan.ends_at
            after = plan_day(plan.ends_at, hours, "Europe/Berlin", ())
            assert (after.starts_at, after.day > plan.day) == (plan.ends_at, True)
            at = plan.ends_at
    for at in range(berlin("2026-10-25T01:00"), berlin("2026-10-25T04:00"), HOUR // 4):
        plan = plan_day(at, hours, "Europe/Berlin", ())
        assert plan.starts_at <= at < plan.ends_at


def test_a_hall_open_past_midnight_closes_in_the_night_behind_its_day() -> None:
    plan = plan_day(
        berlin("2026-11-22T23:00"), Day(opens="18:00", last_ticket="01:30", closes="02:00"), "Europe/Berlin", SERVICES
    )
    assert plan.opens_at == berlin("2026-11-22T18:00")
    assert plan.closes_at == berlin("2026-11-23T02:00")
    assert plan.last_ticket["loan"] == berlin("2026-11-23T01:30")


def test_every_moment_of_the_day_fires_once() -> None:
    early = replace(SERVICES[0], last_ticket="12:00")
    bench = Bench(replace(CATALOGUE, services=(early, *SERVICES[1:])), at=MORNING - 5 * HOUR)
    plan = bench.state.plan
    assert plan is not None
    bench.wait(24 * 3600)
    fired = [each.event.due for each in bench.log if isinstance(each.event, events.TimePassed)]
    noon = plan.starts_at + 8 * HOUR
    assert fired == [plan.opens_at, noon, plan.last_ticket["loan"], plan.closes_at, plan.ends_at]


def test_a_node_that_was_off_hears_of_the_last_moment_only(bench: Bench) -> None:
    bench.at += 6 * HOUR + HOUR // 2 + HOUR // 4
    assert bench.pass_time() == (events.TimePassed(bench.state.plan.closes_at - HOUR // 2),)  # type: ignore[union-attr]
    assert bench.refused(c.PassTime(plan_day(bench.at, HOURS, ZONE, SERVICES))).code == "not_due"


def test_nothing_is_due_before_there_is_a_catalogue() -> None:
    assert next_due(State()) is None
    bench = Bench(catalogue=None)
    assert bench.refused(c.PassTime(plan_day(bench.at, HOURS, ZONE, ()))).code == "no_catalogue"
    bench.do(c.ChangeCatalogue(CATALOGUE))
    assert next_due(bench.state) == bench.at


def test_a_plan_of_another_day_is_refused(bench: Bench) -> None:
    refusal = bench.refused(c.PassTime(plan_day(bench.at + 24 * HOUR, HOURS, ZONE, SERVICES)))
    assert (refusal.code, refusal.field) == ("bad_plan", "plan")


def test_other_hours_on_the_same_day_change_the_plan_and_no_number(bench: Bench) -> None:
    bench.take()
    bench.hours = Day(last_ticket="11:00")
    bench.pass_time()
    assert bench.take().number == "A002"
    bench.wait(3600)
    assert bench.refused(c.IssueTicket("deposit", "ABCDEFGHIJKLM", "kiosk")).code == "after_last_ticket"


def sheet_of(bench: Bench) -> dict[str, events.ServiceSheet]:
    closed = [each.event for each in bench.log if isinstance(each.event, events.DayClosed)]
    return {line.service: line for line in closed[-1].sheet}


def test_the_sheet_of_an_ordinary_day(bench: Bench) -> None:
    bench.open("1")
    first, second, third = bench.take(), bench.take(), bench.take()
    bench.take("cards")
    bench.wait(100)
    bench.do(c.CallNext("1"))
    bench.do(c.Start("1"))
    bench.wait(300)
    bench.do(c.Finish("1"))
    bench.do(c.RateTicket(4, "web", token=first.token))
    bench.do(c.CallNext("1"))
    bench.do(c.Pass("1"))
    bench.do(c.LogOut("1"))
    bench.wait(24 * 3600)
    assert sheet_of(bench)["deposit"] == events.ServiceSheet(
        service="deposit",
        issued=3,
        served=1,
        passed=1,
        voided=2,
        carried=0,
        wait_mean_s=100,
        wait_max_s=100,
        handling_mean_s=300,
        ratings={"4": 1},
    )
    assert sheet_of(bench)["cards"].voided == 1
    assert sheet_of(bench)["loan"].wait_mean_s is None
    assert bench.state.tickets == {}
    assert (second.status, third.status) == ("voided", "voided")
    assert bench.state.totals["deposit"].handling == [300_000], "kept for the estimates of the morning"


def busy_midnight() -> tuple[Bench, list[Ticket]]:
    """One passed, one called, one served, two waiting when the day changes."""
    bench = Bench(hours=Day(starts="00:00", opens="00:00", last_ticket="23:58", closes="23:59"))
    bench.wait(13 * 3600 + 1800)
    bench.open("1", "2")
    tickets = [bench.take() for _ in range(5)]
    bench.do(c.CallNext("1"))
    bench.do(c.Pass("1"))
    bench.do(c.CallNext("1"))
    bench.do(c.CallNext("2"))
    bench.do(c.Start("2"))
    bench.wait(1801)
    return bench, tickets


@pytest.mark.fault("F17")
def test_at_a_busy_midnight_nobody_disappears_and_no_number_is_held_twice() -> None:
    bench, (passed, called, serving, *waiting) = busy_midnight()
    assert bench.state.plan is not None
    assert bench.state.plan.day == "2026-11-23"
    assert [each.status for each in (passed, called, serving, *waiting)] == ["passed", "called", "serving"] + [
        "waiting"
    ] * 2
    assert sheet_of(bench)["deposit"].carried == 5
    new = [bench.take() for _ in range(2)]
    assert [each.id for each in new] == ["20261123-A006", "20261123-A007"], "A001 to A005 are still held"
    assert bench.take("loan").number == "B001"
    bench.do(c.Restore("1", "A001"))
    bench.do(c.Finish("2"))
    called_now = []
    while bench.state.queues["deposit"]:
        bench.do(c.CallNext("1"))
        called_now.append(bench.state.tickets[bench.state.counters["1"].ticket or ""].number)
        bench.do(c.Finish("1"))
    assert called_now == ["A004", "A005", "A006", "A001", "A007"]
    assert len(set(numbers_issued(bench.log))) == len(numbers_issued(bench.log))


@pytest.mark.fault("F17")
def test_a_number_passed_yesterday_has_had_its_day() -> None:
    bench, (passed, *_) = busy_midnight()
    bench.wait(24 * 3600)
    assert passed.status == "voided"
    assert [each.number for each in bench.state.tickets.values()] == ["A002", "A003", "A004", "A005"]


def test_a_clerk_who_went_home_without_logging_out_carries_nobody_into_tomorrow() -> None:
    bench = Bench()
    bench.open("1")
    bench.open("2")
    left = bench.take()
    bench.do(c.CallNext("2"))
    bench.do(c.Finish("2"))
    waiting = bench.take()
    bench.do(c.Pause("2", "meal"))
    bench.wait(24 * 3600)
    assert waiting.status == "voided"
    assert left.id not in bench.state.tickets
    assert {desk.status for desk in bench.state.counters.values()} == {"closed"}
    assert bench.take().number == "A001"


@pytest.mark.parametrize("step", [c.Finish, c.Pass])
def test_a_step_of_a_closed_day_cannot_be_taken_back(step: type[c.Finish] | type[c.Pass]) -> None:
    """Its sheet is written."""
    bench = Bench(hours=Day(starts="00:00", opens="00:00", last_ticket="23:58", closes="23:59"))
    bench.open("1")
    bench.take()
    bench.wait(14 * 3600 - 30)
    bench.do(c.CallNext("1"))
    bench.do(step("1"))
    assert bench.view().counters[0].undo is not None
    bench.wait(60)
    assert bench.view().counters[0].undo is None
    assert bench.refused(c.Undo("1")).code == "nothing_to_undo"
    assert (bench.state.totals["deposit"].served, bench.state.totals["deposit"].passed) == (0, 0)


def test_a_clock_a_year_ahead_gives_no_number_twice_when_it_comes_back(bench: Bench) -> None:
    bench.take(), bench.take()
    year = 365 * 24 * HOUR
    bench.do(c.Record(events.ClockSynced("b", 0, bench.at + year)))
    bench.at += year
    bench.wait(0)
    assert bench.state.plan is not None
    assert bench.state.plan.day == "2027-11-22"
    bench.do(c.Record(events.ClockSynced("b", 0, bench.at - year)))
    bench.at -= year
    assert next_due(bench.state) == bench.at
    bench.wait(0)
    assert bench.state.plan.day == "2026-11-22"
    assert bench.take().id == "20261122-A003"


@pytest.mark.fault("F16")
def test_waits_stay_as_long_as_they_were_when_the_clock_is_set(bench: Bench) -> None:
    bench.do(c.Record(events.NodeStarted("1", "hw")))
    bench.open("1")
    ticket = bench.take()
    bench.wait(300)
    bench.do(c.Record(events.ClockSynced("b", 0, bench.at - 2 * HOUR)))
    bench.at -= 2 * HOUR
    bench.wait(60)
    bench.do(c.CallNext("1"))
    bench.do(c.Start("1"))
    assert bench.state.totals["deposit"].wait_sum == 360_000
    assert ticket.issued_at == bench.at - 360_000


def test_a_clock_two_seconds_back_over_the_start_of_the_day_begins_no_other(bench: Bench) -> None:
    plan = bench.state.plan
    assert plan is not None
    bench.at = plan.starts_at - 2000
    bench.do(c.Record(events.NodeStarted("1", "hw")))
    due = next_due(bench.state)
    assert due is not None
    assert due > bench.at


def test_above_the_floor_of_a_new_epoch_for_the_running_day_only() -> None:
    bench = Bench(catalogue=None)
    bench.do(c.Record(events.EpochBegun(None, "damaged", 0, number_floor=40)))
    bench.do(c.ChangeCatalogue(CATALOGUE))
    bench.pass_time()
    assert bench.take().number == "A041"
    assert bench.take("loan").number == "B041"
    lost = bench.view().lost
    assert lost is not None and lost.ranges == (("A001", "A040"), ("B001", "B040"), ("C001", "C040"))
    bench.wait(24 * 3600)
    assert bench.view().lost is None
    assert bench.take().number == "A001"


def test_slips_an_old_image_does_not_know_are_named_to_the_staff(bench: Bench) -> None:
    for _ in range(3):
        bench.take()
    assert bench.view().lost is None
    bench.do(c.Record(events.EpochBegun("x", "the centre: an old image", 5, number_floor=40)))
    bench.take()
    lost = bench.view().lost
    assert lost is not None and lost.at == bench.at
    assert lost.ranges == (("A004", "A040"), ("B001", "B040"), ("C001", "C040"))


def test_a_salvaged_yesterday_keeps_the_floor_for_today(bench: Bench) -> None:
    bench.at += 24 * HOUR
    bench.do(c.Record(events.EpochBegun("x", "damaged", 5, number_floor=40)))
    bench.wait(0)
    assert bench.take().id == "20261123-A041"


def test_state_of_a_busy_night_survives_its_snapshot() -> None:
    bench, _ = busy_midnight()
    encoded = msgspec.json.encode(bench.state)
    assert msgspec.json.encode(msgspec.json.decode(encoded, type=State)) == encoded
    assert msgspec.json.encode(bench.replayed()) == encoded
