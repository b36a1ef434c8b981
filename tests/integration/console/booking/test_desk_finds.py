"""The booking desk finds a caller's bookings, shows them masked, and only those of one's own halls."""

import pytest
from sqlalchemy import select

from central.booking.desk import Who
from central.db.tables import AuditRow
from contract.booking_code import grouped
from tests.booking_world import id_number
from tests.desk_visitor import Clerk
from tests.desk_world import DeskWorld


@pytest.mark.clause("S0-10")
def test_a_caller_is_found_by_phone_code_or_document(world: DeskWorld) -> None:
    booking = world.booked(1)
    world.booked(2)
    clerk = Clerk(world, "operator")
    for asked in ("138 0000 0001", "+86-13800000001", booking.code.lower(), grouped(booking.code), id_number(1)):
        page = clerk.fill("/desk", "/desk", {"asked": asked}).text
        assert "1 found" in page and grouped(booking.code) in page, asked
    assert "李*明" in page and "138****0001" in page
    assert "13800000001" not in page and page.count(id_number(1)) == 1, "only what was searched for itself stands there"
    assert "Nothing was found" in clerk.fill("/desk", "/desk", {"asked": "13899999999"}).text


def test_a_number_of_another_country_with_the_digits_of_a_mainland_one_is_somebody_elses(world: DeskWorld) -> None:
    mainland = world.booked(1, phone="13125550100")
    abroad = world.booked(2, phone="+1 312 555 0100")
    clerk = Clerk(world, "operator")
    for asked, found, other in (
        ("131 2555 0100", mainland, abroad), ("+86 13125550100", mainland, abroad),
        ("+13125550100", abroad, mainland), ("001 312-555-0100", abroad, mainland),
    ):  # fmt: skip
        page = clerk.fill("/desk", "/desk", {"asked": asked}).text
        assert "1 found" in page and grouped(found.code) in page and grouped(other.code) not in page, asked
    for one in (mainland, abroad):
        assert world.desk.find(Who(one.code, "0100")).id == one.id
    at, page = f"/booking/{abroad.id}/details", f"/booking/{abroad.id}"
    assert "+131 2555 0100" in clerk.fill(at, page, {"purpose": "call", "words": "asked to be called back"}).text


def test_a_supervisor_of_another_hall_sees_nothing_of_this_one(world: DeskWorld) -> None:
    booking = world.booked(1)
    clerk = Clerk(world, "elsewhere")
    for asked in ("13800000001", booking.code, id_number(1)):
        assert "Nothing was found" in clerk.fill("/desk", "/desk", {"asked": asked}).text
    assert clerk.page(f"/booking/{booking.id}").status_code == 404
    there = world.booked(3, hall="other")
    assert grouped(there.code) in clerk.page(f"/booking/{there.id}").text


def test_who_may_only_look_has_no_buttons_and_who_may_not_sees_no_page(world: DeskWorld) -> None:
    booking = world.booked(1)
    auditor = Clerk(world, "auditor")
    page = auditor.page(f"/booking/{booking.id}").text
    assert "Cancel it" not in page and "New booking" not in page
    act = auditor.fill(f"/booking/{booking.id}/act/cancel", "/desk", {"reason_code": "customer"})
    assert act.status_code == 403
    assert Clerk(world, "technician").page("/desk").status_code == 403
    assert world.desk.find(Who(booking.code)).status == "confirmed"


@pytest.mark.clause("S1-22")
@pytest.mark.fault("F51")
def test_a_look_behind_the_mask_needs_a_purpose_and_is_on_record(world: DeskWorld) -> None:
    booking = world.booked(1)
    clerk = Clerk(world, "operator")
    at, page = f"/booking/{booking.id}/details", f"/booking/{booking.id}"
    refused = clerk.fill(at, page, {"purpose": "call", "words": ""})
    assert refused.status_code == 422 and "Say in a few words" in refused.text and "李小明" not in refused.text
    shown = clerk.fill(at, page, {"purpose": "call", "words": "asked to be called back"}).text
    assert "李小明" in shown and "138 0000 0001" in shown
    assert Clerk(world, "receptionist").fill(at, page, {"purpose": "call", "words": "curious"}).status_code == 422
    with world.engine.connect() as connection:
        query = select(AuditRow.actor, AuditRow.action, AuditRow.purpose).where(AuditRow.action.startswith("person."))
        trail = [tuple(row) for row in connection.execute(query.order_by(AuditRow.id))]
    assert ("operator", "person.viewed", "call: asked to be called back") in trail
    assert ("receptionist", "person.view_refused", "") in trail
