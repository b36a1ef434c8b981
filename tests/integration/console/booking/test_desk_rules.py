"""The booking rules on the console: of all halls, of one; versions; nobody undoes another's change."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from central.db.tables import AuditRow, BookingRulesRow
from tests.desk_visitor import Clerk
from tests.desk_world import DeskWorld


def change(clerk: Clerk, hall: str = "", stamp: str | None = None, **rules: str) -> Any:
    page = f"/booking-rules?hall={hall}"
    shown = re.search(r'name="stamp" value="(\d+)"', clerk.page(page).text)
    seen = stamp or (shown[1] if shown else "0")
    return clerk.fill("/booking-rules", page, {"hall": hall, "stamp": seen, **rules})


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
