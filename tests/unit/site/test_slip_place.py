"""How many people a slip's page says are before it: as the hall's own rule has it, or nothing."""

from typing import Any

import msgspec
import pytest

from contract import events as e
from contract.catalogue import Rules
from edge.hall.waits import ahead
from tests.site_world import issued
from tests.unit.site.test_slip_page import WHY, words

MINUTE = 60_000


def first(n: int) -> e.TicketIssued:
    """One of the priority lane."""
    return msgspec.structs.replace(issued(n), lane="priority", priority_class="elderly")


def before(page: str) -> int | None:
    """The number on the page; None where it says none."""
    shown = words(page)
    if "You are probably next" in shown:
        return 0
    return int(shown.partition("About ")[2].split()[0]) if "waiting before you" in shown else None


@pytest.mark.parametrize("rules", [Rules(), Rules(priority=2, ordinary=1), Rules(priority=1, ordinary=5)])
def test_both_lanes_are_counted_by_the_halls_ratio(hall: Any, scan: Any, rules: Rules) -> None:
    hall.tell(e.RulesChanged(rules))
    lanes = [first(n) if n % 3 == 0 else issued(n) for n in range(1, 31)]
    hall.tell(*lanes)
    assert before(scan("A029")) == ahead("ordinary", 10, 19, rules)
    assert before(scan("A030")) == ahead("priority", 9, 20, rules)


def test_who_is_of_the_priority_lane_and_came_later_is_before_an_ordinary_one(hall: Any, scan: Any) -> None:
    hall.tell(issued(1), issued(2))
    assert before(scan("A002")) == 1
    hall.tell(first(3), first(4))
    assert before(scan("A002")) == 2, "one of them at its turn, the other later"
    assert before(scan("A003")) == 0


def arrived(hall: Any, n: int, outcome: str, minutes: int) -> tuple[e.Event, ...]:
    """Checked in for a slot that begins in so many minutes."""
    slot = hall.bench.wall + minutes * MINUTE
    ticket = issued(n).ticket
    booked = e.BookingArrived(f"K7Q{n}", ticket, "savings", slot, "code", -minutes * 60, outcome)  # type: ignore[arg-type]
    return (msgspec.structs.replace(issued(n), booking=f"K7Q{n}", slot_at=slot), booked)


def test_a_booked_customer_hears_a_number_from_the_slot_on(hall: Any, scan: Any) -> None:
    hall.tell(issued(1), *arrived(hall, 2, "on_time", 10), issued(3))
    assert before(scan("A002")) is None and "Waiting to be called" in scan("A002")
    assert "等候叫号" in scan("A002", "zh") and "即将轮到您" not in scan("A002", "zh")
    assert before(scan("A003")) == 1, "who is booked for later is not before it"
    hall.tell(issued(4), after_ms=11 * MINUTE)
    assert before(scan("A002")) == 2
    assert before(scan("A004")) == 3
    assert before(scan("A003")) == 1, "taken before the slot began"


@pytest.mark.parametrize("outcome", ["late", "deferred", "lifted"])
def test_a_place_the_hall_has_chosen_is_not_guessed(hall: Any, scan: Any, outcome: str) -> None:
    hall.tell(issued(1), *arrived(hall, 2, outcome, -5), issued(3))
    assert before(scan("A002")) is None
    assert before(scan("A003")) == (1 if outcome == "deferred" else 2), "the deferred give way"


def test_who_was_moved_or_brought_back_or_sent_on_has_no_number(hall: Any, scan: Any) -> None:
    hall.tell(*(issued(n) for n in range(1, 5)))
    moved, passed, sent = (issued(n).ticket for n in (1, 2, 3))
    hall.tell(
        e.TicketMovedBack(moved, "A001", 2, 1, "slip"),
        e.TicketCalled(passed, "A002", "2", "w07", WHY),
        e.TicketPassed(passed, "A002", "2"),
        e.TicketRestored(passed, "A002", 2, "w07"),
        e.TicketCalled(sent, "A003", "2", "w07", WHY),
        e.TicketTransferred(sent, "A003", "2", "savings", "savings", "1", 0),
    )
    assert [before(scan(f"A00{n}")) for n in (1, 2, 3)] == [None] * 3
    assert before(scan("A004")) == 2, "who waits for one window alone is not before it"


def test_the_wait_as_printed_is_of_those_who_wait(hall: Any, scan: Any) -> None:
    hall.tell(issued(1))
    assert "Expected wait as printed" in words(scan())
    ticket = issued(1).ticket
    hall.tell(e.TicketCalled(ticket, "A001", "2", "w07", WHY), e.ServiceStarted(ticket, "2", "w07"))
    hall.tell(e.ServiceFinished(ticket, "2", "w07"))
    assert "Expected wait" not in words(scan()) and "Issued" in words(scan())
