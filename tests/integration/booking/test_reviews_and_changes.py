"""What staff decide: reviews, changes of business, calls that confirm; and what time ends by itself."""

from datetime import date
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, select, update

from central.audit import CUSTOMER, Actor
from central.booking import expiring
from central.booking.desk import Who
from central.booking.sentences import BookingRefused
from central.db.tables import (
    AuditRow,
    Booking,
    BookingChange,
    BookingRulesRow,
    ContactTask,
    HallDay,
    IdempotencyKey,
    Matter,
    Slot,
)
from central.errors import Invalid
from contract.events import BookingVoided
from tests.booking_halls import Halls, arrival
from tests.booking_world import DAY, HOUR, World, id_number

CLERK = Actor("wang")
MINUTE = 60_000


def rows(world: World, table: Any) -> list[Any]:
    with world.engine.connect() as connection:
        return list(connection.execute(select(table)))


def now(world: World, booking: Any) -> Any:
    return world.desk.find(Who(booking.code))


def refusal(act: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(BookingRefused) as refused:
        act(*args, **kwargs)
    assert refused.value.said("zh") and refused.value.said("en")
    return refused.value.code


def important(n: int = 1, **changes: Any) -> dict[str, Any]:
    return {"n": n, "matter": "transfer", **changes}


def complex_(world: World, n: int = 1) -> Any:
    return world.booked(n, matter="claim", detail="I worked abroad for two years")


# --- reviews -----------------------------------------------------------------


@pytest.mark.clause("S0-18")
@pytest.mark.clause("S0-26")
def test_a_complex_matter_waits_for_a_reviewer_who_confirms_it(world: World) -> None:
    booking = complex_(world)
    assert (booking.status, booking.confirmed_at, booking.decided_by) == ("reviewing", None, None)
    assert world.slot(booking.slot).taken == 1, "the place is held meanwhile"
    world.at += HOUR
    done = world.desk.approve(booking.code, CLERK)
    assert (done.status, done.decided_by, done.confirmed_at) == ("confirmed", "wang", world.at)
    assert refusal(world.desk.approve, booking.code, CLERK) == "not_reviewing"


@pytest.mark.clause("S0-18")
@pytest.mark.clause("S0-24")
def test_what_is_unclear_is_asked_back_in_the_reviewers_words_and_mended(world: World) -> None:
    booking = complex_(world)
    question = "In which country, and until when?"
    back = world.desk.send_back(booking.code, CLERK, {"detail": question})
    assert back.status == "returned"
    assert back.faults == [{"field": "detail", "why": "reviewer", "text": question}]
    assert back.deadline == min(world.at + DAY, booking.starts_at - 2 * HOUR)
    mended = world.desk.resubmit(
        Who(booking.code, "0001"), world.application(matter="claim", detail="In Spain, until 2020")
    )
    assert (mended.status, mended.attempts, mended.faults) == ("reviewing", 2, [])
    assert world.slot(booking.slot).taken == 1


def test_a_reviewer_names_fields_there_are_and_says_why(world: World) -> None:
    booking = complex_(world)
    assert refusal(world.desk.send_back, booking.code, CLERK, {}) == "reason_missing"
    assert refusal(world.desk.send_back, booking.code, CLERK, {"name": " "}) == "reason_missing"
    assert refusal(world.desk.send_back, booking.code, CLERK, {"name": "x" * 201}) == "reason_long"
    with pytest.raises(Invalid, match="no field"):
        world.desk.send_back(booking.code, CLERK, {"colour": "blue"})
    assert now(world, booking).status == "reviewing"


@pytest.mark.clause("S0-26")
def test_a_refusal_has_its_reason_and_frees_the_place(world: World) -> None:
    booking = complex_(world)
    assert refusal(world.desk.refuse, booking.code, CLERK, "") == "reason_missing"
    gone = world.desk.refuse(booking.code, CLERK, "this is done at the tax office")
    assert (gone.status, gone.reason, gone.decided_by) == ("refused", "this is done at the tax office", "wang")
    assert world.slot(booking.slot).taken == 0
    assert world.booked(slot=world.slots()[-1].id).status == "confirmed"


@pytest.mark.clause("S0-25")
def test_staff_review_at_once_what_they_take_down_and_it_is_measured(world: World) -> None:
    asked = world.application(matter="claim", detail="abroad", began_at=world.at - 240_000, readback=True)
    done = world.desk.apply(asked, "hotline", CLERK, assisted_by="wang")
    assert (done.status, done.decided_by, done.review_s, done.assisted_by) == ("confirmed", "wang", 240, "wang")
    mute = world.application(2, readback=False)
    assert refusal(world.desk.apply, mute, "onsite", CLERK, assisted_by="wang") == "readback_missing"


@pytest.mark.clause("S0-25")
def test_what_staff_took_down_and_its_customer_mends_keeps_how_it_was_taken(world: World) -> None:
    asked = world.application(name="", began_at=world.at - 60_000, readback=True)
    back = world.desk.apply(asked, "hotline", CLERK, assisted_by="wang")
    assert back.status == "returned"
    mended = world.desk.resubmit(Who(back.code, "0001"), world.application())
    assert (mended.status, mended.review_s, mended.readback, mended.assisted_by) == ("confirmed", 60, True, "wang")


# --- calls -------------------------------------------------------------------


@pytest.mark.clause("S0-28")
def test_important_matters_and_special_customers_are_called_within_working_hours(world: World) -> None:
    world.booked(**important(slot=world.slots("estate")[60].id))
    old = world.booked(2, slot=world.slots()[60].id, id_number=id_number(2, "19450307"), flags=("interpreter",))
    world.booked(3)
    tasks = rows(world, ContactTask)
    assert [(task.kind, task.why) for task in tasks] == [
        ("phone_confirm", "important"), ("phone_confirm", "elderly,interpreter"),
    ]  # fmt: skip
    times = world.desk.offer("hall").times
    assert {task.due_at for task in tasks} == {times.moment(date(2026, 11, 23), "14:30")}, "four working hours"
    assert old.flags == ["elderly", "interpreter"]


@pytest.mark.clause("S0-28")
def test_a_visit_that_is_near_is_called_an_hour_before(world: World) -> None:
    near = next(slot for slot in world.slots() if slot.starts_at >= world.at + 2 * HOUR)
    world.booked(slot=near.id, flags=("disabled",))
    [task] = rows(world, ContactTask)
    assert task.due_at == near.starts_at - HOUR
    staff = next(slot for slot in world.slots() if slot.starts_at > world.at)
    world.desk.apply(
        world.application(2, slot=staff.id, flags=("disabled",), readback=True), "onsite", CLERK, assisted_by="w"
    )
    assert rows(world, ContactTask)[1].due_at == (world.at + staff.starts_at) // 2, "in half the time that is left"


@pytest.mark.clause("S0-28")
def test_a_call_is_noted_and_tried_again_until_somebody_answers(world: World) -> None:
    booking = world.booked(flags=("disabled",))
    [task] = rows(world, ContactTask)
    assert world.desk.note_call(task.id, CLERK, "no_answer", " rang  out\x00 ") is False
    [task] = rows(world, ContactTask)
    assert (task.state, task.tries, task.outcome, task.note, task.by) == ("open", 1, "no_answer", "rang out�", "wang")
    assert world.desk.note_call(task.id, CLERK, "confirmed") is True
    [task] = rows(world, ContactTask)
    assert (task.state, task.tries, task.done_at) == ("done", 2, world.at)
    assert refusal(world.desk.note_call, task.id, CLERK, "confirmed") == "not_open"
    for outcome, number in (("maybe", task.id), ("confirmed", 999)):
        with pytest.raises(Invalid):
            world.desk.note_call(number, CLERK, outcome)
    assert [row.action for row in rows(world, AuditRow) if row.subject_id == booking.code][-2:] == [
        "booking.called"
    ] * 2


def test_a_booking_that_is_over_need_not_be_called(world: World) -> None:
    booking = world.booked(flags=("disabled",))
    world.desk.cancel(Who(booking.code))
    assert [task.state for task in rows(world, ContactTask)] == ["dropped"]


# --- changes -----------------------------------------------------------------


def asked_change(world: World, booking: Any, **changes: Any) -> tuple[int, Any]:
    slot = changes.pop("slot", None) or world.slots("estate")[40]
    return world.desk.ask_change(Who(booking.code, booking.phone_masked[-4:]), "transfer", slot.id, **changes), slot


@pytest.mark.clause("S0-48")
def test_a_refused_change_leaves_the_booking_and_frees_the_place(world: World) -> None:
    booking = world.booked()
    change, slot = asked_change(world, booking, reason="sold the flat")
    assert refusal(asked_change, world, booking) == "change_waits"
    assert refusal(world.desk.decide_change, change, CLERK, approve=False) == "reason_missing"
    world.desk.decide_change(change, CLERK, approve=False, reason="the papers are missing")
    assert now(world, booking).slot == booking.slot and now(world, booking).matter == "join"
    assert world.slot(slot.id).taken == 0 and world.slot(booking.slot).taken == 1
    [row] = rows(world, BookingChange)
    assert (row.status, row.decided_by, row.reason) == ("refused", "wang", "the papers are missing")
    assert refusal(world.desk.decide_change, change, CLERK, approve=True) == "not_reviewing"
    assert refusal(world.desk.decide_change, 999, CLERK, approve=True) == "not_found"


@pytest.mark.parametrize("ending", ["cancel", "move", "close"])
def test_a_change_is_withdrawn_with_what_it_was_about_and_gives_its_place_back(world: World, ending: str) -> None:
    booking = world.booked()
    change, slot = asked_change(world, booking)
    match ending:
        case "cancel":
            world.desk.cancel(Who(booking.code))
        case "move":
            world.desk.move(Who(booking.code), world.slots()[-1].id)
        case "close":
            world.desk.close_hall(
                "hall", CLERK, from_at=booking.starts_at, until_at=booking.ends_at, cause="fire", text={"en": "Fire"}
            )
    assert world.slot(slot.id).taken == 0
    assert [row.status for row in rows(world, BookingChange)] == ["withdrawn"]
    assert refusal(world.desk.decide_change, change, CLERK, approve=True) == "not_reviewing"


@pytest.mark.clause("S0-48")
def test_a_change_to_an_important_matter_is_called(world: World) -> None:
    booking = world.booked()
    change, _ = asked_change(world, booking)
    changed = world.desk.decide_change(change, CLERK, approve=True)
    assert (changed.business_type, changed.decided_by) == ("estate", "wang")
    assert [(task.kind, task.why, task.state) for task in rows(world, ContactTask)] == [
        ("phone_confirm", "important", "open")
    ]


def test_a_change_nobody_decided_in_time_cannot_be_approved_any_more(world: World) -> None:
    """Its booking would be at a time that is over, or while the hall is closed."""
    booking = world.booked(slot=world.slots()[-1].id)
    change, slot = asked_change(world, booking)
    with world.engine.begin() as connection:
        connection.execute(update(Slot).where(Slot.id == slot.id).values(closed=True))
    assert refusal(world.desk.decide_change, change, CLERK, approve=True) == "slot_closed"
    with world.engine.begin() as connection:
        connection.execute(update(Slot).where(Slot.id == slot.id).values(closed=False))
    world.at = slot.starts_at
    assert refusal(world.desk.decide_change, change, CLERK, approve=True) == "slot_past"
    world.desk.decide_change(change, CLERK, approve=False, reason="too late")
    assert now(world, booking).status == "confirmed"


def test_a_change_keeps_the_lead_in_working_hours_except_for_staff(world: World) -> None:
    booking = world.booked()
    world.at = booking.starts_at - 2 * HOUR
    assert refusal(asked_change, world, booking) == "change_late"
    slot = world.slots("estate")[40]
    assert world.desk.ask_change(Who(booking.code), "transfer", slot.id, CLERK, staff=True) > 0


@pytest.mark.clause("S0-19")
def test_what_cannot_be_changed_to(world: World) -> None:
    booking = world.booked()
    social, estate = world.slots()[40], world.slots("estate")[40]

    def ask(matter: str, slot: str) -> str:
        return refusal(world.desk.ask_change, Who(booking.code, "0001"), matter, slot)

    assert ask("join", social.id) == "nothing_changes"
    assert ask("transfer", social.id) == "slot_unknown"
    assert ask("transfer", "nowhere\x00") == "slot_unknown"
    assert ask("flying", estate.id) == "matter_unknown"
    assert rows(world, BookingChange) == []


def test_a_person_may_have_two_bookings_of_two_types_but_none_becomes_the_other(world: World) -> None:
    one = world.booked()
    two = world.booked(**important())
    assert (one.status, two.status) == ("confirmed", "confirmed") and one.person_key == two.person_key
    assert refusal(asked_change, world, one) == "open_booking"
    free = world.booked(2)
    change, slot = asked_change(world, free)
    world.booked(2, matter="transfer", slot=world.slots("estate")[50].id)
    assert refusal(world.desk.decide_change, change, CLERK, approve=True) == "open_booking"
    assert now(world, free).matter == "join" and world.slot(slot.id).taken == 1, "it waits as before"


# --- force majeure -----------------------------------------------------------


@pytest.mark.clause("S0-53")
def test_staff_postpone_what_fell_void_by_force_majeure_without_penalty(world: World, halls: Halls) -> None:
    booking = world.booked()
    halls.tell()
    halls.says(halls.node(), BookingVoided(booking.code, booking.service, booking.starts_at, 900))
    assert now(world, booking).status == "void"
    world.at = booking.starts_at + HOUR
    other = world.slots()[-1].id
    assert refusal(world.desk.move, Who(booking.code), other, reason="flood", reason_code="FM") == "not_open"
    assert refusal(world.desk.move, Who(booking.code), other, CLERK, staff=True, reason="overslept") == "not_open"
    moved = world.desk.move(Who(booking.code), other, CLERK, staff=True, reason="flood", reason_code="FM")
    assert (moved.status, moved.open, moved.reason_code) == ("confirmed", True, "FM")
    assert world.slot(other).taken == 1 and world.slot(booking.slot).taken == 0
    halls.says(halls.node(), arrival(moved))
    assert now(world, booking).status == "arrived"


@pytest.mark.clause("S0-53")
def test_what_fell_void_may_be_cancelled_by_force_majeure_and_counts_as_missed_no_more(
    world: World, halls: Halls
) -> None:
    with world.engine.begin() as connection:
        connection.execute(
            insert(BookingRulesRow).values(hall="hall", version=1, rules={"missed_limit": 1}, by="x", at=world.at)
        )
    world.desk.offers.forget()
    booking = world.booked()
    halls.says(halls.node(), BookingVoided(booking.code, booking.service, booking.starts_at, 900))
    later = world.slots()[-1].id
    assert refusal(world.booked, slot=later) == "missed_limit"
    gone = world.desk.cancel(Who(booking.code), CLERK, staff=True, reason="flood", reason_code="FM")
    assert (gone.status, gone.late_cancel) == ("cancelled", False)
    assert world.booked(slot=later).status == "confirmed"


def test_a_void_one_is_not_taken_up_beside_another_that_is_open(world: World, halls: Halls) -> None:
    booking = world.booked()
    halls.says(halls.node(), BookingVoided(booking.code, booking.service, booking.starts_at, 900))
    world.booked(slot=world.slots()[-2].id)
    other = world.slots()[-1].id
    code = refusal(world.desk.move, Who(booking.code), other, CLERK, staff=True, reason="flood", reason_code="FM")
    assert code == "open_booking" and world.slot(other).taken == 0


# --- what time ends ----------------------------------------------------------


@pytest.mark.clause("S0-24")
def test_what_is_not_mended_in_time_expires_and_frees_its_place(world: World) -> None:
    booking = world.booked(name="")
    world.at = booking.deadline
    assert expiring.expire(world.desk, world.at) == 0, "until the last moment"
    world.at += 1
    late = refusal(world.desk.resubmit, Who(booking.code, "0001"), world.application())
    assert late == "deadline_over"
    assert expiring.expire(world.desk, world.at) == 1
    gone = now(world, booking)
    assert (gone.status, gone.open, gone.reason_code) == ("expired", False, "expired")
    assert world.slot(booking.slot).taken == 0
    assert expiring.expire(world.desk, world.at) == 0
    assert refusal(world.desk.resubmit, Who(booking.code, "0001"), world.application()) == "not_returned"
    assert rows(world, AuditRow)[-1].actor == "system"


def test_what_nobody_looked_at_before_its_time_is_refused_with_an_apology(world: World) -> None:
    booking = complex_(world)
    world.at = booking.starts_at - 1
    assert expiring.expire(world.desk, world.at) == 0
    world.at = booking.starts_at
    assert expiring.expire(world.desk, world.at) == 1
    gone = now(world, booking)
    assert (gone.status, gone.reason_code, gone.open) == ("refused", "office", False)
    assert "歉" in gone.reason, "in the customer's language"


def test_what_a_hall_never_said_a_word_about_does_not_bind_its_customer_for_ever(world: World, halls: Halls) -> None:
    booking = world.booked()
    world.at = booking.ends_at + 7 * DAY
    assert expiring.expire(world.desk, world.at) == 0, "a hall may be away for a week (F22)"
    world.at += 2 * DAY
    assert expiring.expire(world.desk, world.at) == 1
    gone = now(world, booking)
    assert (gone.status, gone.reason_code) == ("expired", "unheard")
    assert rows(world, AuditRow)[-1].action == "booking.unheard", "no notice hangs on this"
    world.open()
    assert world.booked(slot=world.slots()[-1].id).status == "confirmed"
    halls.says(halls.node(), arrival(booking))
    assert now(world, booking).status == "arrived", "the hall's word still counts when it comes"


def test_keys_of_requests_are_kept_for_two_days(world: World) -> None:
    asked = world.application()
    world.desk.apply(asked, "app", idempotency=("app:1", "k"))
    world.at += 48 * HOUR
    expiring.expire(world.desk, world.at)
    assert len(rows(world, IdempotencyKey)) == 1
    world.at += 1
    expiring.expire(world.desk, world.at)
    assert rows(world, IdempotencyKey) == []


# --- the trail, and what strangers write -------------------------------------


@pytest.mark.clause("S0-3", "S3-5")
def test_every_decision_is_in_the_trail_with_who_and_under_which_rules_and_with_nothing_of_the_person(
    world: World,
) -> None:
    with world.engine.begin() as connection:
        connection.execute(insert(BookingRulesRow).values(hall="hall", version=7, rules={}, by="zhao", at=world.at))
    world.desk.offers.forget()
    booking = complex_(world)
    world.desk.approve(booking.code, CLERK)
    world.desk.move(Who(booking.code, "0001"), world.slots()[-1].id, Actor("customer", "203.0.113.9"))
    world.desk.cancel(Who(booking.code, "0001"), CUSTOMER)
    trail = [row for row in rows(world, AuditRow) if row.subject_id == booking.code]
    assert [(row.actor, row.action) for row in trail] == [
        ("customer", "booking.reviewing"), ("wang", "booking.confirmed"), ("customer", "booking.moved"),
        ("customer", "booking.cancelled"),
    ]  # fmt: skip
    assert {row.after["rules_version"] for row in trail} == {7}
    assert trail[2].source == "203.0.113.9" and trail[2].before["slot"] == booking.slot
    assert trail[3].before == {"status": "confirmed"} and trail[3].after["status"] == "cancelled"
    text = msgspec.json.encode([row._asdict() for row in trail]).decode()
    for secret in ("李小明", "13800000001", id_number(1), "abroad"):
        assert secret not in text


@pytest.mark.fault("F52")
def test_what_no_database_can_hold_is_no_error_of_ours(world: World) -> None:
    with world.engine.begin() as connection:
        connection.execute(update(Matter).where(Matter.id == "claim").values(questions=[{"id": "q"}]))
    world.desk.offers.forget()
    asked = world.application(
        matter="claim", name="a\x00\ud800", detail="x\x00\ud800", answers={"q": "\x00", "other": "y" * 1_000_000},
        ref="r\x00", openid="\ud800", email="\x00@b.cn",
    )  # fmt: skip
    booking = world.desk.apply(asked, "web")
    assert {one["field"] for one in booking.faults} == {"name", "email"}
    assert len(booking.detail) < 5000, "answers to nothing that was asked are not kept"
    for code in ("\x00", "x\x00y", "\ud800", "x" * 10_000):
        assert refusal(world.desk.find, Who(code)) == "not_found"
    assert refusal(world.booked, 2, slot="\x00") == "slot_unknown"
    nowhere = msgspec.structs.replace(world.application(2), hall="\x00")
    assert refusal(world.desk.apply, nowhere, "web") == "hall_unknown"
    gone = world.desk.cancel(Who(booking.code), CLERK, staff=True, reason="because\x00")
    assert gone.status == "cancelled"


def test_a_hall_closed_by_its_calendar_still_reviews_and_calls_in_its_open_hours(world: World) -> None:
    with world.engine.begin() as connection:
        for day in ("2026-11-23", "2026-11-24"):
            connection.execute(
                insert(HallDay).values(hall="hall", day=day, periods=[], reason="works", by="zhao", at=world.at)
            )
    world.open()
    world.booked(slot=world.slots()[-1].id, flags=("disabled",))
    [task] = rows(world, ContactTask)
    times = world.desk.offer("hall").times
    assert task.due_at == times.moment(date(2026, 11, 25), "14:30")
    assert rows(world, Booking)[0].status == "confirmed"
