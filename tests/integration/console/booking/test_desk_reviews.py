"""Applications and changes before a reviewer: the queue, what was written, the decision, and what is on record."""

from typing import Any

import pytest
from sqlalchemy import Row, select

from central.audit import Actor
from central.booking.desk import Who
from central.db.tables import AuditRow, Booking
from contract.booking_code import grouped
from tests.booking_world import DAY, HOUR
from tests.desk_visitor import Clerk
from tests.desk_world import DeskWorld


def applied(world: DeskWorld, n: int = 1, **changes: Any) -> Row[Any]:
    return world.booked(n, matter="claim", detail="Arm broken in May; <b>two</b> operations.", **changes)


def decided(world: DeskWorld, clerk: Clerk, row: Row[Any], decision: str, **form: str) -> Any:
    return clerk.fill(f"/review/{row.id}/decide/{decision}", f"/review/{row.id}", form)


def trail(world: DeskWorld, code: str) -> list[tuple[str, str, str]]:
    query = select(AuditRow.actor, AuditRow.action, AuditRow.purpose).where(AuditRow.subject_id == code)
    with world.engine.connect() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(query.order_by(AuditRow.id))]


def now(world: DeskWorld, row: Row[Any]) -> Row[Any]:
    with world.engine.connect() as connection:
        return connection.execute(select(*Booking.__table__.columns).where(Booking.id == row.id)).one()


@pytest.mark.clause("S0-18")
def test_a_description_is_read_by_a_reviewer_and_that_is_on_record(world: DeskWorld) -> None:
    row = applied(world)
    page = Clerk(world, "reviewer").page(f"/review/{row.id}").text
    assert "Arm broken in May; &lt;b&gt;two&lt;/b&gt; operations." in page, "harmless"
    assert trail(world, row.code)[-1] == ("reviewer", "booking.details_viewed", "review")
    assert Clerk(world, "operator").page(f"/review/{row.id}").status_code == 403
    assert Clerk(world, "elsewhere").page(f"/review/{row.id}").status_code == 404
    assert [one for one in trail(world, row.code) if one[0] != "reviewer"] == [("customer", "booking.reviewing", "")]


@pytest.mark.clause("S0-18")
@pytest.mark.clause("S0-26")
def test_what_is_unclear_goes_back_with_a_question_and_comes_again_with_the_answer(world: DeskWorld) -> None:
    row = applied(world)
    reviewer = Clerk(world, "reviewer")
    nothing = decided(world, reviewer, row, "return")
    assert nothing.status_code == 422 and "Give a reason." in nothing.text
    form = {"mend.detail": "Which hospital was it?"}
    assert "Sent back" in decided(world, reviewer, row, "return", **form).text
    back = now(world, row)
    assert back.status == "returned" and back.faults[0]["text"] == "Which hospital was it?"
    assert world.slot(row.slot).taken == 1, "the place is held"
    operator, page = Clerk(world, "operator"), f"/booking/{row.id}"
    assert "Which hospital was it?" in operator.page(page).text
    operator.fill(f"{page}/act/mend", page, {"detail": "The first people's hospital."})
    assert now(world, row).status == "reviewing"
    again = reviewer.page(f"/review/{row.id}").text
    assert "Arm broken in May" in again and "The first people&#39;s hospital." in again and "attempt 2" in again


@pytest.mark.clause("S0-26")
def test_a_refusal_needs_a_reason_and_frees_the_place(world: DeskWorld) -> None:
    row, reviewer = applied(world), Clerk(world, "reviewer")
    assert decided(world, reviewer, row, "refuse").status_code == 422
    assert now(world, row).status == "reviewing"
    assert "Refused" in decided(world, reviewer, row, "refuse", reason="Belongs to another city.").text
    after = now(world, row)
    assert (after.status, after.reason, after.decided_by) == ("refused", "Belongs to another city.", "reviewer")
    assert world.slot(row.slot).taken == 0


@pytest.mark.clause("S0-26")
def test_approved_it_is_confirmed_and_leaves_the_queue(world: DeskWorld) -> None:
    row, reviewer = applied(world), Clerk(world, "reviewer")
    assert "李*明" in reviewer.page("/review").text
    answer = decided(world, reviewer, row, "approve")
    assert "Confirmed; the customer is told" in answer.text and "Nothing waits for a review." in answer.text
    assert now(world, row).status == "confirmed"
    again = decided(world, reviewer, row, "approve")
    assert again.status_code == 422 and "not waiting for a review" in again.text


def test_the_nearest_slot_is_first_and_pressing_ones_are_marked(world: DeskWorld) -> None:
    days = [slot.id for slot in world.slots() if slot.starts_at > world.at + 12 * HOUR]
    far, near = applied(world, 1, slot=days[-1]), applied(world, 2, slot=days[0])
    page = Clerk(world, "reviewer").page("/review").text
    assert page.index(f"/review/{near.id}") < page.index(f"/review/{far.id}")
    longest = Clerk(world, "reviewer").page("/review?order=waiting").text
    assert longest.index(f"/review/{far.id}") < longest.index(f"/review/{near.id}")
    world.at = near.starts_at - 2 * HOUR
    assert 'class="hk-now"' in Clerk(world, "reviewer").page("/review").text
    assert "Nothing waits" in Clerk(world, "elsewhere").page("/review").text


@pytest.mark.clause("S0-48")
def test_a_change_of_business_is_decided_by_a_reviewer(world: DeskWorld) -> None:
    row = world.booked(1)
    slot = next(one for one in world.slots("estate") if one.starts_at > world.at + DAY)
    world.desk.ask_change(Who(row.code), "transfer", slot.id, reason="sold the flat")
    reviewer = Clerk(world, "reviewer")
    assert "Joining → Transfer" in reviewer.page("/review").text
    page, change = f"/review/{row.id}", f"/review/{row.id}/change"
    shown = reviewer.page(page).text
    number = shown.split('name="change" value="')[1].split('"')[0]
    no = reviewer.fill(f"{change}/refuse", page, {"change": number, "reason": ""})
    assert no.status_code == 422 and "Give a reason." in no.text
    assert "Changed; the customer is told." in reviewer.fill(f"{change}/approve", page, {"change": number}).text
    after = now(world, row)
    assert (after.matter, after.slot, after.decided_by) == ("transfer", slot.id, "reviewer")
    assert world.slot(row.slot).taken == 0 and world.slot(slot.id).taken == 1
    assert ("reviewer", "booking.changed", "") in trail(world, row.code)


def test_the_code_of_a_returned_one_is_found_at_the_desk(world: DeskWorld) -> None:
    row = applied(world)
    world.desk.send_back(row.code, Actor("reviewer"), {"name": "Write the whole name."})
    page = Clerk(world, "operator").page(f"/booking/{row.id}").text
    assert grouped(row.code) in page and "Write the whole name." in page and "to be mended" in page


def test_beside_each_reason_it_says_who_reads_it_and_in_which_language(world: DeskWorld) -> None:
    row = applied(world, language="zh")
    clerk = Clerk(world, "supervisor")
    review = clerk.page(f"/review/{row.id}").text
    assert review.count("The customer is sent it as it stands here, in a message in 中文.") == 2
    assert (
        '<option value="本大厅不办理该事项。">' in review and '<option value="该号码无法接通，请另留号码。">' in review
    )
    booking = world.booked(2, language="en")
    page = clerk.page(f"/booking/{booking.id}").text
    assert page.count("in a message in English.") == 2, "moving and cancelling"
    assert '<option value="The clerk in charge is not available.">' in page
    assert "The reviewer reads it, not the customer." in page
