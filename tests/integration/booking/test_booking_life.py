"""A booking from the application to its end, on both databases."""

import msgspec
import pytest

from central.audit import Actor
from central.booking.applying import MOST_RETURNED
from central.booking.desk import Who
from central.booking.sentences import BookingRefused
from tests.booking_world import DAY, HOUR, World, id_number

CLERK = Actor("wang")


@pytest.mark.clause("S0-12")
@pytest.mark.clause("S0-22")
def test_a_sound_application_is_confirmed_at_once(world: World) -> None:
    asked = world.application()
    booking = world.desk.apply(asked, "web")
    assert booking.status == "confirmed" and booking.confirmed_at == world.at
    assert (booking.hall, booking.matter, booking.slot) == ("hall", "join", asked.slot)
    assert booking.name_masked == "李*明" and booking.phone_masked == "138****0001"
    assert world.slot(asked.slot).taken == 1
    person = world.vault.person(booking.person, booking.person_kid)
    assert person.id_number == id_number(1) and person.name == "李小明"


@pytest.mark.clause("S0-24")
def test_what_is_faulty_is_named_and_mended_while_the_place_is_held(world: World) -> None:
    asked = world.application(name="", id_number="110101199003070001")
    booking = world.desk.apply(asked, "web")
    assert booking.status == "returned"
    assert [one["field"] for one in booking.faults] == ["name", "id_number"]
    assert booking.deadline is not None and booking.deadline <= booking.starts_at - 2 * HOUR
    assert world.slot(asked.slot).taken == 1, "the place is held"
    mended = world.desk.resubmit(Who(booking.code, "0001"), msgspec.structs.replace(world.application(), slot="any"))
    assert mended.status == "confirmed" and mended.attempts == 2 and mended.faults == []
    assert mended.applied_at == booking.applied_at
    assert world.slot(asked.slot).taken == 1


@pytest.mark.fault("F50")
def test_a_telephone_number_holds_few_places_with_what_is_to_be_mended(world: World) -> None:
    slots, wrong = [one for one in world.slots() if one.day > "2026-11-23"], "110101199003070001"
    junk = [world.booked(1, slot=slots[n].id, id_number=wrong) for n in range(MOST_RETURNED)]
    assert {one.status for one in junk} == {"returned"}
    with pytest.raises(BookingRefused) as refused:
        world.booked(1, slot=slots[9].id, id_number=wrong)
    assert (refused.value.code, refused.value.field) == ("returned_many", "phone")
    assert world.slot(slots[9].id).taken == 0
    assert world.booked(1, slot=slots[9].id).status == "confirmed", "what is right is booked"
    assert world.booked(2, slot=slots[9].id, id_number=wrong).status == "returned", "another telephone number"
    world.desk.cancel(Who(junk[-1].code, "0001"))
    assert world.booked(1, slot=slots[10].id, id_number=wrong).status == "returned"


@pytest.mark.clause("S0-21")
def test_a_booking_is_cancelled_with_the_lead_time_and_its_place_is_free_again(world: World) -> None:
    booking = world.booked()
    world.at = booking.starts_at - HOUR
    with pytest.raises(BookingRefused, match="120 minutes"):
        world.desk.cancel(Who(booking.code, "0001"))
    world.at = booking.starts_at - 3 * HOUR
    gone = world.desk.cancel(Who(booking.code, "0001"))
    assert gone.status == "cancelled" and not gone.open
    assert world.slot(booking.slot).taken == 0
    again = world.booked(slot=world.slots()[3].id)
    assert again.status == "confirmed"


def test_a_person_has_one_open_booking_of_a_business_type(world: World) -> None:
    world.booked()
    with pytest.raises(BookingRefused) as refused:
        world.booked(slot=world.slots()[20].id)
    assert refused.value.code == "open_booking" and "一" not in refused.value.said("en")
    assert world.booked(matter="transfer").status == "confirmed", "another kind of business"


def test_the_same_key_gives_the_same_booking(world: World) -> None:
    asked = world.application()
    one = world.desk.apply(asked, "app", idempotency=("app:1", "k"))
    two = world.desk.apply(asked, "app", idempotency=("app:1", "k"))
    assert one.code == two.code and world.slot(asked.slot).taken == 1
    with pytest.raises(BookingRefused) as refused:
        world.desk.apply(world.application(2), "app", idempotency=("app:1", "k"))
    assert refused.value.code == "key_reused"


@pytest.mark.clause("S0-48")
def test_a_change_of_business_is_reviewed(world: World) -> None:
    booking = world.booked()
    slot = world.slots("estate")[10]
    change = world.desk.ask_change(Who(booking.code, "0001"), "transfer", slot.id, reason="sold the flat")
    assert world.slot(slot.id).taken == 1 and world.slot(booking.slot).taken == 1
    changed = world.desk.decide_change(change, CLERK, approve=True)
    assert (changed.matter, changed.slot, changed.service) == ("transfer", slot.id, "estate")
    assert world.slot(booking.slot).taken == 0 and world.slot(slot.id).taken == 1


def test_a_slot_that_is_full_is_said_and_nothing_is_kept(world: World) -> None:
    slot = world.application().slot
    size = world.slot(slot).capacity
    for n in range(size):
        world.booked(n + 1)
    with pytest.raises(BookingRefused) as refused:
        world.booked(size + 1)
    assert refused.value.code == "slot_full"
    assert world.booked(size + 1, slot=world.slots()[-1].id).status == "confirmed"
    assert world.slot(slot).taken == size


def test_moving_takes_the_new_place_first(world: World) -> None:
    booking = world.booked()
    other = world.slots()[-1].id
    moved = world.desk.move(Who(booking.code, "0001"), other)
    assert moved.slot == other and moved.status == "confirmed"
    assert world.slot(booking.slot).taken == 0 and world.slot(other).taken == 1
    assert moved.starts_at > booking.starts_at + DAY
