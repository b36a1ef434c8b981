"""PURE folding: what each event leaves in a ticket, a counter, a device and a slip."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec
import pytest

from central.ingest.projections.fold import STEPS, fold
from central.ingest.projections.picture import Fact, Needs, Picture, Place, fits, needs
from central.ingest.projections.rows import Moment, Ticket
from contract import events as e
from contract.catalogue import Rules
from contract.events import EVENTS, Event
from tests.fakenode import NOON, customer

PLACE = Place("bank-1", "bank", ZoneInfo("Asia/Shanghai"))
T = "20261122-A001"
WHY = e.Why("priority_turn", "savings", 0, 4)
CALLED = e.TicketCalled(T, "A001", "1", "w07", WHY)


def facts(*steps: Event | tuple[int, Event], boot: str = "b1", synced: bool = True) -> list[Fact]:
    """Events ten seconds apart, or with the seconds before each given."""
    found, second = [], 0
    for step in steps:
        wait, event = step if isinstance(step, tuple) else (10, step)
        second += wait
        found.append(Fact(PLACE, Moment(NOON + second * 1000, boot, second * 1000, synced), event))
    return found


def folded(*steps: Event | tuple[int, Event]) -> Picture:
    picture = Picture()
    fold(picture, facts(*steps))
    return picture


def ticket(*steps: Event | tuple[int, Event]) -> Ticket:
    return folded(*steps).tickets["bank-1", T]


def issue(number: int = 1) -> Event:
    return customer(number)[0]


def test_a_ticket_waits() -> None:
    row = ticket(issue())
    assert (row.status, row.day, row.number, row.service, row.lane) == (
        "waiting",
        "2026-11-22",
        "A001",
        "savings",
        "ordinary",
    )
    assert (row.issued_at, row.hour, row.hall) == (NOON + 10_000, 12, "bank")
    assert (row.wait_s, row.handling_s, row.called_at, row.ended_at) == (None, None, None, None)
    assert (row.promised_p50_s, row.promised_p90_s) == (120, 300)


def test_a_ticket_is_served() -> None:
    row = ticket(issue(), (90, CALLED), (5, e.ServiceStarted(T, "1", "w07")), (300, e.ServiceFinished(T, "1", "w07")))
    assert (row.status, row.counter, row.clerk, row.policy, row.calls) == ("done", "1", "w07", "priority_turn", 1)
    assert (row.wait_s, row.handling_s) == (90, 300)
    assert row.ended_at == NOON + 405_000


def test_the_wait_ends_with_the_first_call() -> None:
    row = ticket(issue(), (90, CALLED), (30, e.TicketRecalled(T, "A001", "1", 2)))
    assert (row.wait_s, row.calls) == (90, 2)


def test_passed_and_brought_back() -> None:
    passed = (issue(), CALLED, e.TicketPassed(T, "A001", "1"))
    row = ticket(*passed)
    assert (row.status, row.passes, row.handling_s) == ("passed", 1, None)
    row = ticket(*passed, e.TicketRestored(T, "A001", 3, "w07"))
    assert (row.status, row.returns, row.ended_at, row.counter) == ("waiting", 1, None, None)


def test_a_pass_taken_back_did_not_happen() -> None:
    row = ticket(issue(), CALLED, e.TicketPassed(T, "A001", "1"), e.StepUndone(T, "1", "pass", "called"))
    assert (row.status, row.passes, row.counter, row.ended_at) == ("called", 0, "1", None)


def test_a_finish_taken_back_counts_the_time_once() -> None:
    row = ticket(
        issue(),
        CALLED,
        e.ServiceStarted(T, "1", "w07"),
        (100, e.ServiceFinished(T, "1", "w07")),
        (20, e.StepUndone(T, "1", "finish", "serving")),
        (80, e.ServiceFinished(T, "1", "w07")),
    )
    assert (row.status, row.handling_s) == ("done", 200)


SERVED = (issue(), (90, CALLED), (5, e.ServiceStarted(T, "1", "w07")))


def test_suspended_time_is_not_handling_time() -> None:
    row = ticket(
        *SERVED,
        (60, e.CaseSuspended(T, "A001", "1", "w07", "papers_out", "a copy is missing")),
        (1000, e.CaseContinued(T, "A001", "2", "w08", 1000)),
        (40, e.ServiceFinished(T, "2", "w08")),
    )
    assert (row.status, row.handling_s, row.suspends, row.counter, row.clerk) == ("done", 100, 1, "2", "w08")


def test_a_window_is_free_while_its_case_is_suspended() -> None:
    suspended = e.CaseSuspended(T, "A001", "1", "w07", "papers_kept", "seal")
    picture = folded(*SERVED, suspended)
    assert (picture.counters["bank-1", "1"].status, picture.tickets["bank-1", T].status) == ("idle", "suspended")
    picture = folded(*SERVED, suspended, e.CaseContinued(T, "A001", "1", "w07", 10))
    assert (picture.counters["bank-1", "1"].status, picture.counters["bank-1", "1"].ticket) == ("serving", T)


def test_a_journey_leaves_a_row_for_each_service() -> None:
    picture = folded(
        *SERVED,
        (100, e.ServiceFinished(T, "1", "w07")),
        (0, e.TicketForwarded(T, "A001", "1", "savings", "loan", 0)),
        (30, e.TicketCalled(T, "A001", "2", "w08", WHY)),
        (5, e.ServiceStarted(T, "2", "w08")),
        (50, e.ServiceFinished(T, "2", "w08")),
    )
    first, second = picture.tickets["bank-1", f"{T}#1"], picture.tickets["bank-1", T]
    assert (first.service, first.status, first.wait_s, first.handling_s, first.stage) == ("savings", "done", 90, 100, 0)
    assert (second.service, second.status, second.wait_s, second.handling_s, second.stage) == (
        "loan",
        "done",
        30,
        50,
        1,
    )
    assert first.token is None and second.token, "the slip leads to the present stage"


def test_each_service_of_a_journey_is_rated_by_itself() -> None:
    first = folded(
        *SERVED, (100, e.ServiceFinished(T, "1", "w07")), (0, e.TicketForwarded(T, "A001", "1", "savings", "loan", 0))
    )
    rating = facts(e.TicketRated(T, "1", "w07", "savings", 5, "keys"))
    assert needs(rating).tickets >= {("bank-1", T), ("bank-1", f"{T}#1")}
    fold(first, rating)
    levels = {id_: row.level for (_, id_), row in first.tickets.items()}
    assert levels == {f"{T}#1": 5, T: None}


def test_who_came_before_the_slot_waits_from_its_start() -> None:
    booked = msgspec.structs.replace(issue(), booking="ABC", slot_at=NOON + 10_000 + 60_000)
    row = ticket(
        booked, (0, e.BookingArrived("ABC", T, "savings", NOON + 70_000, "code", -60, "on_time")), (90, CALLED)
    )
    assert (row.wait_s, row.booking, row.arrival) == (30, "ABC", "on_time")
    late = msgspec.structs.replace(issue(), booking="ABC", slot_at=NOON)
    assert ticket(late, (90, CALLED)).wait_s == 90


def test_what_the_window_did_stands_beside_the_ticket() -> None:
    verified = e.IdentityVerified(
        "v1", T, None, "window", "typed", "resident-id", "00", "110*", None, "other", "low", None, "w07", "no reader"
    )
    row = ticket(
        *SERVED,
        verified,
        e.CaseAccepted("bank-20261122-00001", 1, T, "savings", "1", "w07", 5, ()),
        e.SupplementNoticeGiven("bank-n-1", 1, T, "savings", "1", "w07", (e.Missing("form", "not signed"),), False),
        e.ResultTold("bank-r-1", 1, T, "savings", "1", "w07", "failure", "papers", "", "", True, False),
        e.CounterWarned("1", "w07", "limit_near", T, NOON),
        e.CounterWarned("1", "w07", "limit_over", T, NOON),
        e.TicketMovedBack(T, "A001", 3, 1, "slip"),
        e.TicketMovedBack(T, "A001", 3, 2, "slip"),
    )
    assert (row.verified, row.assurance, row.acceptance) == ("other", "low", "bank-20261122-00001")
    assert (row.notices, row.result, row.overruns, row.moves) == (1, "failure", 1, 2)


def test_the_ticket_called_meanwhile_waits_again() -> None:
    other = "20261122-A002"
    picture = folded(
        issue(),
        issue(2),
        CALLED,
        e.TicketPassed(T, "A001", "1", by_next=True),
        e.TicketCalled(other, "A002", "1", "w07", WHY),
        e.StepUndone(T, "1", "pass", "called", returned=other),
    )
    row = picture.tickets["bank-1", other]
    assert (row.status, row.calls, row.called_at, row.wait_s, row.counter) == ("waiting", 0, None, None, None)
    assert picture.counters["bank-1", "1"].ticket == T


def test_a_transfer_adds_up_the_handling() -> None:
    row = ticket(
        issue(),
        CALLED,
        e.ServiceStarted(T, "1", "w07"),
        (60, e.TicketTransferred(T, "A001", "1", "savings", "loans", "4", 0)),
        e.TicketCalled(T, "A001", "4", "w09", WHY),
        e.ServiceStarted(T, "4", "w09"),
        (200, e.ServiceFinished(T, "4", "w09")),
    )
    assert (row.service, row.transfers, row.clerk, row.handling_s) == ("loans", 1, "w09", 260)


def test_voided_and_rated() -> None:
    assert ticket(issue(), e.TicketVoided(T, "A001", "closing")).status == "voided"
    assert ticket(issue(), e.TicketRated(T, "1", "w07", "savings", 2, "slip")).level == 2
    assert ticket(issue()).level is None, "not rated is not good"


def test_times_within_a_boot_are_measured_on_its_own_clock() -> None:
    picture = Picture()
    step = facts(issue())
    # The wall clock steps back an hour between the two; the monotonic one does not.
    called = Fact(PLACE, Moment(NOON - 3_600_000, "b1", 130_000, True), CALLED)
    fold(picture, [*step, called])
    assert picture.tickets["bank-1", T].wait_s == 120


def test_a_wait_over_a_restart_is_never_negative() -> None:
    picture = Picture()
    called = Fact(PLACE, Moment(NOON - 3_600_000, "b2", 5, True), CALLED)
    fold(picture, [*facts(issue()), called])
    assert picture.tickets["bank-1", T].wait_s == 0


def test_times_before_the_clock_was_set_are_put_right() -> None:
    picture = Picture()
    early = [
        Fact(PLACE, Moment(second * 1000, "b1", second * 1000, False), event)
        for second, event in ((10, issue()), (70, CALLED))
    ]
    fold(picture, early)
    row = picture.tickets["bank-1", T]
    assert row.unsynced and row.issued_at == 10_000
    assert needs([Fact(PLACE, Moment(NOON, "b1", 100_000, True), e.ClockSynced("b1", 100_000, NOON))]).clocks == {
        "bank-1"
    }
    fold(picture, [Fact(PLACE, Moment(NOON, "b1", 100_000, True), e.ClockSynced("b1", 100_000, NOON))])
    assert not row.unsynced
    assert (row.issued_at, row.called_at, row.wait_s, row.hour) == (NOON - 90_000, NOON - 30_000, 60, 11)


def test_another_boots_clock_changes_nothing() -> None:
    picture = Picture()
    fold(picture, [Fact(PLACE, Moment(10_000, "b1", 10_000, False), issue())])
    fold(picture, [Fact(PLACE, Moment(NOON, "b2", 5, True), e.ClockSynced("b2", 5, NOON))])
    assert picture.tickets["bank-1", T].unsynced


def statuses(*steps: Event) -> list[tuple[str, str | None]]:
    picture, found = Picture(), []
    for fact in facts(*steps):
        fold(picture, [fact])
        counter = picture.counters.get(("bank-1", "1"))
        if counter is not None:
            found.append((counter.status, counter.ticket))
    return found


def test_a_counter_through_a_day() -> None:
    assert statuses(
        e.CounterOpened("1", "w07"),
        CALLED,
        e.ServiceStarted(T, "1", "w07"),
        e.ServiceFinished(T, "1", "w07"),
        e.CounterPaused("1", "w07", "lunch", None),
        e.CounterResumed("1", "w07"),
        e.CounterClosed("1", "w07"),
    ) == [
        ("idle", None),
        ("called", T),
        ("serving", T),
        ("idle", None),
        ("paused", None),
        ("idle", None),
        ("closed", None),
    ]


def test_slips_are_counted_and_end() -> None:
    picture = folded(
        issue(),
        e.SlipStarted(T, False),
        e.SlipFailed(T, False, "paper out"),
        e.SlipStarted(T, True),
        e.SlipPrinted(T, True),
    )
    assert [(s.nth, s.copy, s.status, s.cause) for s in picture.slips.values()] == [
        (1, False, "failed", "paper out"),
        (2, True, "printed", None),
    ]
    assert picture.tickets["bank-1", T].slips == 2


def test_a_device_has_one_fault_until_it_recovers() -> None:
    picture = folded(
        e.DeviceFailed("p", "printer", "paper out"),
        e.DeviceFailed("p", "printer", "cover open"),
        e.DeviceRecovered("p", "printer"),
        e.DeviceFailed("p", "printer", "paper out"),
    )
    device = picture.devices["bank-1", "p"]
    assert (device.health, device.faults, device.cause) == ("failed", 2, "paper out")
    first, second = picture.faults.values()
    assert (first.cause, first.failed_at, first.recovered_at) == ("cover open", NOON + 10_000, NOON + 30_000)
    assert second.recovered_at is None


def test_the_rules_in_force_are_the_newest() -> None:
    picture = folded(e.RulesChanged(Rules()), e.RulesChanged(Rules(grace_s=60)))
    assert (picture.rules["bank-1"].rules["grace_s"], picture.rules["bank-1"].at) == (60, NOON + 20_000)


def test_every_name_in_the_table_is_an_event_and_every_ticket_event_is_folded() -> None:
    assert set(STEPS) <= set(EVENTS.values())
    about_tickets = {kind for kind in EVENTS.values() if "ticket" in kind.__struct_fields__}
    as_it_is = {e.MaterialsChecked, e.CustomerWelcomed, e.EnquiryAnswered}
    as_it_is |= {e.MatterFixed, e.QuestionsAnswered, e.RuleChecked, e.StepTicked}
    assert about_tickets - set(STEPS) == as_it_is, "these leave the row as it is"


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (customer(1), Needs(tickets={("bank-1", T), ("bank-1", f"{T}#1")}, counters={("bank-1", "1")})),
        ([CALLED], Needs(tickets={("bank-1", T)}, counters={("bank-1", "1")})),
        ([e.SlipPrinted(T, False)], Needs(tickets={("bank-1", T)}, slips={("bank-1", T)})),
        ([e.DeviceRecovered("p", "printer")], Needs(devices={("bank-1", "p")})),
    ],
)
def test_only_rows_of_before_the_batch_are_needed(events: Sequence[Event], expected: Needs) -> None:
    assert needs(facts(*events)) == expected


def test_a_name_too_long_for_a_key_does_not_fit() -> None:
    assert fits(e.DeviceFailed("p" * 512, "printer", "x"), 600)
    assert not fits(e.DeviceFailed("p" * 513, "printer", "x"), 600)
    assert not fits(e.TicketVoided("t" * 5000, "A", "x"), 5100)
