"""A centre restored from a backup: nothing is sold until the halls have told their rosters, and of each booking the one
that knows less follows the other (F25)."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from central import generations
from central.audit import SYSTEM, Actor
from central.booking import reconciling, shares
from central.booking.desk import Who
from central.booking.sentences import BookingRefused
from central.db.engine import writing
from central.db.tables import Booking, BookingChange, Unreconciled
from central.registry import dismiss
from contract.directives import BookingAdded, BookingCancelled
from contract.events import PlaceSold, RosterEntry
from hallkeeper.central_backup import back_up, put_back
from tests.booking_halls import Halls, entry, later, report, sale
from tests.booking_world import DAY, World

BOSS, CLERK = Actor("zhao"), Actor("wang")


class Backup:
    """Of the centre, as it is done in earnest."""

    def __init__(self, halls: Halls, folder: Path) -> None:
        self.halls, self.path = halls, folder / "backup"
        back_up(halls.world.engine, self.path)

    def restore(self) -> str:
        """The new generation."""
        halls = self.halls
        halls.bench.close()
        put_back(halls.world.engine, self.path, at=halls.world.at)
        halls.bench.restart()
        halls.follower = type(halls.follower)(halls.world.desk)
        with halls.world.engine.connect() as connection:
            found = generations.newest(connection)
        assert found is not None
        return found


def begin_anew(world: World) -> str:
    with writing(world.engine).begin() as connection:
        return generations.begin(connection, world.at, "a test")


def checking(world: World) -> bool:
    with world.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Unreconciled)) == 1


def now(world: World, booking: Any) -> Any:
    return world.desk.find(Who(booking.code))


def told_of(halls: Halls, booking: Any) -> Any:
    """The booking as its hall has been told of it."""
    halls.tell()
    return now(halls.world, booking)


@pytest.mark.fault("F25")
def test_confirmed_bookings_that_were_lost_are_rebuilt_and_what_is_too_much_is_flagged(
    world: World, halls: Halls, tmp_path: Path
) -> None:
    backup = Backup(halls, tmp_path)
    size = world.slot(world.application().slot).capacity
    lost = [told_of(halls, world.booked(n)) for n in range(1, size + 1)]
    generation = backup.restore()
    with world.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Booking)) == 0
    with pytest.raises(BookingRefused) as refused:
        world.booked(50)
    assert refused.value.code == "hall_checking"
    extra = msgspec.structs.replace(entry(lost[0]), code="ABCDEFGH2345")
    halls.says(halls.node(), report(generation, *map(entry, lost), extra))
    found = [now(world, booking) for booking in lost]
    assert [one.status for one in found] == ["confirmed"] * size
    assert {(one.flag, one.channel, one.name_masked) for one in found} == {("details_lost", "rebuilt", "李*明")}
    over = world.desk.find(Who("ABCDEFGH2345"))
    assert (over.status, over.flag) == ("confirmed", "excess")
    slot = world.slot(lost[0].slot)
    assert (slot.taken, slot.capacity, slot.excess) == (size + 1, size, 1)
    with pytest.raises(BookingRefused) as full:
        world.booked(60, slot=slot.id)
    assert full.value.code == "slot_full"
    assert world.booked(60, slot=world.slots()[-1].id).status == "confirmed", "the hall sells again"


@pytest.mark.fault("F25")
def test_one_place_too_many_is_not_sold_again_when_it_is_given_up(world: World, halls: Halls) -> None:
    slot = later(world)[0]
    full = [world.booked(n, slot=slot.id) for n in range(1, slot.capacity + 1)]
    extra = msgspec.structs.replace(entry(full[0]), code="ABCDEFGH2345")
    halls.says(halls.node(), report("unasked", extra))
    assert world.slot(slot.id).excess == 1
    world.desk.cancel(Who(full[0].code))
    assert (world.slot(slot.id).taken, world.slot(slot.id).excess) == (slot.capacity, 0)
    with pytest.raises(BookingRefused):
        world.booked(70, slot=slot.id)
    world.desk.cancel(Who(full[1].code))
    assert world.booked(70, slot=slot.id).status == "confirmed"


@pytest.mark.fault("F25")
def test_one_that_was_moved_after_the_backup_follows_the_hall(world: World, halls: Halls, tmp_path: Path) -> None:
    booking = told_of(halls, world.booked())
    backup = Backup(halls, tmp_path)
    other = later(world)[3]
    moved = told_of(halls, world.desk.move(Who(booking.code), other.id))
    generation = backup.restore()
    assert now(world, booking).slot == booking.slot
    halls.says(halls.node(), report(generation, entry(moved)))
    after = now(world, booking)
    assert (after.slot, after.status, after.flag) == (other.id, "confirmed", "")
    assert world.slot(other.id).taken == 1 and world.slot(booking.slot).taken == 0
    assert after.rev == moved.rev, "so that what comes next is the newer one to both"


@pytest.mark.fault("F25")
def test_one_that_was_moved_before_the_backup_does_not_follow_a_hall_that_was_away(
    world: World, halls: Halls, tmp_path: Path
) -> None:
    """It had been told, and had not heard: its roster is the old one, and its customer comes at the new time."""
    booking = told_of(halls, world.booked())
    other = later(world)[3]
    moved = told_of(halls, world.desk.move(Who(booking.code), other.id))
    generation = Backup(halls, tmp_path).restore()
    halls.says(halls.node(), report(generation, entry(booking)))
    assert now(world, booking).slot == other.id and now(world, booking).rev == moved.rev
    assert world.slot(other.id).taken == 1 and world.slot(booking.slot).taken == 0


@pytest.mark.fault("F25")
def test_one_that_was_cancelled_after_the_backup_is_cancelled_again(world: World, halls: Halls, tmp_path: Path) -> None:
    booking = told_of(halls, world.booked())
    backup = Backup(halls, tmp_path)
    world.desk.cancel(Who(booking.code))
    gone = told_of(halls, booking)
    generation = backup.restore()
    halls.says(halls.node(), report(generation, entry(gone, "cancelled")))
    assert (now(world, booking).status, now(world, booking).flag) == ("cancelled", ""), "nothing of it is lost"
    assert world.slot(booking.slot).taken == 0
    assert halls.told()[-1] == BookingCancelled(booking.code, gone.rev), "the snapshot had named it to the hall again"


@pytest.mark.fault("F25")
def test_one_that_was_moved_beyond_what_the_hall_knows_is_not_cancelled(
    world: World, halls: Halls, tmp_path: Path
) -> None:
    """The hall was told not to expect it on Tuesday: to it that is a cancellation."""
    booking = told_of(halls, world.booked())
    world.desk.move(Who(booking.code), world.slots()[-1].id)
    gone = told_of(halls, booking)
    generation = Backup(halls, tmp_path).restore()
    halls.says(halls.node(), report(generation, entry(booking, "cancelled", rev=gone.rev)))
    assert now(world, booking).status == "confirmed" and now(world, booking).slot == world.slots()[-1].id


@pytest.mark.fault("F25")
def test_one_that_was_cancelled_before_the_backup_is_cancelled_in_the_hall_too(
    world: World, halls: Halls, tmp_path: Path
) -> None:
    booking = told_of(halls, world.booked())
    world.desk.cancel(Who(booking.code))
    generation = Backup(halls, tmp_path).restore()
    halls.hello(halls.node())
    halls.says(halls.node(), report(generation, entry(booking)))
    assert now(world, booking).status == "cancelled"
    assert isinstance(halls.told()[-1], BookingCancelled) and halls.told()[-1].code == booking.code


@pytest.mark.fault("F25")
def test_one_that_was_approved_after_the_backup_stands(world: World, halls: Halls, tmp_path: Path) -> None:
    booking = world.booked(matter="claim", detail="my pension")
    assert booking.status == "reviewing"
    backup = Backup(halls, tmp_path)
    approved = told_of(halls, world.desk.approve(booking.code, CLERK))
    generation = backup.restore()
    halls.says(halls.node(), report(generation, entry(approved)))
    assert now(world, booking).status == "confirmed" and world.slot(booking.slot).taken == 1


@pytest.mark.fault("F25")
def test_a_change_that_was_approved_after_the_backup_takes_one_place_and_is_over(
    world: World, halls: Halls, tmp_path: Path
) -> None:
    booking = told_of(halls, world.booked())
    slot = next(slot for slot in world.slots("estate") if slot.starts_at > world.at + 20 * 3_600_000)
    change = world.desk.ask_change(Who(booking.code), "transfer", slot.id)
    backup = Backup(halls, tmp_path)
    changed = told_of(halls, world.desk.decide_change(change, CLERK, approve=True))
    generation = backup.restore()
    halls.says(halls.node(), report(generation, entry(changed)))
    after = now(world, booking)
    assert (after.slot, after.matter, after.business_type) == (slot.id, "transfer", "estate")
    assert world.slot(slot.id).taken == 1 and world.slot(booking.slot).taken == 0
    with world.engine.connect() as connection:
        assert connection.scalar(select(BookingChange.status)) == "withdrawn"


@pytest.mark.fault("F25")
def test_one_that_was_displaced_in_the_backup_and_stands_again_in_the_hall(
    world: World, halls: Halls, tmp_path: Path
) -> None:
    booking = told_of(halls, world.booked())
    closure = world.desk.close_hall(
        "hall", BOSS, from_at=world.at, until_at=world.at + 2 * DAY, cause="power", text={"en": "No power"}
    )
    halls.tell()
    backup = Backup(halls, tmp_path)
    world.desk.end_closure(closure.id, BOSS)
    again = told_of(halls, booking)
    generation = backup.restore()
    halls.says(halls.node(), report(generation, entry(again)))
    assert now(world, booking).status == "confirmed" and world.slot(booking.slot).taken == 1


@pytest.mark.fault("F25")
def test_a_place_the_hall_sold_counts_as_one_of_its_share_whichever_word_of_it_comes_first(
    world: World, halls: Halls, tmp_path: Path
) -> None:
    [first, second] = [one for one in halls.give() if one.slot in {slot.id for slot in later(world)}][:2]
    backup = Backup(halls, tmp_path)
    sales = [sale(first, world.slot(first.slot), 1), sale(second, world.slot(second.slot), 2)]
    generation = backup.restore()
    before = {id_: world.slot(id_) for id_ in (first.slot, second.slot)}

    def line(sold: PlaceSold) -> RosterEntry:
        times = (sold.day, sold.service, sold.starts_at, sold.ends_at)
        return RosterEntry(sold.code, *times, sold.name, "booked", grant=sold.grant)

    halls.says(halls.node(), sales[0], report(generation, *map(line, sales)), sales[1])
    for sold, grant in zip(sales, (first, second), strict=True):
        slot = world.slot(sold.slot)
        assert (slot.taken, slot.granted) == (1, before[sold.slot].granted - 1) and slot.excess == 0
        assert shares.left(halls.grant(grant.id)) == grant.n - 1
        booking = world.desk.find(Who(sold.code))
        assert (booking.channel, booking.flag) == ("hall", "")
        assert world.vault.person(booking.person, booking.person_kid).name == "王小红", "also where it came second"


@pytest.mark.fault("F25")
def test_what_is_rebuilt_is_told_to_the_hall_again_so_that_it_stands(
    world: World, halls: Halls, tmp_path: Path
) -> None:
    backup = Backup(halls, tmp_path)
    lost = told_of(halls, world.booked())
    generation = backup.restore()
    halls.hello(halls.node())
    halls.says(halls.node(), report(generation, entry(lost)))
    assert halls.tell() == 1
    assert isinstance(halls.told()[-1], BookingAdded) and halls.told()[-1].code == lost.code
    assert f"booking:{lost.code}" in halls.standing()


def test_a_hall_with_two_nodes_waits_for_both_and_for_every_part(world: World, halls: Halls) -> None:
    halls.node("kiosk")
    generation = begin_anew(world)
    node, kiosk = halls.node(), halls.node("kiosk")
    halls.says(node, report(generation, part=1, parts=2))
    halls.says(kiosk, report(generation))
    assert checking(world)
    halls.says(node, report("another generation", part=2, parts=2))
    halls.says(node, report(generation, part=1, parts=2))
    assert checking(world), "the same part twice is one"
    halls.says(node, report(generation, part=2, parts=2))
    assert not checking(world)


def test_a_node_that_was_dismissed_is_not_waited_for(world: World, halls: Halls) -> None:
    halls.node("kiosk")
    generation = begin_anew(world)
    dismiss(world.engine, "kiosk")
    halls.says(halls.node(), report(generation))
    assert not checking(world)


def test_a_person_may_lift_it_and_no_share_is_given_before(world: World, halls: Halls) -> None:
    begin_anew(world)
    assert halls.give() == []
    with pytest.raises(BookingRefused) as refused:
        world.booked()
    assert refused.value.code == "hall_checking" and refused.value.said("zh") != str(refused.value)
    with writing(world.engine).begin() as connection:
        assert reconciling.lift(connection, "hall")
        assert not reconciling.lift(connection, "hall")
    assert world.booked().status == "confirmed" and halls.give() != []


def test_a_report_of_another_halls_booking_changes_nothing(world: World, halls: Halls) -> None:
    booking = world.booked()
    other = halls.node("other", "other")
    halls.says(other, report("g", entry(booking, "cancelled", rev=99)))
    assert now(world, booking).status == "confirmed"


def test_a_customer_may_cancel_while_the_hall_is_being_checked_and_it_stays_cancelled(
    world: World, halls: Halls
) -> None:
    booking = told_of(halls, world.booked())
    generation = begin_anew(world)
    world.desk.cancel(Who(booking.code))
    halls.says(halls.node(), report(generation, entry(booking)))
    assert now(world, booking).status == "cancelled"
    with world.desk.working(SYSTEM) as work:
        assert work.connection.scalar(select(func.count()).select_from(Unreconciled)) == 0
