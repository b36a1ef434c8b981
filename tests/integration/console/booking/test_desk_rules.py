"""The booking rules on the console: of all halls, of one; versions; nobody undoes another's change."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from central.booking.desk import Who
from central.db.tables import AuditRow, BookingRulesRow
from central.site import halls_listing
from tests.desk_visitor import Clerk
from tests.desk_world import DeskWorld


def change(clerk: Clerk, hall: str = "", stamp: str | None = None, **rules: str) -> Any:
    page = f"/booking-rules?hall={hall}"
    shown = re.search(r'name="stamp" value="(\d+)"', clerk.page(page).text)
    seen = stamp or (shown[1] if shown else "0")
    return clerk.fill("/booking-rules", page, {"hall": hall, "stamp": seen, **rules})


def listed(world: DeskWorld, hall: str) -> Any:
    """As the site lists it."""
    with world.engine.connect() as connection:
        return next(line for line in halls_listing.read(connection, world.at) if line.hall == hall)


def rows(world: DeskWorld) -> list[tuple[Any, ...]]:
    query = select(BookingRulesRow.hall, BookingRulesRow.version, BookingRulesRow.by)
    with world.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(BookingRulesRow.hall, BookingRulesRow.version))]


@pytest.mark.clause("S0-19")
@pytest.mark.clause("S0-3")
def test_a_rule_of_all_halls_is_changed_in_its_sentence_with_a_version_and_a_trail(world: DeskWorld) -> None:
    head = Clerk(world, "hall-head")
    assert "A slot lasts 30 min; none ends after 16:30." in head.page("/booking-rules").text
    answer = change(head, slot_min="60", last_end="16:00").text
    assert "A slot lasts 1 h; none ends after 16:00." in answer
    assert "default: A slot lasts 30 min; none ends after 16:30." in answer
    assert rows(world) == [("", 1, "hall-head")]
    lengths = {slot.ends_at - slot.starts_at for slot in world.slots() if slot.day == "2026-11-25" and slot.capacity}
    assert lengths == {3_600_000}, "slots not yet sold follow at once"
    with world.engine.connect() as connection:
        trail = connection.execute(select(AuditRow).where(AuditRow.action == "booking_rules.changed")).one()
    assert (trail.actor, trail.before, trail.after) == (
        "hall-head", {"slot_min": 30, "last_end": "16:30"}, {"slot_min": 60, "last_end": "16:00"},
    )  # fmt: skip


def test_a_hall_has_its_own_and_the_others_stay(world: DeskWorld) -> None:
    head = Clerk(world, "hall-head")
    change(head, horizon_days="10")
    answer = change(head, "hall", horizon_days="7").text
    assert "This hall has its own rules." in answer and "Bookings open 7 days ahead." in answer
    assert world.desk.offer("hall").rules.horizon_days == 7 and world.desk.offer("other").rules.horizon_days == 10
    back = change(head, "hall", horizon_days="7", usual="1").text
    assert "Bookings open 14 days ahead." in back
    assert rows(world) == [("", 1, "hall-head"), ("hall", 1, "hall-head"), ("hall", 2, "hall-head")]


def test_what_cannot_be_is_refused_beside_its_field_and_what_was_typed_stays(world: DeskWorld) -> None:
    answer = change(Clerk(world, "hall-head"), horizon_days="400")
    assert answer.status_code == 422 and 'id="fault-horizon_days"' in answer.text and 'value="400"' in answer.text
    assert "Nothing is changed by this." in change(Clerk(world, "hall-head"), horizon_days="14").text
    assert rows(world) == []


def test_nobody_undoes_what_another_has_changed_meanwhile(world: DeskWorld) -> None:
    head = Clerk(world, "hall-head")
    change(head, horizon_days="10")
    answer = change(head, stamp="0", horizon_days="12")
    assert answer.status_code == 422 and "The rules have changed meanwhile" in answer.text
    assert world.desk.offer("hall").rules.horizon_days == 10


def test_who_may_not_reads_them_only(world: DeskWorld) -> None:
    clerk = Clerk(world, "receptionist")
    assert "Change it" not in clerk.page("/booking-rules").text
    assert change(clerk, horizon_days="3").status_code == 403
    assert Clerk(world, "elsewhere").page("/booking-rules?hall=hall").status_code == 404


def test_a_hall_with_its_own_goes_back_to_those_of_all_after_it_saw_what_that_means(world: DeskWorld) -> None:
    head = Clerk(world, "hall-head")
    change(head, "hall", slot_min="60", last_end="16:00")
    change(head, "hall", show_capacity="false")
    assert listed(world, "hall").show_capacity is False
    booked = world.booked(1)
    shown = head.page("/booking-rules/common?hall=hall").text
    assert "A slot lasts 30 min; none ends after 16:30." in shown and "Bookings open" not in shown, "only what differs"
    assert re.search(r"5 times, \d+ places, until 15:30", shown) and re.search(
        r"12 times, \d+ places, until 16:30", shown
    )
    seen = re.search(r'name="stamp" value="(\d+)"', shown)
    assert seen is not None and rows(world)[-1] == ("hall", 2, "hall-head"), "nothing is done by looking"
    form = {"hall": "hall", "stamp": seen[1], "sure": "1"}
    done = head.fill("/booking-rules/common", "/booking-rules?hall=hall", form).text
    assert "This hall follows the rules of all halls" in done and "follows the rules of all halls again" in done
    assert "Follow the rules of all halls …" not in done
    assert world.desk.offer("hall").rules.slot_min == 30
    assert listed(world, "hall").show_capacity is True, "on the site too"
    lengths = {slot.ends_at - slot.starts_at for slot in world.slots() if slot.day == "2026-11-25" and slot.capacity}
    assert lengths == {1_800_000}, "slots not yet sold follow at once"
    assert world.desk.find(Who(booked.code)).status == "confirmed"
    with world.engine.connect() as connection:
        trail = connection.execute(select(AuditRow).where(AuditRow.action == "booking_rules.followed")).one()
    before = {"slot_min": 60, "last_end": "16:00", "show_capacity": False}
    assert (trail.actor, trail.subject_id, trail.before) == ("hall-head", "hall", before)
    change(head, horizon_days="9")
    assert world.desk.offer("hall").rules.horizon_days == 9, "and what is changed for all holds here too"
    assert "This hall has its own rules." in change(head, "hall", horizon_days="5").text


def test_only_a_hall_with_its_own_and_only_who_may_goes_back(world: DeskWorld) -> None:
    head = Clerk(world, "hall-head")
    assert head.page("/booking-rules/common?hall=hall").status_code == 404
    assert head.page("/booking-rules/common").status_code == 403
    change(head, "hall", horizon_days="7")
    form = {"hall": "hall", "stamp": "1", "sure": "1"}
    assert Clerk(world, "receptionist").fill("/booking-rules/common", "/desk", form).status_code == 403
    change(head, "hall", horizon_days="8")
    late = head.fill("/booking-rules/common", "/booking-rules?hall=hall", form)
    assert late.status_code == 422 and "The rules have changed meanwhile" in late.text
    assert world.desk.offer("hall").rules.horizon_days == 8
