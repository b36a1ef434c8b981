"""A new booking at the desk: everything on one page, nothing typed lost, read back, timed, told."""

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from central.audit import SYSTEM
from central.booking import store
from central.db.engine import writing
from central.db.tables import AuditRow, Booking, Matter, Slot
from contract.booking_code import grouped
from tests.booking_world import DAY, HOUR, id_number
from tests.desk_visitor import Clerk
from tests.desk_world import DeskWorld

MINUTE = 60_000


def form(world: DeskWorld, n: int = 1, **changes: Any) -> dict[str, Any]:
    """What a clerk types for the n-th person."""
    asked = world.application(n)
    typed = {
        "go": "book", "channel": "hotline", "key": f"form-{n}", "began_at": str(world.at - 95_000), "hall": "hall",
        "matter": "join", "slot": asked.slot, "name": asked.name, "phone": asked.phone, "id_type": "resident-id",
        "id_number": asked.id_number, "language": "zh", "ref": "call-77", "readback": "1",
    }  # fmt: skip
    return typed | changes


def book(clerk: Clerk, typed: dict[str, Any]) -> Any:
    return clerk.fill("/desk/new", "/desk/new", typed)


def bookings(world: DeskWorld) -> list[Any]:
    with world.engine.connect() as connection:
        return list(connection.execute(select(Booking.__table__).order_by(Booking.id)))


@pytest.mark.clause("S0-10")
@pytest.mark.clause("S0-25")
def test_a_hotline_agent_books_and_has_the_code_to_tell(world: DeskWorld) -> None:
    answer = book(Clerk(world, "operator"), form(world))
    (made,) = bookings(world)
    assert (made.status, made.channel, made.channel_ref, made.assisted_by) == (
        "confirmed", "hotline", "call-77", "operator",
    )  # fmt: skip
    assert made.readback and made.review_s == 95, "from opening the form to the decision"
    assert made.decided_by == "operator"
    assert "Booked. Tell the customer:" in answer.text and grouped(made.code) in answer.text
    assert "Tue, Nov 24 09:00–09:30" in answer.text and "ID card" in answer.text, "time and what to bring"
    with world.engine.connect() as connection:
        trail = connection.execute(select(AuditRow).where(AuditRow.subject_id == made.code)).all()
    assert [(row.actor, row.action) for row in trail] == [("operator", "booking.confirmed")]


@pytest.mark.clause("S0-11")
def test_a_clerk_at_the_window_of_the_hall_books_on_the_spot(world: DeskWorld) -> None:
    """Also a time that begins in a few minutes, which no customer may book from outside."""
    world.at += 25 * MINUTE
    soon = next(slot for slot in world.slots() if slot.starts_at - world.at == 5 * MINUTE)
    book(Clerk(world, "receptionist"), form(world, channel="onsite", slot=soon.id, ref=""))
    (made,) = bookings(world)
    assert (made.status, made.channel, made.slot) == ("confirmed", "onsite", soon.id)


@pytest.mark.clause("S0-13")
def test_nothing_is_booked_before_it_was_read_back(world: DeskWorld) -> None:
    clerk = Clerk(world, "operator")
    answer = book(clerk, form(world, readback=""))
    assert bookings(world) == []
    panel = answer.text[answer.text.index("Read this back to the customer") :]
    for said in ("李小明", "138 0000 0001", "110101 19900307", "Tue, Nov 24 09:00–09:30", "Joining"):
        assert said in panel
    assert re.search(r'id="f-readback"[^>]*autofocus', answer.text), "the cursor is where it goes on"
    book(clerk, form(world))
    assert [row.readback for row in bookings(world)] == [True]


@pytest.mark.clause("S0-26")
def test_what_is_wrong_is_named_beside_its_field_and_nothing_typed_is_lost(world: DeskWorld) -> None:
    wrong = id_number(1)[:-1] + ("0" if id_number(1)[-1] != "0" else "1")
    typed = form(world, id_number=wrong, email="nobody", detail="", slot="", name="李小明", flags=["disabled"])
    answer = book(Clerk(world, "operator"), typed)
    assert answer.status_code == 422 and bookings(world) == []
    for field in ("id_number", "email", "slot"):
        assert f'id="fault-{field}"' in answer.text
    assert 'aria-describedby="fault-id_number"' in answer.text
    for text in (wrong, "nobody", "李小明", "13800000001", "call-77"):
        assert f'value="{text}"' in answer.text
    assert re.search(r'value="disabled" checked', answer.text) and f'value="{typed["began_at"]}"' in answer.text


@pytest.mark.clause("S0-24")
def test_a_caller_without_the_document_at_hand_keeps_the_place_and_mends_it_later(world: DeskWorld) -> None:
    clerk = Clerk(world, "operator")
    asked = book(clerk, form(world, id_number="")).text
    assert "Keep the place" in asked
    kept = book(clerk, form(world, id_number="", go="hold")).text
    assert "The place is kept, but something is still to be mended until Tue, Nov 24 07:00" in kept
    (made,) = bookings(world)
    assert made.status == "returned" and world.slot(made.slot).taken == 1
    page = f"/booking/{made.id}"
    again = clerk.fill(f"{page}/act/mend", page, {"id_type": "resident-id", "id_number": "110101199003070012"})
    assert "Something is still to be mended" in again.text or "confirmed" in again.text
    done = clerk.fill(f"{page}/act/mend", page, {"id_type": "resident-id", "id_number": id_number(1)})
    assert "Mended: the booking is confirmed." in done.text
    (made,) = bookings(world)
    assert made.status == "confirmed" and made.name_masked == "李*明" and made.slot == form(world)["slot"]


@pytest.mark.parametrize("phone", ["+1 312 555 0100", "+852 9123 4567", "+1 202 555 0100"])
def test_a_number_of_another_country_is_the_same_after_the_rest_was_mended(world: DeskWorld, phone: str) -> None:
    clerk = Clerk(world, "operator")
    book(clerk, form(world, id_number="", phone=phone, go="hold"))
    (made,) = bookings(world)
    page = f"/booking/{made.id}"
    clerk.fill(f"{page}/act/mend", page, {"id_type": "resident-id", "id_number": id_number(1)})
    (mended,) = bookings(world)
    assert (made.status, mended.status, mended.phone_key) == ("returned", "confirmed", made.phone_key)


def test_the_same_form_sent_twice_is_one_booking(world: DeskWorld) -> None:
    clerk = Clerk(world, "operator")
    first, second = book(clerk, form(world)), book(clerk, form(world))
    assert first.url == second.url and len(bookings(world)) == 1


def test_a_time_sold_meanwhile_is_refused_beside_the_times_and_another_is_taken(world: DeskWorld) -> None:
    slot = world.slot(form(world)["slot"])
    for n in range(slot.capacity):
        world.booked(100 + n, slot=slot.id)
    answer = book(Clerk(world, "operator"), form(world))
    assert 'id="fault-slot"' in answer.text and "just been fully booked" in answer.text
    assert re.search(rf'value="{slot.id}"\s+checked disabled', answer.text)


def test_the_times_are_those_of_the_matter_and_the_day_to_come(world: DeskWorld) -> None:
    page = Clerk(world, "operator").page("/desk/new?matter=transfer").text
    ids = set(re.findall(r'name="slot" value="([^"]+)"', page))
    with world.engine.connect() as connection:
        wanted = connection.scalars(select(Slot.id).where(Slot.service == "estate", Slot.hall == "hall")).all()
    assert ids == set(wanted) - {f"hall:estate:{world.at}"}, "not the one that has begun"
    assert "To read out: Transfer" in page and "ID card" in page
    assert "the customer is called again to confirm" in page


def test_answers_and_description_are_asked_for_as_the_matter_wants(world: DeskWorld) -> None:
    page = book(Clerk(world, "operator"), form(world, matter="claim")).text
    assert 'id="fault-detail"' in page
    book(Clerk(world, "operator"), form(world, matter="claim", detail="Arm broken in May."))
    (made,) = bookings(world)
    assert made.status == "confirmed", "staff review at once what they take (S0-25)"


def furnished(world: DeskWorld) -> None:
    """The matter has a question to choose from, and a procedure."""
    choices = [{"id": "yes", "text": {"zh": "是", "en": "Yes, I was"}}, {"id": "no", "text": {"zh": "否", "en": "No"}}]
    asked = {"id": "before", "text": {"en": "Insured elsewhere before?"}, "required": True, "choices": choices}
    steps = [{"zh": "填写登记表", "en": "Fill in the form"}, {"zh": "签约扣款", "en": "Sign the direct debit"}]
    with writing(world.engine).begin() as connection:
        values = {"questions": [asked], "steps": steps, "sample": {"en": "Mr Li joins."}, "version": 4}
        connection.execute(update(Matter).where(Matter.id == "join").values(**values))
    world.desk.offers.forget()


@pytest.mark.clause("S2-54")
def test_a_question_with_choices_is_chosen_read_back_and_kept(world: DeskWorld) -> None:
    furnished(world)
    clerk = Clerk(world, "operator")
    assert 'id="fault-answers.before"' in book(clerk, form(world)).text, "it must be answered"
    asked = book(clerk, form(world, readback="", **{"answers.before": "yes"})).text
    panel = asked[asked.index("Read this back to the customer") :]
    assert "Insured elsewhere before?" in panel and "Yes, I was" in panel
    book(clerk, form(world, **{"answers.before": "yes"}))
    (made,) = bookings(world)
    assert (made.status, made.choices) == ("confirmed", {"before": "yes"})


@pytest.mark.clause("S3-44")
def test_whoever_answers_reads_the_procedure_out_point_by_point(world: DeskWorld) -> None:
    furnished(world)
    page = Clerk(world, "operator").page("/desk/new?matter=join").text
    guide = page[page.index("To read out: Joining") :]
    assert "<ol><li>Fill in the form</li><li>Sign the direct debit</li></ol>" in guide
    assert "Mr Li joins." in guide and "join · version 4" in guide, "which entry it is, and of which version"


@pytest.mark.clause("S0-46")
def test_who_missed_a_booking_is_helped_to_a_new_one_without_being_unmasked(world: DeskWorld) -> None:
    old = world.booked(1)
    with world.desk.working(SYSTEM) as work:
        store.change(work.connection, old, status="void", open=False)
    world.at += DAY
    clerk = Clerk(world, "receptionist")
    page = clerk.page(f"/desk/new?again={old.id}").text
    assert "李*明" in page and "13800000001" not in page
    typed = form(world, again=str(old.id), name="", phone="", id_number="", readback="")
    asked = book(clerk, typed).text
    assert "李*明" in asked and "13800000001" not in asked and "李小明" not in asked
    book(clerk, typed | {"readback": "1"})
    before, now = bookings(world)
    assert (before.rebooked_as, now.rebooked_from) == (now.code, before.code)
    assert now.person_key == before.person_key and now.assisted_by == "receptionist" and now.status == "confirmed"
    assert grouped(now.code) and now.code in clerk.page(f"/booking/{before.id}").text


def test_hostile_text_is_shown_harmless(world: DeskWorld) -> None:
    answer = book(Clerk(world, "operator"), form(world, name="<script>alert(1)</script>", ref='"><img src=x>'))
    assert "<script>alert(1)" not in answer.text and "<img src=x>" not in answer.text
    assert 'id="fault-name"' in answer.text


def test_a_hall_one_does_not_work_for_is_not_booked(world: DeskWorld) -> None:
    answer = book(Clerk(world, "elsewhere"), form(world))
    assert answer.status_code == 403 and bookings(world) == []


@pytest.mark.clause("S0-21")
def test_a_late_cancellation_needs_a_reason_and_keeps_what_was_typed(world: DeskWorld) -> None:
    made = world.booked(1)
    world.at = made.starts_at - HOUR
    clerk, page = Clerk(world, "operator"), f"/booking/{made.id}"
    refused = clerk.fill(f"{page}/act/cancel", page, {"reason_code": "office", "reason": ""})
    assert refused.status_code == 422 and "Give a reason." in refused.text
    assert re.search(r'value="office" selected', refused.text) and re.search(
        r'<details[^>]*open[^>]*id="act-cancel"', refused.text
    )
    done = clerk.fill(f"{page}/act/cancel", page, {"reason_code": "customer", "reason": "fell ill"})
    assert "The booking is cancelled" in done.text
    (row,) = bookings(world)
    assert (row.status, row.reason, row.late_cancel) == ("cancelled", "fell ill", True)


def test_a_booking_gets_another_time_and_another_matter(world: DeskWorld) -> None:
    made = world.booked(1)
    clerk, page = Clerk(world, "operator"), f"/booking/{made.id}"
    later = world.slots()[-1]
    assert "has its new time" in clerk.fill(f"{page}/act/move", page, {"slot": later.id}).text
    assert bookings(world)[0].slot == later.id
    looked = clerk.fill(f"{page}/act/change", page, {"go": "look", "matter": "transfer"}).text
    estate = world.slots("estate")[-1]
    assert f'value="{estate.id}"' in looked
    asked = {"matter": "transfer", "slot": estate.id, "reason": "sold the flat"}
    assert "waits for a reviewer" in clerk.fill(f"{page}/act/change", page, asked).text
    assert world.slot(estate.id).taken == 1
    twice = clerk.fill(f"{page}/act/change", page, asked)
    assert twice.status_code == 422 and "being looked at already" in twice.text


@pytest.mark.clause("S0-53")
def test_a_booking_missed_by_force_majeure_is_taken_up_at_another_time(world: DeskWorld) -> None:
    made = world.booked(1)
    with world.desk.working(SYSTEM) as work:
        store.change(work.connection, made, status="void", open=False)
    world.at = made.starts_at + HOUR
    clerk, page = Clerk(world, "operator"), f"/booking/{made.id}"
    assert re.search(r'value="FM" selected', clerk.page(page).text)
    later = world.slots()[-1]
    refused = clerk.fill(f"{page}/act/move", page, {"slot": later.id, "reason_code": "customer"})
    assert refused.status_code == 422 and "This booking is over" in refused.text
    without = clerk.fill(f"{page}/act/move", page, {"slot": later.id, "reason_code": "FM", "reason": ""})
    assert without.status_code == 422 and "Give a reason." in without.text
    clerk.fill(f"{page}/act/move", page, {"slot": later.id, "reason_code": "FM", "reason": "floods"})
    (row,) = bookings(world)
    assert (row.status, row.slot, row.reason, row.reason_code) == ("confirmed", later.id, "floods", "FM")
