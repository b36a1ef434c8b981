"""Facts the shell records: slips in their order, devices, and nothing that a decision should make."""

import pytest

from contract import events
from edge.errors import Invalid, Unknown
from edge.hall import commands as c
from edge.hall.apply import apply
from edge.hall.state import Ticket
from tests.halls import Bench

NEVER = [
    event
    for event in events.EVENTS.values()
    if event.__name__.startswith(
        (
            "Ticket",
            "Day",
            "Counter",
            "Service",
            "Case",
            "Customer",
            "Booking",
            "Void",
            "Identity",
            "Materials",
            "Supplement",
            "Result",
            "Visitor",
            "Emergency",
            "Alarm",
            "Checklist",
        )
    )
]


def test_a_second_slip_is_always_a_copy(bench: Bench) -> None:
    ticket = bench.take()
    bench.do(c.Record(events.SlipStarted(ticket.id, copy=False)))
    refusal = bench.refused(c.Record(events.SlipStarted(ticket.id, copy=False)))
    assert (refusal.code, refusal.field) == ("slip_needs_copy", "event.copy")
    bench.do(c.Record(events.SlipStarted(ticket.id, copy=True)))
    bench.do(c.Record(events.SlipPrinted(ticket.id, copy=True)))
    assert (ticket.slip, ticket.slips) == ("printed", 2)
    assert bench.refused(c.Record(events.SlipStarted(ticket.id, copy=False))).code == "slip_needs_copy"


def test_a_printer_that_was_not_ready_leaves_the_first_slip_clean(bench: Bench) -> None:
    ticket = bench.take()
    bench.do(c.Record(events.SlipFailed(ticket.id, copy=False, cause="paper out")))
    assert ticket.slip == "failed"
    bench.do(c.Record(events.SlipStarted(ticket.id, copy=False)))
    bench.do(c.Record(events.SlipFailed(ticket.id, copy=False, cause="cover open")))
    assert bench.refused(c.Record(events.SlipStarted(ticket.id, copy=False))).code == "slip_needs_copy"


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (events.SlipPrinted("20261122-A001", copy=False), "slip_not_started"),
        (events.SlipLeftToStaff("20261122-A001", "A002"), "wrong_number"),
        (events.SlipStarted("20261122-Z001", copy=False), "unknown_ticket"),
        (events.SlipPrinted("20261122-Z001", copy=False), "unknown_ticket"),
        (events.SlipFailed("20261122-Z001", copy=False, cause="x"), "unknown_ticket"),
        (events.SlipLeftToStaff("20261122-Z001", "Z001"), "unknown_ticket"),
    ],
)
def test_slips_follow_their_order(bench: Bench, event: events.Event, code: str) -> None:
    bench.take()
    refusal = bench.refused(c.Record(event))
    assert refusal.code == code
    assert isinstance(refusal, Unknown) == (code == "unknown_ticket")


def test_a_printed_slip_neither_fails_nor_goes_to_staff(bench: Bench) -> None:
    ticket = bench.take()
    bench.do(c.Record(events.SlipStarted(ticket.id, copy=False)))
    bench.do(c.Record(events.SlipPrinted(ticket.id, copy=False)))
    assert bench.refused(c.Record(events.SlipFailed(ticket.id, False, "late"))).code == "slip_printed"
    assert bench.refused(c.Record(events.SlipLeftToStaff(ticket.id, "A001"))).code == "slip_printed"


def test_staff_see_which_slips_they_are_asked_about(bench: Bench) -> None:
    first, second = bench.take(), bench.take()
    for ticket in (first, second):
        bench.do(c.Record(events.SlipLeftToStaff(ticket.id, ticket.number)))
    assert bench.view().slips_for_staff == ("A001", "A002")
    bench.do(c.Record(events.SlipStarted(first.id, copy=True)))
    assert bench.view().slips_for_staff == ("A002",)
    bench.wait(86_400)
    assert bench.view().slips_for_staff == ()


def left(bench: Bench) -> Ticket:
    ticket = bench.take()
    bench.do(c.Record(events.SlipLeftToStaff(ticket.id, ticket.number)))
    return ticket


def test_nobody_looks_for_a_slip_whose_customer_is_at_the_counter(open_bench: Bench) -> None:
    ticket = left(open_bench)
    open_bench.do(c.CallNext("1"))
    assert open_bench.view().slips_for_staff == (ticket.number,), "called is not yet found"
    open_bench.do(c.Start("1"))
    assert open_bench.view().slips_for_staff == ()
    open_bench.do(c.Record(events.SlipLeftToStaff(ticket.id, ticket.number)))
    assert open_bench.view().slips_for_staff == (), "the printer's word came late"


def test_nobody_looks_for_a_slip_that_is_void(bench: Bench) -> None:
    gone, waiting = left(bench), left(bench)
    apply(bench.state, events.TicketVoided(gone.id, gone.number, "day_end"), seq=bench.state.seq + 1, at=bench.at)
    assert bench.view().slips_for_staff == (waiting.number,)


def test_a_customer_who_did_not_come_may_still_look_for_the_slip(open_bench: Bench) -> None:
    ticket = left(open_bench)
    open_bench.do(c.CallNext("1"))
    open_bench.do(c.Pass("1"))
    assert open_bench.view().slips_for_staff == (ticket.number,)


def test_failed_devices_are_shown_with_their_cause(bench: Bench) -> None:
    bench.do(c.Record(events.DeviceFailed("printer", "printer", "paper out")))
    assert bench.view().failed_devices == {"printer": "paper out"}
    bench.do(c.Record(events.DeviceRecovered("printer", "printer")))
    assert bench.view().failed_devices == {}


@pytest.mark.parametrize(
    "event",
    [
        events.DirectiveTaken("g", 1, "id", "fact", "NoticeAdded", {}),
        events.DirectiveAnswered("id", "done", ""),
        events.DocumentsRebuilt("roster", "torn"),
        events.NodeStarted("1.0", "hw"),
    ],
)
def test_other_facts_pass_through(bench: Bench, event: events.Event) -> None:
    assert bench.do(c.Record(event)) == (event,)


@pytest.mark.parametrize("kind", NEVER, ids=lambda kind: kind.__name__)
def test_what_a_decision_makes_cannot_be_recorded(bench: Bench, kind: type[events.Event]) -> None:
    event = kind(*[None] * len(kind.__struct_fields__))
    refusal = bench.refused(c.Record(event))
    assert isinstance(refusal, Invalid)
    assert refusal.code == "not_recordable"


def test_what_is_no_command_is_refused(bench: Bench) -> None:
    assert bench.refused(c.Command()).code == "unknown_command"
