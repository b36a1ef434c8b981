""" "I need ten more minutes": moved back with the slip's token, the number kept."""

import pytest

from contract import events
from contract.catalogue import Rules
from edge.errors import Unknown
from edge.hall import commands as c
from edge.hall.state import Ticket
from tests.halls import Bench


def back(ticket: Ticket) -> c.MoveBack:
    return c.MoveBack(ticket.token, "slip")


def line(bench: Bench) -> list[str]:
    return [bench.state.tickets[id_].number for id_ in bench.state.queues["deposit"]]


@pytest.mark.parametrize(
    ("open_", "move_back_s", "expected"),
    [
        (("1",), 600, 2),  # 600 s at one counter, five minutes each
        (("1", "2", "3"), 600, 6),
        (("1",), 60, 1),
        ((), 600, 2),
        (("1",), 7200, 8),
    ],
)
def test_as_many_places_as_will_be_called_meanwhile(open_: tuple[str, ...], move_back_s: int, expected: int) -> None:
    bench = Bench()
    bench.open(*open_)
    bench.do(c.ChangeRules(Rules(move_back_s=move_back_s)))
    tickets = [bench.take() for _ in range(9)]
    moved = bench.do(back(tickets[0]))
    assert moved == (events.TicketMovedBack(tickets[0].id, "A001", expected, 1, "slip"),)
    numbers = [each.number for each in tickets]
    assert line(bench) == [*numbers[1 : expected + 1], "A001", *numbers[expected + 1 :]]
    assert tickets[0].number == "A001"


def test_from_where_it_stands_and_at_most_twice(bench: Bench) -> None:
    tickets = [bench.take() for _ in range(9)]
    for after in (4, 6):
        moved = bench.do(back(tickets[2]))[0]
        assert isinstance(moved, events.TicketMovedBack)
        assert moved.after == after
    assert line(bench)[6] == "A003"
    assert bench.refused(back(tickets[2])).code == "moved_too_often"


def test_at_the_end_of_its_queue_it_is_behind_everybody_in_the_hall(bench: Bench) -> None:
    bench.open("2")
    first, loan = bench.take(), bench.take("loan")
    bench.do(back(first))
    last = bench.take("loan")
    assert [up.ticket for up in bench.view().counters[1].next_up] == [loan.id, first.id, last.id]


def test_one_of_its_own_lane_goes_before_it_at_least(bench: Bench) -> None:
    """Between others of another lane it would not be later at all."""
    first = bench.take()
    for _ in range(4):
        bench.take(priority="elderly")
    second = bench.take()
    bench.do(back(first))
    queue = bench.state.queues["deposit"]
    assert queue.index(second.id) < queue.index(first.id)


def test_its_wait_begins_anew_and_it_is_not_aged(open_bench: Bench) -> None:
    open_bench.do(c.ChangeRules(Rules(ageing_s=600)))
    first = open_bench.take()
    open_bench.wait(599)
    second = open_bench.take()
    open_bench.do(back(first))
    open_bench.wait(2)
    assert first.waiting_since == open_bench.at - 2000
    called = open_bench.do(c.CallNext("1"))[0]
    assert isinstance(called, events.TicketCalled)
    assert (called.ticket, called.why.policy) == (second.id, "first_come")


def test_who_is_booked_joins_the_queue_once_the_slot_has_begun(open_bench: Bench) -> None:
    open_bench.do(c.ChangeRules(Rules(booked="ordinary")))
    open_bench.book("K1", in_s=600)
    booked = open_bench.check_in("K1")
    for _ in range(4):
        open_bench.take()
    assert open_bench.refused(back(booked)).code == "before_slot"
    open_bench.wait(601)
    for _ in range(9):
        open_bench.take()
    open_bench.do(back(booked))
    assert (booked.held, open_bench.state.booked["deposit"]) == ("", [])
    assert line(open_bench).index(booked.number) == 4 + 6, "behind the four before its slot and six more"


def test_sent_to_one_counter_it_keeps_that_counter(open_bench: Bench) -> None:
    ticket = open_bench.take()
    others = [open_bench.take() for _ in range(3)]
    open_bench.do(c.CallNext("1"))
    open_bench.do(c.Transfer("1", "deposit", "2"))
    open_bench.do(back(ticket))
    assert (ticket.counter, ticket.directed) == ("2", True)
    assert line(open_bench)[-1] == ticket.number
    assert [up.ticket for up in open_bench.view().counters[0].next_up] == [each.id for each in others]


def test_what_cannot_be_moved_back(open_bench: Bench) -> None:
    ticket = open_bench.take()
    assert open_bench.refused(back(ticket)).code == "nobody_behind"
    unknown = open_bench.refused(c.MoveBack("NOSUCHTOKEN12", "slip"))
    assert (type(unknown), unknown.field) == (Unknown, "token")
    assert open_bench.refused(c.MoveBack(ticket.token, "")).code == "bad_by"
    open_bench.take()
    open_bench.do(c.CallNext("1"))
    assert open_bench.refused(back(ticket)).code == "not_waiting"
    open_bench.do(c.ChangeRules(Rules(busy_s=0)))
    open_bench.take()
    open_bench.book("K1", in_s=-60)
    deferred = open_bench.check_in("K1")
    assert deferred.held == "deferred"
    assert open_bench.refused(back(deferred)).code == "nobody_behind"
