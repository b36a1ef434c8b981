"""The hall's own share, step by step: who is given it, what comes back, what counts as sold until somebody knows."""

from typing import Any

import pytest
from sqlalchemy import func, insert, select

from central.audit import SYSTEM, Actor
from central.booking import hall_sales, shares
from central.booking.cursor import BOOKINGS
from central.booking.desk import Who
from central.booking.sentences import BookingRefused
from central.db.tables import Booking, BookingRulesRow
from central.errors import Invalid
from central.registry import dismiss
from contract.directives import BookingCancelled, ShareGranted, ShareRecalled
from contract.events import DirectiveAnswered, EpochBegun
from tests.booking_halls import Halls, Renewed, back, customer, later, sale
from tests.booking_world import DAY, World, id_number
from tests.fakenode import FakeNode

BOSS = Actor("zhao")


def free(world: World, id_: str) -> int:
    slot = world.slot(id_)
    return int(slot.capacity - slot.taken - slot.granted)


def sells_out(world: World, id_: str, first: int = 100) -> int:
    """How many more the centre can sell of a slot."""
    for n in range(20):
        try:
            world.booked(first + n, slot=id_, id_number=id_number(first + n))
        except BookingRefused as refused:
            assert refused.code == "slot_full"
            return n
    raise AssertionError("no end of places")


def tomorrows(halls: Halls) -> Any:
    """The first grant of tomorrow that is for the first service."""
    ids = {slot.id for slot in later(halls.world)}
    return next(grant for grant in halls.give() if grant.slot in ids)


def settle(world: World, grant: str, sold: int) -> None:
    with world.desk.working(BOSS, staff=True) as work:
        shares.settle(work, grant, sold)


@pytest.mark.clause("S0-11")
def test_the_node_that_runs_the_queue_is_given_a_part_of_every_slot_of_two_days(world: World, halls: Halls) -> None:
    kiosk = halls.node("kiosk")
    grants = halls.give()
    assert {(grant.node, grant.epoch) for grant in grants} == {("hall", halls.node().epoch)}
    slots = {grant.slot: world.slot(grant.slot) for grant in grants}
    assert {slot.day for slot in slots.values()} == {"2026-11-23", "2026-11-24"}
    assert all(grant.n == max(1, slots[grant.slot].capacity * 20 // 100) for grant in grants)
    assert all(slots[grant.slot].granted == grant.n for grant in grants)
    assert all(slot.starts_at > world.at + 600_000 for slot in slots.values()), "none that is about to begin"
    told = [one for one in halls.told() if isinstance(one, ShareGranted)]
    assert {one.grant for one in told} == {grant.id for grant in grants}
    assert {one.node for one in halls.told(kiosk.name)} == {"hall"}, "others are told too, and know it is not theirs"


def test_nothing_is_given_twice_in_one_epoch_and_each_day_brings_the_next(world: World, halls: Halls) -> None:
    first = {grant.slot for grant in halls.give()}
    assert {grant.slot for grant in halls.give()} == first
    world.at += DAY
    world.open()
    more = {grant.slot for grant in halls.give()} - first
    assert {world.slot(slot).day for slot in more} == {"2026-11-25"}


def test_nothing_is_given_to_a_hall_nobody_has_heard_of_or_that_is_to_have_none(world: World) -> None:
    def given() -> int:
        with world.desk.working(SYSTEM) as work:
            return shares.give(work, work.offer("hall"))

    assert given() == 0, "its node has not sent a word"
    halls = Halls(world, world.engine.url.render_as_string(hide_password=False))
    halls.node()
    rules(world, hall_percent=0)
    assert given() == 0
    rules(world, hall_percent=20)
    assert given() > 0
    halls.close()


def rules(world: World, **changes: int) -> None:
    with world.engine.begin() as connection:
        newest = connection.scalar(select(func.max(BookingRulesRow.version))) or 0
        connection.execute(
            insert(BookingRulesRow).values(hall="hall", version=newest + 1, rules=changes, by="zhao", at=world.at)
        )
    world.desk.offers.forget()


def test_a_sale_at_the_halls_desk_is_a_booking_with_its_customer(world: World, halls: Halls) -> None:
    grant = tomorrows(halls)
    before = world.slot(grant.slot)
    sold = sale(grant, before, matter="join")
    halls.says(halls.node(), sold)
    booking = world.desk.find(Who(sold.code, "0001"))
    assert (booking.status, booking.channel, booking.assisted_by, booking.readback) == (
        "confirmed", "hall", "reception", True,
    )  # fmt: skip
    assert world.vault.person(booking.person, booking.person_kid) == customer()
    assert (booking.matter, booking.business_type, booking.flag) == ("join", "social", "")
    after = world.slot(grant.slot)
    assert (after.taken, after.granted) == (before.taken + 1, before.granted - 1)
    assert free(world, grant.slot) == before.capacity - before.taken - before.granted
    halls.says(halls.node(), sold)
    assert world.slot(grant.slot).taken == after.taken, "the same code is the same booking"


def test_a_sale_that_is_cancelled_before_the_hall_was_told_anything_is_told_to_it(world: World, halls: Halls) -> None:
    grant = tomorrows(halls)
    sold = sale(grant, world.slot(grant.slot))
    halls.says(halls.node(), sold)
    gone = world.desk.cancel(Who(sold.code, "0001"))
    assert gone.told_rev == 0
    halls.tell()
    assert halls.told()[-1] == BookingCancelled(sold.code, gone.rev), "the hall expects its customer"


def test_details_that_do_not_open_are_flagged_and_the_place_is_sold(world: World, halls: Halls) -> None:
    grant = tomorrows(halls)
    sold = sale(grant, world.slot(grant.slot), sealed="A" * 88)
    halls.says(halls.node(), sold)
    booking = world.desk.find(Who(sold.code))
    assert (booking.status, booking.flag, booking.person) == ("confirmed", "details_lost", None)


def test_a_customer_who_booked_at_the_centre_too_keeps_both_and_somebody_looks(world: World, halls: Halls) -> None:
    grant = tomorrows(halls)
    mine = world.booked(1, slot=later(world)[5].id, id_number=customer().id_number)
    sold = sale(grant, world.slot(grant.slot))
    halls.says(halls.node(), sold)
    double = world.desk.find(Who(sold.code))
    assert (double.status, double.flag, double.person_key) == ("confirmed", "double", None)
    assert world.desk.find(Who(mine.code)).status == "confirmed"


def test_what_was_sold_for_the_time_of_a_closure_is_told_like_the_others(world: World, halls: Halls) -> None:
    """The hall was away when it was declared, and sold on."""
    grant = tomorrows(halls)
    world.desk.close_hall(
        "hall", BOSS, from_at=world.at, until_at=world.at + 3 * DAY, cause="power", text={"en": "No power"}
    )
    sold = sale(grant, world.slot(grant.slot))
    halls.says(halls.node(), sold)
    assert world.desk.find(Who(sold.code)).status == "displaced"
    assert world.slot(grant.slot).taken == 0


def test_a_slot_the_centre_has_sold_out_asks_for_what_is_left_of_it(world: World, halls: Halls) -> None:
    grant = tomorrows(halls)
    assert halls.recall_wanted() == 0
    sells_out(world, grant.slot)
    assert halls.recall_wanted() == 1
    assert halls.told()[-1] == ShareRecalled(grant.id)
    assert halls.recall_wanted() == 0, "asked for once"
    assert free(world, grant.slot) == 0, "credited only when the hall has said so"
    halls.says(halls.node(), back(grant, grant.n))
    assert sells_out(world, grant.slot, 200) == grant.n
    assert halls.grant(grant.id).state == "closed"
    assert f"grant:{grant.id}" not in halls.standing() and f"recall:{grant.id}" not in halls.standing()


def test_what_comes_back_short_is_counted_as_sold_until_a_person_says(world: World, halls: Halls) -> None:
    grant = next(one for one in halls.give() if one.n == 1)
    halls.says(halls.node(), back(grant, 0))
    assert (halls.grant(grant.id).state, shares.left(halls.grant(grant.id))) == ("frozen", 1)
    assert world.slot(grant.slot).granted == 1
    with pytest.raises(Invalid, match="from 0 to 1"):
        settle(world, grant.id, 2)
    settle(world, grant.id, 0)
    assert world.slot(grant.slot).granted == 0 and halls.grant(grant.id).settled_by == "zhao"
    with pytest.raises(BookingRefused):
        settle(world, grant.id, 0)


def test_what_a_person_says_was_sold_keeps_its_place_without_a_booking(world: World, halls: Halls) -> None:
    grant = tomorrows(halls)
    halls.says(halls.node(), back(grant, 0))
    before = world.slot(grant.slot)
    settle(world, grant.id, 1)
    after = world.slot(grant.slot)
    assert (after.taken, after.granted) == (before.taken + 1, 0)
    assert halls.grant(grant.id).state == "closed"


def test_a_node_that_knows_no_shares_is_not_waited_for(world: World, halls: Halls) -> None:
    grant = tomorrows(halls)
    ids = halls.directive_ids("ShareGranted")
    halls.says(halls.node(), *(DirectiveAnswered(id_, "unsupported", "what is that?") for id_ in ids))
    assert halls.grants() == [] and world.slot(grant.slot).granted == 0


def test_another_node_that_knows_no_shares_proves_nothing_of_the_queues_own(world: World, halls: Halls) -> None:
    """Every node of the hall hears of every grant. Else the hall's places would be sold by the centre as well."""
    kiosk = halls.node("kiosk")
    grant = tomorrows(halls)
    ids = halls.directive_ids("ShareGranted", "kiosk")
    assert ids == halls.directive_ids("ShareGranted")
    halls.says(kiosk, *(DirectiveAnswered(id_, "unsupported", "what is that?") for id_ in ids))
    assert halls.grant(grant.id).state == "issued" and world.slot(grant.slot).granted == grant.n
    sells_out(world, grant.slot)
    halls.says(halls.node(), sale(grant, world.slot(grant.slot)))
    slot = world.slot(grant.slot)
    assert slot.taken + slot.granted <= slot.capacity and slot.excess == 0


# --- epochs ------------------------------------------------------------------


def in_new_epoch(halls: Halls, old: FakeNode, **begun: Any) -> FakeNode:
    new = Renewed(old, **begun)
    halls.nodes["hall"] = new
    halls.hello(new)
    halls.says(new)
    return new


def test_an_epoch_that_was_whole_gives_back_what_it_did_not_sell(world: World, halls: Halls) -> None:
    grants = halls.give()
    sold = sale(grants[0], world.slot(grants[0].slot))
    halls.says(halls.node(), sold)
    in_new_epoch(halls, halls.node(), whole=True)
    assert halls.grants() == []
    assert all(halls.grant(one.id).settled_by == "proved" for one in grants[1:])
    assert world.slot(grants[0].slot).granted == 0 and world.slot(grants[0].slot).taken == 1
    again = halls.give()
    assert {one.epoch for one in again} == {halls.node().epoch}, "the new one has its own"


def test_an_epoch_that_may_have_lost_a_sale_keeps_its_places_until_a_person_says(world: World, halls: Halls) -> None:
    grants = halls.give()
    in_new_epoch(halls, halls.node(), whole=False)
    assert {one.state for one in halls.grants()} == {"frozen"} and len(halls.grants()) == len(grants)
    assert all(one.state == "frozen" for one in halls.give()), "nothing new of a slot that is not settled"
    settle(world, grants[0].id, 0)
    assert [one.slot for one in halls.give() if one.state == "issued"] == [grants[0].slot]


def test_nothing_is_proved_before_the_last_event_of_the_epoch_is_here(world: World, halls: Halls) -> None:
    grant = tomorrows(halls)
    old = halls.node()
    sold = sale(grant, world.slot(grant.slot))
    old.record(sold)
    in_new_epoch(halls, old, whole=True)
    assert halls.grant(grant.id).state == "frozen" and world.slot(grant.slot).granted == grant.n
    halls.bench.say(*old.batches())
    assert halls.follower.follow() == 1
    assert halls.grant(grant.id).state == "closed" and world.slot(grant.slot).taken == 1


def test_nothing_is_proved_by_events_that_are_stored_but_not_followed_yet(world: World, halls: Halls) -> None:
    """The sale was stored after the follower had looked for more, and before it asked what is proved: its place is
    not free."""
    grant = tomorrows(halls)
    old = halls.node()
    old.record(sale(grant, world.slot(grant.slot)))
    in_new_epoch(halls, old, whole=True)
    with world.engine.connect() as connection:
        followed = BOOKINGS.read(connection)
    halls.bench.say(*old.batches())
    with world.desk.working(BOSS) as work:
        assert shares.settle_proved(work.connection, followed, work.at) == 0
    sells_out(world, grant.slot)
    halls.follower.follow()
    slot = world.slot(grant.slot)
    assert slot.taken + slot.granted <= slot.capacity and slot.excess == 0


@pytest.mark.fault("F33")
def test_a_sale_that_cannot_be_read_is_not_proved_away(
    world: World, halls: Halls, monkeypatch: pytest.MonkeyPatch
) -> None:
    grants = halls.give()
    sold = sale(grants[0], world.slot(grants[0].slot))

    def broken(*_args: object) -> None:
        raise ValueError("no such day")

    with monkeypatch.context() as patch:
        patch.setattr(hall_sales, "sold", broken)
        halls.says(halls.node(), sold)
    in_new_epoch(halls, halls.node(), whole=True)
    assert [one.id for one in halls.grants()] == [grants[0].id], "the others are proved"
    assert world.slot(grants[0].slot).granted == grants[0].n


@pytest.mark.fault("F33")
def test_a_sale_of_a_newer_version_leaves_the_whole_epoch_in_doubt(world: World, halls: Halls) -> None:
    grants = halls.give()
    node = halls.node()
    node.record(sale(grants[0], world.slot(grants[0].slot)))
    newer = node.raws.pop().replace(b'"type":"PlaceSold","v":1', b'"type":"PlaceSold","v":99')
    assert b'"v":99' in newer
    node.hashes.pop()
    node.append(newer)
    halls.says(node)
    in_new_epoch(halls, node, whole=True)
    assert {one.state for one in halls.grants()} == {"frozen"} and len(halls.grants()) == len(grants)


def test_an_epoch_nobody_ever_heard_of_does_not_hide_the_one_before(world: World, halls: Halls) -> None:
    """Torn twice before it could say a word: the second epoch is gone, the third names only that one."""
    grants = halls.give()
    lost = Renewed(halls.node())
    new = Renewed(lost, whole=True)
    halls.nodes["hall"] = new
    halls.hello(new, streams=[])
    halls.says(new)
    assert {one.state for one in halls.grants()} == {"frozen"} and len(halls.grants()) == len(grants)


def test_a_new_card_in_the_old_node_is_a_new_epoch_too(world: World, halls: Halls) -> None:
    grants = halls.give()
    fresh = FakeNode("hall", "hall", "01J00000000000000000000077")
    fresh.clock = world.at
    fresh.record(EpochBegun(None, "first"))
    halls.nodes["hall"] = fresh
    halls.hello(fresh)
    halls.says(fresh)
    assert {one.state for one in halls.grants()} == {"frozen"} and len(halls.grants()) == len(grants)


def test_an_epochs_first_word_that_comes_late_ends_no_later_one(world: World, halls: Halls) -> None:
    first = halls.node()
    second = Renewed(first, whole=True)
    third = Renewed(second, whole=True)
    halls.nodes["hall"] = third
    halls.hello(second)
    halls.hello(third)
    halls.says(third)
    grants = halls.give()
    assert {one.epoch for one in grants} == {third.epoch}
    halls.bench.say(*second.batches())
    halls.follower.follow()
    assert {one.state for one in halls.grants()} == {"issued"}


def test_the_share_goes_to_the_epoch_that_lives_in_whatever_order_they_were_heard_of(
    world: World, halls: Halls
) -> None:
    second = Renewed(halls.node())
    third = Renewed(second)
    halls.hello(third)
    halls.hello(second)
    assert {one.epoch for one in halls.give()} == {third.epoch}


def test_a_dismissed_nodes_places_wait_for_a_person_not_for_ever(world: World, halls: Halls) -> None:
    grants = halls.give()
    dismiss(world.engine, "hall")
    halls.give()
    assert {one.state for one in halls.grants()} == {"frozen"} and len(halls.grants()) == len(grants)
    settle(world, grants[0].id, 0)
    assert world.slot(grants[0].slot).granted == 0


def test_the_sums_of_every_slot_are_those_of_its_grants_and_bookings(world: World, halls: Halls) -> None:
    for n, grant in enumerate(halls.give()[:6]):
        if n % 2:
            halls.says(halls.node(), sale(grant, world.slot(grant.slot), n))
        else:
            halls.says(halls.node(), back(grant, grant.n))
    with world.engine.connect() as connection:
        held = connection.scalars(select(Booking.slot).where(Booking.holds)).all()
    open_ = {grant.slot: shares.left(grant) for grant in halls.grants()}
    for slot in world.slots():
        now = world.slot(slot.id)
        assert (now.taken, now.granted) == (held.count(slot.id), open_.get(slot.id, 0))


def test_a_sale_that_a_person_thought_had_not_been_is_a_booking_all_the_same(world: World, halls: Halls) -> None:
    """Settled as unsold, its place sold by the centre since: whoever bought it in the hall comes too."""
    grant = tomorrows(halls)
    halls.says(halls.node(), back(grant, 0))
    settle(world, grant.id, 0)
    sells_out(world, grant.slot)
    sold = sale(grant, world.slot(grant.slot))
    halls.says(halls.node(), sold)
    booking = world.desk.find(Who(sold.code))
    assert (booking.status, booking.flag) == ("confirmed", "excess"), "somebody sees to it"
    slot = world.slot(grant.slot)
    assert slot.taken == slot.capacity + 1 and slot.excess == 1


def test_what_is_left_of_slots_long_over_is_waited_for_no_more_and_a_late_sale_still_counts(
    world: World, halls: Halls
) -> None:
    grant = tomorrows(halls)

    def settled() -> int:
        with world.desk.working(SYSTEM) as work:
            return shares.settle_past(work, "hall")

    world.at = world.slot(grant.slot).ends_at + 7 * DAY + DAY // 2
    assert settled() > 0
    assert {world.slot(one.slot).day for one in halls.grants()} == {"2026-11-24"}, "a hall may be away for a week"
    world.at += 2 * DAY
    assert settled() > 0 and halls.grants() == []
    assert world.slot(grant.slot).granted == 0 and halls.grant(grant.id).settled_by == "past"
    sold = sale(grant, world.slot(grant.slot))
    halls.says(halls.node(), sold)
    assert world.desk.find(Who(sold.code)).flag == "" and world.slot(grant.slot).taken == 1
