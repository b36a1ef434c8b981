"""What halls are told of their bookings: each at once, and each change as it comes."""

import pytest
from sqlalchemy import select, update

from central.audit import Actor
from central.booking.desk import Who
from central.db.tables import DirectiveRow, Slot
from contract.directives import BookingAdded, BookingCancelled
from tests.booking_halls import Halls, arrival
from tests.booking_world import HOUR, World, id_number


def on(world: World, day: str) -> str:
    return next(slot.id for slot in world.slots() if slot.day == day and slot.starts_at >= world.at + HOUR)


@pytest.mark.clause("S0-29")
def test_confirmed_bookings_are_told_at_once_whatever_their_day(world: World, halls: Halls) -> None:
    """So the evening before at the latest; and what a backup of the centre lacks, the halls have."""
    today, tomorrow, later = (
        world.booked(n, slot=on(world, day)) for n, day in enumerate(["2026-11-23", "2026-11-24", "2026-12-04"])
    )
    assert halls.tell() == 3
    told = {one.code: one for one in halls.told()}
    assert set(told) == {today.code, tomorrow.code, later.code}
    one = told[tomorrow.code]
    assert isinstance(one, BookingAdded)
    assert (one.day, one.service, one.starts_at) == ("2026-11-24", "social", tomorrow.starts_at)
    assert (one.name, one.id_hmac, one.phone_hmac) == ("李*明", tomorrow.roster_id, tomorrow.roster_phone)
    assert one.rev == 1
    assert halls.tell() == 0, "told once"


def test_what_comes_in_late_is_told_as_it_comes(world: World, halls: Halls) -> None:
    halls.tell()
    slot = next(slot.id for slot in world.slots() if slot.starts_at > world.at + HOUR)
    booking = world.booked(slot=slot)
    halls.tell()
    assert halls.told()[-1].code == booking.code


def test_every_node_of_the_hall_is_told(world: World, halls: Halls) -> None:
    halls.node("kiosk")
    booking = world.booked()
    halls.tell()
    assert halls.told("kiosk")[-1].code == halls.told("hall")[-1].code == booking.code


def test_a_change_is_told_with_a_higher_number(world: World, halls: Halls) -> None:
    booking = world.booked()
    halls.tell()
    slots = [slot for slot in world.slots() if slot.day == "2026-11-24"]
    moved = world.desk.move(Who(booking.code), slots[4].id)
    assert halls.tell() == 1
    again = halls.told()[-1]
    assert (again.code, again.starts_at) == (booking.code, slots[4].starts_at) and again.rev == moved.rev > 1


def test_one_that_moves_to_a_later_day_is_told_with_that_day(world: World, halls: Halls) -> None:
    """And not as cancelled: a restored centre could not tell the two apart."""
    booking = world.booked()
    halls.tell()
    world.desk.move(Who(booking.code), on(world, "2026-11-27"))
    assert halls.tell() == 1
    assert isinstance(halls.told()[-1], BookingAdded) and halls.told()[-1].day == "2026-11-27"
    assert halls.tell() == 0


def test_there_and_back_before_the_hall_is_told_anything_is_told_as_it_is(world: World, halls: Halls) -> None:
    booking = world.booked()
    world.desk.move(Who(booking.code), on(world, "2026-11-27"))
    world.desk.move(Who(booking.code), booking.slot)
    halls.tell()
    assert [(one.code, one.day) for one in halls.told()] == [(booking.code, "2026-11-24")]


@pytest.mark.clause("S0-21")
def test_a_cancelled_one_is_taken_from_the_roster_and_one_never_told_is_not_mentioned(
    world: World, halls: Halls
) -> None:
    told = world.booked(1)
    halls.tell()
    untold = world.booked(2, slot=on(world, "2026-11-27"))
    world.desk.cancel(Who(told.code))
    world.desk.cancel(Who(untold.code))
    assert halls.tell() == 1
    assert halls.told()[-1] == BookingCancelled(told.code, 2)
    assert not any(one.code == untold.code for one in halls.told())


def test_what_is_not_confirmed_is_not_on_the_roster_until_it_is(world: World, halls: Halls) -> None:
    returned = world.booked(1, name="")
    reviewing = world.booked(2, matter="claim", detail="my pension")
    assert halls.tell() == 0
    world.desk.resubmit(Who(returned.code), world.application(1))
    world.desk.approve(reviewing.code, Actor("wang"))
    assert halls.tell() == 2


def test_the_hall_is_not_told_back_what_it_has_said_itself(world: World, halls: Halls) -> None:
    booking = world.booked()
    halls.tell()
    halls.says(halls.node(), arrival(booking))
    assert halls.tell() == 0


def test_a_thousand_bookings_are_told_in_several_transactions(world: World, halls: Halls) -> None:
    with world.engine.begin() as connection:
        connection.execute(update(Slot).values(capacity=1000))
    slot = world.application().slot
    for n in range(230):
        world.booked(n, slot=slot, id_number=id_number(n))
    assert halls.tell() == 230 and halls.tell() == 0
    with world.engine.connect() as connection:
        query = select(DirectiveRow.type).where(DirectiveRow.node == "hall", DirectiveRow.type == "BookingAdded")
        assert len(connection.scalars(query).all()) == 230
