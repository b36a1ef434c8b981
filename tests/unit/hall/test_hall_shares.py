"""The hall's own share of places: sold at the desk without any network, given back, ended, frozen and told."""

from typing import Any

import msgspec
import pytest

from contract import directives, events
from contract.catalogue import Clerk
from contract.matters import Matter
from contract.wire import MAX_EVENT
from edge.errors import Invalid, Refused, Settled, Unknown
from edge.folding import Tables, fold_roster
from edge.hall import commands as c
from edge.hall.decide_shares import CENTRE
from edge.journal import Recorded
from tests.halls import CATALOGUE, NODE, Bench

DAY_MS = 86_400_000
ID = "a" * 64


@pytest.fixture
def bench() -> Bench:
    """With two places of a slot in an hour."""
    made = Bench()
    made.start()
    made.granted()
    return made


def grant(bench: Bench, id_: str = "G1") -> tuple[int, int, int, bool]:
    """(sold, returned, left, closed)."""
    found = bench.state.grants[id_]
    assert found.sold + found.returned + found.left == found.n
    return found.sold, found.returned, found.left, found.closed


def test_a_place_is_sold_for_a_published_matter_of_its_service(bench: Bench) -> None:
    for id_, service in (("home", "deposit"), ("loan-new", "loan")):
        matter = Matter(id=id_, version=1, service=service, name={"en": id_})
        bench.told(directives.MatterPublished(matter))
    assert bench.refused(bench.sell(matter="loan-new")).code == "other_service"
    assert bench.refused(bench.sell(matter="nothing")).code == "unknown_matter"
    wish = bench.sell(matter="home")
    (sold,) = bench.do(wish)
    assert isinstance(sold, events.PlaceSold) and sold.matter == "home"
    assert bench.state.bookings[wish.code].matter == "home", "the window knows it when the customer comes"
    bench.at += 3600_000
    assert bench.check_in(wish.code).matter == "home"


def staffed() -> Bench:
    clerks = (Clerk("anna", "Anna"), Clerk("rita", "Rita", "receptionist"), Clerk("boss", "Boss", "supervisor"))
    made = Bench(msgspec.structs.replace(CATALOGUE, clerks=clerks))
    made.start()
    made.granted()
    return made


# --- sold ------------------------------------------------------------------------


@pytest.mark.clause("S0-11")
def test_a_place_sold_at_the_desk_is_a_booking_that_checks_in_at_once(bench: Bench) -> None:
    wish = bench.sell(name="李*明", id_hmac=ID, priority_class="elderly")
    (sold,) = bench.do(wish)
    given = bench.state.grants["G1"]
    assert isinstance(sold, events.PlaceSold)
    assert (sold.grant, sold.slot, sold.code, sold.day) == ("G1", "S3600", wish.code, given.day)
    assert (sold.starts_at, sold.ends_at, sold.name, sold.sealed) == (given.starts_at, given.ends_at, "李*明", "A" * 88)
    assert (sold.by, sold.readback, sold.priority_class) == ("desk", True, "elderly")
    booking = bench.state.bookings[wish.code]
    assert (booking.status, booking.grant, booking.generation, booking.id_hmac) == ("booked", "G1", "", ID)
    assert grant(bench) == (1, 0, 1, False)
    bench.wait(3600 - 600)
    ticket = bench.do(c.CheckIn(bench.token(), "kiosk", "card", id_hmac=ID))[0]
    assert isinstance(ticket, events.TicketIssued)
    assert (ticket.booking, ticket.place) == (wish.code, "slot")


def test_the_last_place_is_sold_once_and_the_oldest_grant_goes_first(bench: Bench) -> None:
    bench.granted("G2", n=1)
    for _ in range(3):
        bench.do(bench.sell())
    assert bench.refused(bench.sell()).code == "no_place"
    assert [each.event.grant for each in bench.log if isinstance(each.event, events.PlaceSold)] == ["G1", "G1", "G2"]
    assert (grant(bench), grant(bench, "G2")) == ((2, 0, 0, False), (1, 0, 0, False))


def test_a_grant_may_be_named_instead_of_its_slot(bench: Bench) -> None:
    bench.granted("G2", n=1)
    bench.do(bench.sell(None, grant="G2"))
    assert (grant(bench), grant(bench, "G2")) == ((0, 0, 2, False), (1, 0, 0, False))
    assert bench.refused(bench.sell(None, grant="G2")).code == "no_place"


@pytest.mark.clause("S0-13")
def test_nothing_is_booked_that_was_not_read_back(bench: Bench) -> None:
    refusal = bench.refused(bench.sell(readback=False))
    assert (refusal.code, refusal.field) == ("readback_needed", "readback")
    assert "Read the details back" in refusal.detail
    assert (bench.state.bookings, grant(bench)) == ({}, (0, 0, 2, False))


@pytest.mark.parametrize(
    ("change", "kind", "code", "field"),
    [
        ({"slot": "S9"}, Unknown, "unknown_slot", "slot"),
        ({"slot": None, "grant": "G9"}, Unknown, "unknown_slot", "grant"),
        ({"slot": None}, Invalid, "one_slot", "slot"),
        ({"grant": "G1"}, Invalid, "one_slot", "slot"),
        ({"service": "loan"}, Refused, "other_service", "service"),
        ({"service": "tea"}, Unknown, "unknown_service", "service"),
        ({"code": "K1"}, Invalid, "bad_code", "code"),
        ({"code": "ABCDEFGHJKL0"}, Invalid, "bad_code", "code"),
        ({"name": "Zhang 110105194912"}, Invalid, "not_masked", "name"),
        ({"phone": "13812341234"}, Invalid, "not_masked", "phone"),
        ({"id_hmac": "11010519491231002X"}, Invalid, "bad_id_hmac", "id_hmac"),
        ({"phone_hmac": "1"}, Invalid, "bad_phone_hmac", "phone_hmac"),
        ({"sealed": "{}"}, Invalid, "bad_sealed", "sealed"),
        ({"by": ""}, Invalid, "bad_by", "by"),
        ({"priority_class": "friends"}, Unknown, "unknown_class", "priority_class"),
    ],
)
def test_what_cannot_be_right_is_named(
    bench: Bench, change: dict[str, Any], kind: type[Refused], code: str, field: str
) -> None:
    refusal = bench.refused(bench.sell(**{"slot": "S3600"} | change))
    assert (type(refusal), refusal.code, refusal.field) == (kind, code, field)


def test_a_code_is_used_once(bench: Bench) -> None:
    wish = bench.sell()
    bench.do(wish)
    assert bench.refused(bench.sell(code=wish.code)).code == "code_taken"


def test_not_after_the_slots_start(bench: Bench) -> None:
    bench.wait(3600)
    assert bench.refused(bench.sell()).code == "slot_begun"


def test_one_open_booking_for_a_person_and_a_service(bench: Bench) -> None:
    bench.granted("LOAN", service="loan", slot="L")
    bench.book("K1", "deposit", in_s=7200, id_hmac=ID)
    refusal = bench.refused(bench.sell(id_hmac=ID))
    assert (refusal.code, refusal.field) == ("booked_already", "id_number")
    bench.do(bench.sell("L", service="loan", id_hmac=ID))
    bench.told(directives.BookingCancelled("K1"))
    bench.do(bench.sell(id_hmac=ID))


def test_who_shows_no_document_is_known_by_the_telephone(bench: Bench) -> None:
    bench.do(bench.sell(id_hmac=None, phone_hmac=ID))
    assert bench.refused(bench.sell(id_hmac=None, phone_hmac=ID)).code == "booked_already"
    bench.do(bench.sell(id_hmac=None, phone_hmac=None))


def test_whoever_sells_is_one_of_the_hall() -> None:
    bench = staffed()
    assert bench.refused(bench.sell(by="terminal")).code == "unknown_clerk"
    bench.do(bench.sell(by="anna"))


# --- given back --------------------------------------------------------------------


def test_what_is_left_is_given_back_once(bench: Bench) -> None:
    bench.do(bench.sell())
    assert bench.do(c.ReturnShare("G1", "desk")) == (events.ShareReturned("G1", 1, "desk"),)
    assert grant(bench) == (1, 1, 0, True)
    assert bench.refused(bench.sell()).code == "no_place"
    again = bench.refused(c.ReturnShare("G1", CENTRE))
    assert (type(again), again.code) == (Settled, "grant_closed")
    assert type(bench.refused(c.ReturnShare("G9", CENTRE))) is Settled


def test_a_recall_of_a_grant_all_sold_gives_nothing_and_ends_it(bench: Bench) -> None:
    bench.do(bench.sell()), bench.do(bench.sell())
    assert bench.do(c.ReturnShare("G1", CENTRE)) == (events.ShareReturned("G1", 0, CENTRE),)
    assert grant(bench) == (2, 0, 0, True)


def test_giving_back_is_for_receptionists_and_supervisors() -> None:
    bench = staffed()
    assert bench.refused(c.ReturnShare("G1", "anna")).code == "no_right"
    bench.do(c.ReturnShare("G1", "rita"))
    bench.granted("G2")
    bench.do(c.ReturnShare("G2", "boss"))


# --- which grants hold ---------------------------------------------------------------


def granted(bench: Bench, **change: Any) -> directives.ShareGranted:
    found = bench.state.grants["G1"]
    fact = directives.ShareGranted(
        "G1", NODE, "e1", found.slot, found.day, "deposit", found.starts_at, found.ends_at, 2
    )
    return msgspec.structs.replace(fact, **change)


def test_a_grant_of_another_node_or_epoch_is_worth_nothing(bench: Bench) -> None:
    bench.told(granted(bench, grant="G2", node="bench-2"))
    bench.told(granted(bench, grant="G3", epoch="e0"))
    assert list(bench.state.grants) == ["G1"]


def test_a_grant_told_again_gives_no_place_again(bench: Bench) -> None:
    bench.do(bench.sell())
    bench.told(granted(bench))
    assert grant(bench) == (1, 0, 1, False)
    bench.do(c.ReturnShare("G1", "desk"))
    bench.told(granted(bench, n=9))
    assert grant(bench) == (1, 1, 0, True)


def test_a_new_epoch_ends_every_grant_for_ever(bench: Bench) -> None:
    bench.do(bench.sell())
    bench.do(c.Record(events.EpochBegun("e1", "torn page")))
    assert (bench.state.epoch, grant(bench)) == ("", (1, 0, 1, True))
    bench.told(granted(bench))
    bench.start("e2")
    bench.told(granted(bench))
    assert bench.refused(bench.sell()).code == "no_place"
    assert bench.refused(c.ReturnShare("G1", CENTRE)).code == "grant_closed", "the centre counts it as sold"
    bench.granted("G2")
    bench.do(bench.sell())


def test_a_restart_changes_nothing(bench: Bench) -> None:
    bench.do(bench.sell())
    bench.start("e1")
    bench.do(bench.sell())
    assert grant(bench) == (2, 0, 0, False)


def test_a_new_generation_freezes_grants_until_it_names_them(bench: Bench) -> None:
    bench.granted("G2", slot="OTHER")
    begin_anew(bench)
    assert bench.refused(bench.sell()).code == "grant_stale"
    assert bench.refused(c.ReturnShare("G1", "desk")).code == "grant_stale"
    bench.told(granted(bench))
    bench.do(bench.sell())
    bench.told(directives.SnapshotEnded())
    bench.do(bench.sell())
    assert grant(bench, "G2") == (0, 0, 2, True)
    assert bench.refused(bench.sell("OTHER")).code == "no_place"


def test_the_same_generation_told_again_freezes_nothing(bench: Bench) -> None:
    bench.told(directives.SnapshotBegun())
    bench.do(bench.sell())
    bench.told(directives.SnapshotEnded())
    bench.do(bench.sell())


def test_grants_go_with_their_days(bench: Bench) -> None:
    bench.granted("TOMORROW", in_s=86_400, day="2026-11-23")
    bench.wait(2 * 86_400)
    assert list(bench.state.grants) == ["TOMORROW"]


def begin_anew(bench: Bench) -> tuple[events.Event, ...]:
    """The snapshot of a restored centre begins."""
    bench.generation = "g2"
    return bench.told(directives.SnapshotBegun())


# --- the roster and a restored centre ----------------------------------------------------


def reported(events_: tuple[events.Event, ...]) -> list[events.RosterReported]:
    return [each for each in events_ if isinstance(each, events.RosterReported)]


def test_a_restored_centre_hears_all_that_the_hall_held(bench: Bench) -> None:
    for code in ("HERE", "LATE", "OFF", "TO-COME"):
        bench.book(code, in_s=-1000 if code == "LATE" else 600, phone_hmac=ID)
    bench.check_in("HERE")
    bench.pass_time()
    bench.told(directives.BookingCancelled("OFF"))
    wish = bench.sell()
    bench.do(wish)
    taken, report = begin_anew(bench)
    assert isinstance(taken, events.DirectiveTaken) and isinstance(report, events.RosterReported)
    assert (report.generation, report.part, report.parts) == ("g2", 1, 1)
    status = {each.code: each.status for each in report.entries}
    assert status == {"HERE": "arrived", "LATE": "void", "OFF": "cancelled", "TO-COME": "booked", wish.code: "booked"}
    mine = report.entries[-1]
    assert (mine.grant, mine.id_hmac, mine.name) == ("G1", wish.id_hmac, "张*")
    assert report.entries[0].phone_hmac == ID


def test_the_same_generation_is_told_nothing_new_and_first_contact_what_there_is() -> None:
    """A torn journal may have forgotten that it has met a centre, which waits for its report."""
    bench = Bench()
    assert [each.entries for each in reported(bench.told(directives.SnapshotBegun()))] == [()]
    bench.book("K1", in_s=60)
    assert reported(bench.told(directives.SnapshotBegun())) == []
    assert reported(begin_anew(bench))[0].entries[0].code == "K1"


def test_an_empty_roster_is_one_part_without_entries(bench: Bench) -> None:
    assert reported(begin_anew(bench)) == [events.RosterReported("g2", 1, 1, ())]


def test_a_long_roster_comes_in_parts_that_fit_the_wire(bench: Bench) -> None:
    for n in range(300):
        bench.book(f"K{n:03}", in_s=600, id_hmac=ID, phone_hmac=ID, name="欧阳**峰" * 4)
    parts = reported(begin_anew(bench))
    assert [(each.part, each.parts) for each in parts] == [(n, len(parts)) for n in range(1, len(parts) + 1)]
    assert [entry.code for each in parts for entry in each.entries] == [f"K{n:03}" for n in range(300)]
    sizes = [len(events.encode(each, seq=1, boot="b" * 32, mono_ms=1, at=1, synced=True)) for each in parts]
    assert len(parts) > 5 and max(sizes) < MAX_EVENT


def test_an_entry_no_event_can_hold_stops_nothing(bench: Bench) -> None:
    bench.book("K1", in_s=600, name="x" * 13_000), bench.book("K2", in_s=600)
    (report,) = reported(begin_anew(bench))
    assert [each.code for each in report.entries] == ["K2"]


def test_what_an_earlier_generation_named_stays_until_the_centre_says_otherwise(bench: Bench) -> None:
    bench.book("OLD", in_s=600), bench.book("GONE", in_s=600)
    wish = bench.sell()
    bench.do(wish)
    begin_anew(bench)
    bench.told(directives.SnapshotEnded())
    assert list(bench.state.bookings) == ["OLD", "GONE", wish.code]
    bench.told(directives.BookingCancelled("GONE"))
    assert bench.state.bookings["GONE"].status == "cancelled"
    bench.told(directives.SnapshotBegun())
    bench.told(directives.SnapshotEnded())
    assert "OLD" in bench.state.bookings and wish.code in bench.state.bookings


def test_within_one_generation_a_snapshot_still_forgets(bench: Bench) -> None:
    bench.book("K1", in_s=600), bench.book("K2", in_s=600)
    bench.told(directives.SnapshotBegun())
    bench.book("K2", in_s=600)
    bench.told(directives.SnapshotEnded())
    assert list(bench.state.bookings) == ["K2"]


def test_what_the_hall_sold_keeps_its_grant_when_the_centre_names_it(bench: Bench) -> None:
    wish = bench.sell()
    bench.do(wish)
    bench.book(wish.code, in_s=3600)
    assert (bench.state.bookings[wish.code].grant, grant(bench)) == ("G1", (1, 0, 1, False))


def test_who_is_here_is_served_though_the_centre_cancelled(bench: Bench) -> None:
    bench.book("K1", in_s=600)
    ticket = bench.check_in("K1")
    bench.told(directives.BookingCancelled("K1"))
    booking = bench.state.bookings["K1"]
    assert (booking.status, booking.cancelled_here, ticket.status) == ("arrived", True, "waiting")
    assert bench.view().roster.cancelled_here == 1


def test_all_of_it_is_replayed_exactly(bench: Bench) -> None:
    bench.do(bench.sell())
    begin_anew(bench)
    bench.told(granted(bench))
    bench.told(directives.SnapshotEnded())
    bench.do(bench.sell())
    bench.do(c.ReturnShare("G1", CENTRE))
    bench.do(c.Record(events.EpochBegun("e1", "torn page")))
    bench.start("e2")
    assert msgspec.json.encode(bench.replayed()) == msgspec.json.encode(bench.state)
    tables: Tables = {}
    for event, seq, at in bench.log:
        fold_roster(tables, Recorded("e", seq, at, event, b"", seq))
    assert tables["grants"] == msgspec.to_builtins(bench.state.grants), "the document says the same"
