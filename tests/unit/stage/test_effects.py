"""What follows from an event, and what a ticket without a confirmed slip is owed."""

from typing import Any

import pytest

from contract.catalogue import Rules
from contract.events import (
    AlarmClosed,
    AlarmRaised,
    CustomerWelcomed,
    EmergencyDeclared,
    EmergencyEnded,
    TicketCalled,
    TicketIssued,
    TicketRecalled,
)
from edge.effects import AllClear, Announce, Greet, PrintSlip, Warn, effects, slip_owed
from edge.hall.commands import CallNext, IssueTicket, LogIn, Recall
from edge.hall.state import Ticket
from edge.hall.view import EMPTY
from tests.halls import Bench

MINUTE = 60_000


def ticket(**changes: object) -> Ticket:
    fields: dict[str, object] = {
        "id": "d-A001",
        "day": "d",
        "number": "A001",
        "service": "s",
        "lane": "ordinary",
        "priority_class": None,
        "token": "t",
        "status": "waiting",
        "issued_at": 0,
        "waiting_since": 0,
    }
    return Ticket(**fields | changes)  # type: ignore[arg-type]


def test_a_ticket_prints_and_calls_are_announced_with_the_counters_name() -> None:
    bench = Bench()
    events = [
        *bench.do(IssueTicket("deposit", "token-of-64-bits-or-more", "kiosk")),
        *bench.do(LogIn("1", "li")),
        *bench.do(CallNext("1")),
        *bench.do(Recall("1")),
    ]
    view = bench.view()
    issued = next(event for event in events if isinstance(event, TicketIssued))
    what = {type(event): effects(event, view) for event in events}
    place = {"zh": "Counter 1", "en": "Counter 1"}
    assert what.pop(TicketIssued) == (PrintSlip(issued),)
    assert what.pop(TicketCalled) == (Announce(issued.number, place, again=False),)
    assert what.pop(TicketRecalled) == (Announce(issued.number, place, again=True),)
    assert set(what.values()) == {()}, "nothing else is printed or spoken"


def test_a_welcome_and_an_emergency_are_spoken() -> None:
    view = Bench().view()
    assert effects(CustomerWelcomed("d-A001", "1", "li"), view) == (Greet({"zh": "Counter 1", "en": "Counter 1"}),)
    assert effects(EmergencyDeclared("fire", "wang"), view) == (Warn("fire"),)
    assert effects(EmergencyEnded("wang"), view) == (AllClear(),)


@pytest.mark.parametrize("kind", ["silent", "help", "fire", "intrusion"])
def test_an_alarm_is_never_spoken_and_prints_nothing(kind: Any) -> None:
    assert effects(AlarmRaised("1", kind, "counter:1", "li"), EMPTY) == ()
    assert effects(AlarmClosed("1", "li", "seen"), EMPTY) == ()


@pytest.mark.parametrize(
    ("found", "owed"),
    [
        ({"slip": "none"}, "clean"),
        ({"slip": "started", "slips": 1}, "copy"),
        ({"slip": "failed", "slips": 0}, "clean"),
        ({"slip": "failed", "slips": 1}, "copy"),
        ({"slip": "printed", "slips": 1}, "nothing"),
        ({"slip": "staff"}, "nothing"),
        ({"slip": "none", "status": "called"}, "staff"),
        ({"slip": "started", "slips": 1, "status": "passed"}, "staff"),
        ({"slip": "none", "status": "serving"}, "nothing"),
        ({"slip": "none", "status": "done"}, "nothing"),
        ({"slip": "none", "status": "voided"}, "nothing"),
    ],
)
def test_what_a_slip_is_owed(found: dict[str, object], owed: str) -> None:
    assert slip_owed(ticket(**found), 14 * MINUTE, Rules(reprint_within_s=900)) == owed


@pytest.mark.parametrize(("minutes", "owed"), [(14.999, "clean"), (15, "staff")])
def test_a_slip_is_printed_by_itself_only_while_its_ticket_is_young(minutes: float, owed: str) -> None:
    assert slip_owed(ticket(), int(minutes * MINUTE), Rules(reprint_within_s=900)) == owed
