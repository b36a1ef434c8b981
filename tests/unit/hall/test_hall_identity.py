"""Identity: bound to a ticket, compared, recorded without a number; and what a window must know before it starts."""

from typing import Any

import pytest
from msgspec.structs import replace

from contract import events
from contract.catalogue import Rules
from edge.hall import commands as c
from edge.hall.state import Booking, Ticket
from edge.web.public_view import public
from tests.halls import CATALOGUE, SERVICES, Bench

MINE, OTHERS = "ab" * 32, "cd" * 32


def verify(**changed: Any) -> c.VerifyIdentity:
    card = c.VerifyIdentity(
        verification="v-0000000001",
        method="card",
        id_type="resident-id",
        id_hmac=MINE,
        id_masked="1101**********8515",
        name_masked="张*",
        by="kiosk",
        reader="reader-1",
        valid_until="2031-05-01",
    )
    return replace(card, **changed)


def booked(bench: Bench, ticket: Ticket, hmac: str | None = MINE) -> Ticket:
    """As check-in leaves it."""
    plan = bench.state.plan
    assert plan is not None
    bench.state.bookings["K7Q2"] = Booking("K7Q2", plan.day, ticket.service, bench.at, bench.at, "张*", hmac)
    ticket.booking = "K7Q2"
    return ticket


def record(bench: Bench, command: c.VerifyIdentity) -> events.IdentityVerified:
    (event,) = bench.do(command)
    assert isinstance(event, events.IdentityVerified)
    return event


@pytest.mark.clause("S2-53")
def test_each_verification_leaves_a_record_without_number_or_photograph(bench: Bench) -> None:
    ticket = booked(bench, bench.take())
    assert record(bench, verify(ticket=ticket.id)) == events.IdentityVerified(
        verification="v-0000000001",
        ticket=ticket.id,
        booking="K7Q2",
        stage="arrival",
        method="card",
        id_type="resident-id",
        id_hmac=MINE,
        id_masked="1101**********8515",
        name_masked="张*",
        match="same",
        assurance="high",
        reader="reader-1",
        by="kiosk",
        reason=None,
        valid_until="2031-05-01",
        name="same",
    )


def test_at_the_window_it_goes_with_who_is_there(open_bench: Bench) -> None:
    assert open_bench.refused(verify(counter="1")).code == "no_ticket"
    ticket = open_bench.take()
    open_bench.do(c.CallNext("1"))
    event = record(open_bench, verify(counter="1"))
    assert (event.ticket, event.stage, event.match, event.booking) == (ticket.id, "window", "none", None)
    assert open_bench.view().counters[0].verified == "none"


@pytest.mark.parametrize(
    ("booking", "shown", "match"), [(MINE, MINE, "same"), (OTHERS, MINE, "other"), (None, MINE, "none")]
)
def test_it_is_compared_with_the_booking(bench: Bench, booking: str | None, shown: str, match: str) -> None:
    ticket = booked(bench, bench.take(), booking)
    assert record(bench, verify(ticket=ticket.number, id_hmac=shown)).match == match
    assert ticket.verified == match


@pytest.mark.parametrize(
    ("named", "shown", "name"),
    [
        ("张*", "张*", "same"), ("张*", "李*", "other"), ("张*", "张*明", "other"), ("A*** L**", "a*** l**", "same"),
        ("", "张*", "none"), ("张*", None, "none"),
    ],
)  # fmt: skip
def test_the_name_is_compared_with_the_booking_s_beside_the_number(
    open_bench: Bench, named: str, shown: str | None, name: str
) -> None:
    """Both masked. The right number under another name is no refusal: the clerk sees it and decides."""
    ticket = booked(open_bench, open_bench.take())
    open_bench.state.bookings["K7Q2"].name = named
    open_bench.do(c.CallNext("1"))
    event = record(open_bench, verify(counter="1", name_masked=shown))
    assert (event.match, event.name, ticket.name_match) == ("same", name, name)
    here = open_bench.view().counters[0]
    assert (here.verified, here.name_match, here.verify_due) == ("same", name, False)
    assert public(open_bench.view()).counters[0].name_match == ""
    open_bench.do(c.Start("1"))


def test_who_has_no_booking_has_no_name_to_compare_with(bench: Bench) -> None:
    assert record(bench, verify(ticket=bench.take().id)).name == "none"


def test_without_a_booking_the_window_compares_with_arrival(open_bench: Bench) -> None:
    ticket = open_bench.take()
    assert record(open_bench, verify(ticket=ticket.id)).match == "none"
    open_bench.do(c.CallNext("1"))
    assert record(open_bench, verify(counter="1", id_hmac=OTHERS)).match == "other"
    assert record(open_bench, verify(counter="1", id_hmac=OTHERS)).match == "other", "twice the same is not twice right"
    assert record(open_bench, verify(counter="1")).match == "same"


@pytest.mark.clause("S0-35")
def test_typed_by_hand_it_needs_a_reason_and_counts_less(bench: Bench) -> None:
    ticket = bench.take()
    typed = verify(ticket=ticket.id, method="typed", reader=None, by="li")
    refusal = bench.refused(typed)
    assert (refusal.code, refusal.field) == ("bad_reason", "reason")
    event = record(bench, replace(typed, reason="chip broken"))
    assert (event.method, event.assurance, event.reason, event.by) == ("typed", "low", "chip broken", "li")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id_masked": "110101199003078515"}, "id_masked"),
        ({"id_masked": "110101********8515"}, "id_masked"),
        ({"id_masked": "1101 0119 9003"}, "id_masked"),
        ({"name_masked": "Zhang 110101199003078515"}, "name_masked"),
        ({"id_hmac": "110101199003078515"}, "id_hmac"),
        ({"id_hmac": MINE.upper()}, "id_hmac"),
        ({"reason": "it is 110101199003078515"}, "reason"),
        ({"method": "guess"}, "method"),
        ({"ticket": None}, "ticket"),
        ({"ticket": "A099"}, "ticket"),
        ({"by": ""}, "by"),
    ],
)
def test_no_number_and_nothing_senseless_comes_into_the_journal(
    bench: Bench, changed: dict[str, Any], field: str
) -> None:
    bench.take()
    assert bench.refused(verify(**({"ticket": "A001"} | changed))).field == field


def test_nobody_is_verified_for_a_ticket_that_is_over(open_bench: Bench) -> None:
    open_bench.take()
    open_bench.do(c.CallNext("1"))
    open_bench.do(c.Finish("1"))
    assert open_bench.refused(verify(ticket="A001")).code == "ended"


STRICT = Rules(verify="require")


def hall(verify: Any, rules: Rules = STRICT) -> Bench:
    bench = Bench(replace(CATALOGUE, services=(replace(SERVICES[0], verify=verify), *SERVICES[1:])))
    bench.do(c.ChangeRules(rules))
    bench.open("1")
    return bench


@pytest.mark.clause("S0-33")
def test_a_booked_customer_is_compared_with_the_booking_before_the_service_starts() -> None:
    bench = hall("booked")
    ticket = booked(bench, bench.take())
    bench.do(c.CallNext("1"))
    assert bench.view().counters[0].verify_due
    for command in (c.Start("1"), c.Finish("1")):
        refusal = bench.refused(command)
        assert (refusal.code, refusal.field) == ("identity_unverified", "counter")
    record(bench, verify(counter="1", id_hmac=OTHERS))
    refusal = bench.refused(c.Start("1"))
    assert (refusal.code, "somebody else" in refusal.detail) == ("identity_unverified", True)
    record(bench, verify(counter="1"))
    assert not bench.view().counters[0].verify_due
    bench.do(c.Start("1"))
    assert ticket.status == "serving"
    assert [each.event.match for each in bench.log if isinstance(each.event, events.IdentityVerified)] == [
        "other",
        "same",
    ]


def test_verified_at_arrival_is_enough_at_the_window() -> None:
    bench = hall("booked")
    ticket = booked(bench, bench.take())
    record(bench, verify(ticket=ticket.id))
    bench.do(c.CallNext("1"))
    bench.do(c.Start("1"))


@pytest.mark.parametrize(
    ("wanted", "is_booked", "due"), [("always", False, True), ("booked", False, False), ("never", True, False)]
)
def test_whose_identity_is_wanted_the_service_says(wanted: str, is_booked: bool, due: bool) -> None:
    bench = hall(wanted)
    ticket = bench.take()
    if is_booked:
        booked(bench, ticket)
    bench.do(c.CallNext("1"))
    assert bench.view().counters[0].verify_due == due
    if due:
        assert bench.refused(c.Start("1")).code == "identity_unverified"
    else:
        bench.do(c.Start("1"))


def test_where_the_rules_only_remind_the_service_starts_all_the_same() -> None:
    bench = hall("always", Rules(verify="remind"))
    bench.take()
    bench.do(c.CallNext("1"))
    assert bench.view().counters[0].verify_due
    bench.do(c.Start("1"))
    assert bench.view().counters[0].verify_due
