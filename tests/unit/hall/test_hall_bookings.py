"""Booked customers: found, too late, lifted; and the roster as the centre tells it."""

import pytest
from msgspec.structs import replace

from contract import directives, events
from contract.catalogue import Clerk
from edge.errors import Invalid, Unknown
from edge.hall import commands as c
from edge.hall import roster
from edge.hall.due import next_due
from edge.hall.view import RosterView
from tests.halls import CATALOGUE, SERVICES, Bench
from tests.unit.hall.conftest import check_in

DAY_MS = 86_400_000
ID, OTHER_ID, PHONE = "a" * 64, "b" * 64, "c" * 64


def lift(bench: Bench, code: str = "K1", by: str = "Boss", reason: str = "Snow", consent: bool = True) -> c.LiftVoid:
    return c.LiftVoid(code, by, reason, consent, bench.token(), "desk")


# --- check-in ------------------------------------------------------------------


@pytest.mark.clause("S0-20")
def test_who_is_on_time_is_here_with_a_ticket_for_the_slot(bench: Bench) -> None:
    booking = bench.book("K1", in_s=600)
    done = bench.do(check_in(bench, " k1 "))
    issued, arrived = done
    assert isinstance(issued, events.TicketIssued)
    assert (issued.booking, issued.slot_at, issued.name, issued.place) == ("K1", booking.starts_at, "K1*", "slot")
    assert arrived == events.BookingArrived("K1", issued.ticket, "deposit", booking.starts_at, "code", -600, "on_time")
    ticket = bench.state.tickets[issued.ticket]
    assert (ticket.held, ticket.lane, ticket.waiting_since) == ("slot", "priority", booking.starts_at)
    assert bench.state.booked["deposit"] == [ticket.id]
    assert (booking.status, booking.ticket) == ("arrived", ticket.id)
    service = bench.view().services[0]
    assert (service.waiting, service.booked, bench.view().roster) == (1, 1, RosterView(0, 1, 0))


def test_it_is_found_by_document_and_by_telephone_with_code(bench: Bench) -> None:
    bench.book("K1", in_s=600, id_hmac=ID)
    bench.book("K2", in_s=600, phone_hmac=PHONE)
    first = bench.do(c.CheckIn(bench.token(), "kiosk", "card", id_hmac=ID))[1]
    second = bench.do(c.CheckIn(bench.token(), "kiosk", "phone", "k2", phone_hmac=PHONE))[1]
    assert isinstance(first, events.BookingArrived)
    assert isinstance(second, events.BookingArrived)
    assert (first.code, first.method, second.code, second.method) == ("K1", "card", "K2", "phone")


def test_of_several_the_unarrived_with_the_nearest_slot(bench: Bench) -> None:
    bench.book("LATER", in_s=1500, id_hmac=ID)
    bench.book("SOON", in_s=60, id_hmac=ID)
    bench.book("TOMORROW", in_s=30, id_hmac=ID, day="2026-11-23")
    codes = []
    for _ in range(2):
        arrived = bench.do(c.CheckIn(bench.token(), "kiosk", "card", id_hmac=ID))[1]
        assert isinstance(arrived, events.BookingArrived)
        codes.append(arrived.code)
    assert codes == ["SOON", "LATER"]
    assert bench.refused(c.CheckIn(bench.token(), "kiosk", "card", id_hmac=ID)).code == "already_arrived"


def test_what_is_not_found_says_nothing_of_anybody_else(bench: Bench) -> None:
    bench.book("K1", in_s=600, name="Zhang*", id_hmac=ID, phone_hmac=PHONE)
    wrong = [
        check_in(bench, "K2"),
        check_in(bench, "K1", phone_hmac=OTHER_ID),
        check_in(bench, "K2", phone_hmac=PHONE),
        c.CheckIn(bench.token(), "kiosk", "card", id_hmac=OTHER_ID),
    ]
    refusals = [bench.refused(each) for each in wrong]
    assert {(each.code, each.detail) for each in refusals} == {
        ("no_booking", "No booking belongs to this; please ask at the desk.")
    }
    for each in (check_in(bench), check_in(bench, None, phone_hmac=PHONE)):
        refusal = bench.refused(each)
        assert (type(refusal), refusal.field) == (Invalid, "code")


def test_each_refusal_says_what_is_wrong(bench: Bench) -> None:
    bench.book("TOMORROW", day="2026-11-23", in_s=600)
    bench.book("EARLY", in_s=1801)
    bench.book("LATE", in_s=-901)
    bench.book("GONE", "mortgage", in_s=60)
    bench.book("CANCELLED", in_s=60)
    bench.told(directives.BookingCancelled("cancelled"))
    assert "2026-11-23" in bench.refused(check_in(bench, "TOMORROW")).detail
    codes = {code: bench.refused(check_in(bench, code)).code for code in bench.state.bookings}
    assert codes == {
        "TOMORROW": "other_day",
        "EARLY": "too_early",
        "LATE": "booking_void",
        "GONE": "service_gone",
        "CANCELLED": "booking_cancelled",
    }
    assert "in 1 minutes" in bench.refused(check_in(bench, "EARLY")).detail
    bench.at += 1000
    ticket = bench.check_in("EARLY")
    again = bench.refused(check_in(bench, "EARLY"))
    assert again.code == "already_arrived"
    assert ticket.number in again.detail


def test_the_hall_itself_may_be_shut(bench: Bench) -> None:
    bench.book("K1", in_s=600)
    bench.do(c.SuspendHall("Water", "office"))
    assert bench.refused(check_in(bench, "K1")).code == "suspended"
    bench.do(c.ResumeHall("office"))
    bench.do(c.DeclareEmergency("fire", "office"))
    assert bench.refused(check_in(bench, "K1")).code == "emergency"
    bench.do(c.EndEmergency("office"))
    bench.check_in("K1")
    empty = Bench(catalogue=None)
    assert empty.refused(check_in(empty, "K1")).code == "no_catalogue"
    empty.do(c.ChangeCatalogue(CATALOGUE))
    assert empty.refused(check_in(empty, "K1")).code == "no_day"


def test_a_booking_is_a_promise_that_no_hour_and_no_cap_breaks() -> None:
    few = replace(SERVICES[0], cap=0, last_ticket="10:30")
    bench = Bench(replace(CATALOGUE, services=(few, *SERVICES[1:])))
    assert bench.refused(c.IssueTicket("deposit", bench.token(), "kiosk")).code == "cap_reached"
    bench.book("CAP", in_s=60)
    bench.check_in("CAP")
    plan = bench.state.plan
    assert plan is not None
    bench.at = plan.opens_at - 600_000
    bench.book("BEFORE", in_s=600)
    bench.check_in("BEFORE")
    bench.at = plan.last_ticket["deposit"] + 60_000
    bench.book("AFTER", in_s=60)
    bench.check_in("AFTER")
    bench.book("LATE", in_s=-60)
    bench.check_in("LATE")


def test_without_a_number_left_there_is_no_ticket() -> None:
    bench = Bench(replace(CATALOGUE, services=(replace(SERVICES[0], last=1, cap=1), *SERVICES[1:])))
    bench.take()
    bench.book("K1", in_s=60)
    assert bench.refused(check_in(bench, "K1")).code == "numbers_used_up"


def test_a_token_is_used_once(bench: Bench) -> None:
    bench.book("K1", in_s=60)
    token = bench.take().token
    assert bench.refused(c.CheckIn(token, "kiosk", "code", "K1")).code == "token_used"
    assert bench.refused(c.CheckIn("short", "kiosk", "code", "K1")).code == "bad_token"
    assert bench.refused(c.CheckIn(bench.token(), "kiosk", "eye", "K1")).code == "bad_method"  # type: ignore[arg-type]


# --- void --------------------------------------------------------------------------


@pytest.mark.clause("S0-45")
def test_who_does_not_come_within_the_grace_loses_the_booking(bench: Bench) -> None:
    booking = bench.book("K1", in_s=600)
    other = bench.book("K2", in_s=600)
    bench.book("K3", in_s=700)
    assert roster.next_void(bench.state) == booking.starts_at + 900_001
    bench.wait(1500)
    assert (booking.status, bench.refused(check_in(bench, "K4")).code) == ("booked", "no_booking")
    bench.check_in("K3")
    bench.wait(0.002)
    voided = [each.event for each in bench.log if isinstance(each.event, events.BookingVoided)]
    assert voided == [events.BookingVoided(code, "deposit", booking.starts_at, 900) for code in ("K1", "K2")]
    assert (booking.status, other.status, bench.view().roster) == ("void", "void", RosterView(0, 1, 2))
    assert bench.refused(check_in(bench, "K1")).code == "booking_void"
    due = next_due(bench.state)
    assert due is not None
    assert due > bench.at, "each falls void once"


def test_the_grace_is_one_boundary_with_no_gap(bench: Bench) -> None:
    """K2: the last millisecond in time is followed by the first one void."""
    bench.book("K1"), bench.book("K2")
    bench.at += 900_000
    assert bench.check_in("K1").status == "waiting"
    bench.at += 1
    assert bench.refused(check_in(bench, "K2")).code == "booking_void"


@pytest.mark.clause("S0-47")
def test_a_supervisor_lifts_a_void_with_reason_and_consent(bench: Bench) -> None:
    booking = bench.book("K1", in_s=-600)
    waiting = [bench.take() for _ in range(3)]
    bench.wait(301)
    done = bench.do(lift(bench, "k1"))
    assert done[0] == events.VoidLifted("K1", "Boss", "Snow", True)
    assert isinstance(done[1], events.TicketIssued)
    assert isinstance(done[2], events.BookingArrived)
    assert (done[1].place, done[2].outcome, done[2].late_s, done[2].method) == ("inserted", "lifted", 901, "staff")
    queue = bench.state.queues["deposit"]
    assert queue == [waiting[0].id, waiting[1].id, done[1].ticket, waiting[2].id]
    assert booking.status == "arrived"
    assert bench.refused(lift(bench)).code == "not_void"


def test_a_void_is_lifted_by_nobody_else_and_not_without_consent() -> None:
    clerks = (Clerk("li", "Li"), Clerk("boss", "Boss", "supervisor"))
    bench = Bench(replace(CATALOGUE, clerks=clerks))
    bench.book("K1", in_s=-901), bench.book("K2", in_s=60)
    wrong = {
        "no_right": lift(bench, by="li"),
        "unknown_clerk": lift(bench, by="Boss"),
        "consent_needed": lift(bench, by="boss", consent=False),
        "bad_reason": lift(bench, by="boss", reason=" "),
        "no_booking": lift(bench, "K9", by="boss"),
        "not_void": lift(bench, "K2", by="boss"),
    }
    assert {code: bench.refused(command).code for code, command in wrong.items()} == {code: code for code in wrong}
    assert isinstance(bench.refused(wrong["unknown_clerk"]), Unknown)
    bench.do(lift(bench, by="boss"))


def test_only_while_the_service_still_gives_tickets(bench: Bench) -> None:
    bench.book("K1", in_s=-901)
    plan = bench.state.plan
    assert plan is not None
    bench.at = plan.last_ticket["deposit"]
    assert bench.refused(lift(bench)).code == "after_last_ticket"


# --- the roster ----------------------------------------------------------------------


def test_a_cancellation_comes_too_late_for_who_is_here(bench: Bench) -> None:
    """requirements.md §10: it stays served."""
    booking = bench.book("K1", in_s=60)
    bench.check_in("K1")
    bench.told(directives.BookingCancelled("K1"))
    assert booking.status == "arrived"
    bench.book("K1", in_s=60)
    assert bench.state.bookings["K1"].status == "arrived", "nor does the entry told again make it anew"


def test_the_same_code_again_replaces_the_entry(bench: Bench) -> None:
    bench.book("K1", in_s=60)
    bench.book("k1", "loan", in_s=120)
    assert [(each.code, each.service) for each in bench.state.bookings.values()] == [("k1", "loan")]
    bench.wait(1100)
    was = bench.state.bookings["K1"].status
    again = bench.book("K1", "loan", in_s=600)
    assert (was, again.status) == ("void", "booked"), "another slot is another appointment"


def test_after_a_snapshot_only_what_it_named_holds(bench: Bench) -> None:
    for code in ("NAMED", "FORGOTTEN", "HERE"):
        bench.book(code, in_s=60)
    bench.book("VOID", in_s=-901)
    bench.check_in("HERE")
    bench.wait(0)
    bench.told(directives.SnapshotBegun())
    bench.book("NAMED", in_s=120)
    # while the snapshot comes in, what was told before still opens the door
    bench.check_in("FORGOTTEN")
    bench.told(directives.SnapshotEnded())
    assert {code: each.status for code, each in bench.state.bookings.items()} == {
        "NAMED": "booked",
        "FORGOTTEN": "arrived",
        "HERE": "arrived",
        "VOID": "void",
    }
    bench.told(directives.SnapshotBegun())
    bench.told(directives.SnapshotEnded())
    assert set(bench.state.bookings) == {"FORGOTTEN", "HERE", "VOID"}


def test_what_cannot_be_read_changes_nothing(bench: Bench) -> None:
    bench.book("K1", in_s=60)
    before = bench.replayed().bookings
    bad = [
        events.DirectiveTaken("g", 1, "x", "fact", "BookingAdded", {"code": 7}),
        events.DirectiveTaken("g", 2, "y", "fact", "BookingMoved", {"code": "K1"}),
        events.DirectiveTaken("g", 3, "z", "command", "BookingCancelled", {"code": "K1"}),
        events.DirectiveTaken("g", 4, "w", "fact", "BookingCancelled", {"code": "NEVER"}),
    ]
    for event in bad:
        bench.do(c.Record(event))
    assert bench.state.bookings == before


def test_past_days_are_forgotten_yesterday_is_kept(bench: Bench) -> None:
    bench.book("YESTERDAY", day="2026-11-22", in_s=60)
    bench.book("BEFORE", day="2026-11-21", in_s=-DAY_MS // 1000)
    bench.book("LATER", day="2026-11-25", in_s=3 * DAY_MS // 1000)
    bench.wait(DAY_MS / 1000)
    assert set(bench.state.bookings) == {"YESTERDAY", "LATER"}
    assert bench.refused(check_in(bench, "YESTERDAY")).code == "booking_void"


def test_a_clock_a_year_ahead_expires_no_appointment(bench: Bench) -> None:
    bench.book("TODAY", in_s=600)
    bench.book("TOMORROW", day="2026-11-23", in_s=DAY_MS // 1000)
    right = bench.at
    bench.do(c.Record(events.ClockSynced("b", 0, right + 365 * DAY_MS)))
    bench.at = right + 365 * DAY_MS
    bench.wait(1)
    bench.do(c.Record(events.ClockSynced("b", 0, right + 1000)))
    bench.at = right + 1000
    bench.wait(1)
    assert {code: each.status for code, each in bench.state.bookings.items()} == {
        "TODAY": "booked",
        "TOMORROW": "booked",
    }
    assert bench.check_in("TODAY").slot_at == right + 600_000


def test_who_is_booked_and_of_a_published_class_keeps_the_class(bench: Bench) -> None:
    bench.book("K1", in_s=-60, priority_class="elderly")
    ticket = bench.check_in("K1")
    assert (ticket.lane, ticket.priority_class) == ("priority", "elderly")
