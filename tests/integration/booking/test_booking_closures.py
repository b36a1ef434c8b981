"""A hall closes: what becomes of its slots, its boards and everybody who was to come."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from central.audit import Actor
from central.booking import closing
from central.booking.desk import Who
from central.booking.sentences import BookingRefused
from central.db.tables import Closure, ClosureCase, ContactTask, DirectiveRow
from central.errors import Invalid
from tests.booking_world import DAY, HOUR, MONDAY, World, id_number

BOSS = Actor("zhao")
TEXT = {"zh": "台风,暂停办公", "en": "Closed because of a typhoon"}


class Heard:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, dict[str, Any]]] = []

    def __call__(self, _connection: Any, event: str, booking: Any, _at: int, extra: dict[str, Any]) -> None:
        self.events.append((event, booking.code, extra))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def town(database_url: str, heard: Heard) -> Any:
    world = World(database_url, listeners=[heard])
    yield world
    world.close()


def close(world: World, days: int = 2) -> Any:
    return world.desk.close_hall(
        "hall", BOSS, from_at=world.at, until_at=MONDAY + days * DAY, cause="weather", text=TEXT,
        known_at=world.at - 600_000,
    )  # fmt: skip


def rows(world: World, table: Any) -> list[Any]:
    with world.engine.connect() as connection:
        return list(connection.execute(select(table)))


@pytest.mark.clause("S0-51")
def test_everybody_hit_is_told_offered_other_times_and_on_the_list_to_call(town: World, heard: Heard) -> None:
    hit = [town.booked(n) for n in (1, 2)]
    later = town.booked(3, slot=town.slots()[-1].id)
    close(town)
    told = {code: extra for event, code, extra in heard.events if event == "closure.hit"}
    assert set(told) == {one.code for one in hit}, "who comes later is not"
    assert all(extra["resumes_at"] == MONDAY + 2 * DAY for extra in told.values())
    for booking in hit:
        closure, now, offered = town.desk.offers_of(told[booking.code]["offer"])
        assert now.status == "displaced" and closure.text == TEXT
        assert offered and all(slot.starts_at >= MONDAY + 2 * DAY for slot in offered)
    tasks = rows(town, ContactTask)
    assert [task.kind for task in tasks] == ["closure", "closure"]
    assert town.desk.find(Who(later.code)).status == "confirmed"
    kinds = {row.type for row in rows(town, DirectiveRow)}
    assert {"NoticeAdded", "HallSuspended"} <= kinds, "the boards say it, and no more tickets are issued"
    [closure] = rows(town, Closure)
    assert closure.published_at - closure.known_at == 600_000


@pytest.mark.clause("S0-52")
def test_one_tap_takes_an_offer_and_settles_the_case(town: World, heard: Heard) -> None:
    booking = town.booked()
    close(town)
    token = next(extra["offer"] for event, _, extra in heard.events if event == "closure.hit")
    _, _, offered = town.desk.offers_of(token)
    moved = town.desk.accept(token, offered[0].id)
    assert moved.status == "confirmed" and moved.slot == offered[0].id and moved.code == booking.code
    assert town.slot(offered[0].id).taken == 1 and town.slot(booking.slot).taken == 0
    [case], [task] = rows(town, ClosureCase), rows(town, ContactTask)
    assert case.outcome == "rebooked" and task.state == "dropped", "nobody need call any more"
    with pytest.raises(BookingRefused) as gone:
        town.desk.accept(token, offered[0].id)
    assert gone.value.code == "offer_gone"


def test_a_customer_may_also_give_it_up_without_a_lead_time(town: World, heard: Heard) -> None:
    booking = town.booked(slot=next(slot.id for slot in town.slots() if slot.starts_at > town.at + HOUR))
    close(town)
    token = next(extra["offer"] for event, _, extra in heard.events if event == "closure.hit")
    gone = town.desk.decline(token)
    assert gone.status == "cancelled" and not gone.late_cancel and gone.code == booking.code
    assert rows(town, ClosureCase)[0].outcome == "cancelled"


def test_nothing_is_sold_for_the_time_of_a_closure(town: World) -> None:
    slot = town.application().slot
    close(town)
    with pytest.raises(BookingRefused) as refused:
        town.booked(slot=slot)
    assert refused.value.code == "slot_closed"
    later = town.booked(2, slot=town.slots()[-1].id)
    with pytest.raises(BookingRefused) as moved:
        town.desk.move(Who(later.code), slot)
    assert moved.value.code == "slot_closed" and town.slot(slot).taken == 0


def test_a_closure_that_ends_early_restores_what_nobody_moved(town: World, heard: Heard) -> None:
    kept, moved = town.booked(1), town.booked(2)
    closure = close(town)
    tokens = {code: extra["offer"] for event, code, extra in heard.events if event == "closure.hit"}
    town.desk.accept(tokens[moved.code], town.desk.offers_of(tokens[moved.code])[2][0].id)
    assert town.desk.end_closure(closure.id, BOSS) == 1
    assert town.desk.find(Who(kept.code)).status == "confirmed"
    assert town.slot(kept.slot).taken == 1 and not town.slot(kept.slot).closed
    assert ("closure.ended", kept.code) in [(event, code) for event, code, _ in heard.events]
    assert "HallResumed" in {row.type for row in rows(town, DirectiveRow)}


def test_a_longer_closure_hits_more(town: World) -> None:
    booking = town.booked(slot=next(slot.id for slot in town.slots() if slot.starts_at > MONDAY + 3 * DAY))
    closure = close(town)
    assert town.desk.find(Who(booking.code)).status == "confirmed"
    town.desk.prolong_closure(closure.id, BOSS, MONDAY + 5 * DAY)
    assert town.desk.find(Who(booking.code)).status == "displaced"
    with pytest.raises(Invalid, match="later time"):
        town.desk.prolong_closure(closure.id, BOSS, MONDAY)


@pytest.mark.clause("S0-53")
def test_force_majeure_waives_the_lead_of_a_customer(world: World) -> None:
    booking = world.booked()
    world.at = booking.starts_at - HOUR
    with pytest.raises(BookingRefused) as late:
        world.desk.move(Who(booking.code, "0001"), world.slots()[-1].id)
    assert late.value.code == "move_late"
    with pytest.raises(BookingRefused) as mute:
        world.desk.move(Who(booking.code, "0001"), world.slots()[-1].id, reason_code="FM")
    assert mute.value.code == "reason_missing"
    moved = world.desk.move(Who(booking.code, "0001"), world.slots()[-1].id, reason="snowed in", reason_code="FM")
    assert moved.reason_code == "FM" and moved.status == "confirmed" and not moved.late_cancel


def test_a_closure_needs_its_words(world: World) -> None:
    with pytest.raises(Invalid, match="text"):
        world.desk.close_hall("hall", BOSS, from_at=1, until_at=2, cause="weather", text={"zh": " "})
    with pytest.raises(Invalid, match="until"):
        world.desk.close_hall("hall", BOSS, from_at=2, until_at=1, cause="weather", text=TEXT)
    assert msgspec.json.encode(rows(world, ContactTask)) == b"[]"


def tokens(heard: Heard) -> dict[str, str]:
    """Code to the link that was sent last."""
    return {code: extra["offer"] for event, code, extra in heard.events if event == "closure.hit"}


def test_a_longer_closure_hits_those_again_who_had_moved_out_of_it(town: World, heard: Heard) -> None:
    booking = town.booked()
    closure = close(town)
    first = tokens(heard)[booking.code]
    moved = town.desk.accept(first, town.desk.offers_of(first)[2][0].id)
    town.desk.prolong_closure(closure.id, BOSS, moved.ends_at + DAY)
    again = town.desk.find(Who(booking.code))
    assert again.status == "displaced" and town.slot(moved.slot).taken == 0
    [case] = rows(town, ClosureCase)
    assert case.outcome == "open"
    second = tokens(heard)[booking.code]
    assert second != first and town.desk.accept(second, town.desk.offers_of(second)[2][0].id).status == "confirmed"
    with pytest.raises(BookingRefused):
        town.desk.offers_of(first)


def test_of_two_closures_the_one_that_lasts_keeps_the_hall_closed(town: World, heard: Heard) -> None:
    both, short = town.booked(1), town.booked(2, slot=next(s.id for s in town.slots() if s.starts_at > town.at + HOUR))
    first = close(town)
    longer = town.desk.close_hall(
        "hall", BOSS, from_at=MONDAY + DAY, until_at=MONDAY + 3 * DAY, cause="works", text=TEXT, known_at=town.at
    )
    today = town.desk.close_hall("hall", BOSS, from_at=town.at, until_at=town.at + 2 * HOUR, cause="fire", text=TEXT)
    assert town.desk.end_closure(first.id, BOSS) == 0
    here = town.desk.find(Who(both.code))
    assert here.status == "displaced" and here.closure == longer.id, "it is still closed at that time"
    assert town.slot(both.slot).closed
    assert "HallResumed" not in [row.type for row in rows(town, DirectiveRow)], "the fire is still there"
    assert town.desk.find(Who(short.code)).closure == today.id
    assert town.desk.end_closure(today.id, BOSS) == 1
    assert [row.type for row in rows(town, DirectiveRow)].count("HallResumed") == 1
    assert town.desk.end_closure(longer.id, BOSS) == 1
    assert town.desk.find(Who(both.code)).status == "confirmed" and town.slot(both.slot).taken == 1
    assert {case.outcome for case in rows(town, ClosureCase)} == {"kept"}
    assert {task.state for task in rows(town, ContactTask)} == {"dropped"}


def test_what_was_not_confirmed_before_a_closure_is_not_confirmed_by_it(town: World, heard: Heard) -> None:
    """Neither by moving out of it nor by its end."""
    returned, reviewing = town.booked(1, name=""), town.booked(2, matter="claim", detail="abroad")
    closure = close(town)
    token = tokens(heard)[returned.code]
    moved = town.desk.accept(token, town.desk.offers_of(token)[2][0].id)
    assert (moved.status, moved.faults[0]["field"]) == ("returned", "name")
    assert town.at < moved.deadline <= moved.starts_at - 2 * HOUR
    assert ("booking.returned", returned.code) in [(event, code) for event, code, _ in heard.events[-1:]]
    mended = town.desk.resubmit(Who(returned.code), town.application(1))
    assert mended.status == "confirmed" and mended.slot == moved.slot
    assert town.desk.end_closure(closure.id, BOSS) == 1
    assert town.desk.find(Who(reviewing.code)).status == "reviewing"
    assert town.desk.approve(reviewing.code, BOSS).status == "confirmed"


def test_who_is_hit_may_cancel_without_a_lead_also_by_the_code(town: World) -> None:
    booking = town.booked(slot=next(slot.id for slot in town.slots() if slot.starts_at > town.at + HOUR))
    close(town)
    gone = town.desk.cancel(Who(booking.code, "0001"))
    assert gone.status == "cancelled" and not gone.late_cancel
    assert [case.outcome for case in rows(town, ClosureCase)] == ["cancelled"]


def test_what_is_offered_can_be_taken_with_one_tap(town: World, heard: Heard) -> None:
    """No time so near that it could not be booked any more, and none that somebody took meanwhile."""
    slot = next(slot for slot in town.slots() if slot.starts_at > town.at + 2 * HOUR)
    booking = town.booked(slot=slot.id)
    town.desk.close_hall("hall", BOSS, from_at=slot.starts_at, until_at=slot.ends_at, cause="fire", text=TEXT)
    token = tokens(heard)[booking.code]
    town.at = slot.ends_at - HOUR // 2
    _, _, offered = town.desk.offers_of(token)
    assert offered and all(one.starts_at - town.at > HOUR for one in offered)
    size = town.slot(offered[0].id).capacity
    for n in range(size):
        town.booked(100 + n, slot=offered[0].id, id_number=id_number(100 + n))
    assert offered[0].id not in [one.id for one in town.desk.offers_of(token)[2]]
    assert town.desk.accept(token, town.desk.offers_of(token)[2][0].id).status == "confirmed"


@pytest.mark.clause("S0-52")
def test_a_call_that_reached_the_customer_is_noted_in_the_case(town: World) -> None:
    town.booked()
    close(town)
    [task] = rows(town, ContactTask)
    town.desk.note_call(task.id, BOSS, "no_answer")
    assert rows(town, ClosureCase)[0].contacted_at is None
    town.at += HOUR
    town.desk.note_call(task.id, BOSS, "reached")
    assert rows(town, ClosureCase)[0].contacted_at == town.at


@pytest.mark.clause("S0-52")
def test_who_was_to_come_today_is_called_within_two_hours_others_by_the_next_working_day(town: World) -> None:
    town.booked(1, slot=next(slot.id for slot in town.slots() if slot.starts_at > town.at + 4 * HOUR))
    town.booked(2, slot=next(slot.id for slot in town.slots() if slot.starts_at > town.at + 2 * DAY))
    close(town, days=3)
    due = sorted(task.due_at for task in rows(town, ContactTask))
    times = town.desk.offer("hall").times
    assert due == [town.at + 2 * HOUR, times.moment(times.day_of(town.at + DAY), "17:00")]


@pytest.mark.clause("S0-52")
def test_nobody_is_called_about_a_closure_after_the_visit_it_hits(town: World) -> None:
    soon = town.booked(1, slot=next(slot.id for slot in town.slots() if slot.starts_at > town.at + HOUR))
    tomorrow = town.booked(2)
    close(town)
    due = {task.booking: task.due_at for task in rows(town, ContactTask)}
    assert due == {soon.id: (town.at + soon.starts_at) // 2, tomorrow.id: tomorrow.starts_at - HOUR}


@pytest.mark.clause("S0-51")
def test_time_itself_begins_and_ends_a_closure_that_was_known_before(town: World) -> None:
    booking = town.booked(slot=next(slot.id for slot in town.slots() if slot.starts_at > town.at + 4 * HOUR))
    town.desk.close_hall(
        "hall", BOSS, from_at=town.at + 3 * HOUR, until_at=town.at + 6 * HOUR, cause="works", text=TEXT
    )
    kinds = [row.type for row in rows(town, DirectiveRow)]
    assert "NoticeAdded" in kinds and "HallSuspended" not in kinds, "until then the hall serves"

    def later(hours: int) -> int:
        town.at = MONDAY + hours * HOUR
        with town.desk.working(BOSS, staff=True) as work:
            return closing.keep_time(work)

    assert later(2) == 0
    assert later(3) == 1 and later(4) == 0
    assert [row.type for row in rows(town, DirectiveRow)].count("HallSuspended") == 1
    assert later(6) == 1
    assert "HallResumed" in [row.type for row in rows(town, DirectiveRow)]
    assert town.desk.find(Who(booking.code)).status == "displaced", "past: the call settles it"
    assert town.desk.closures("hall") == []
