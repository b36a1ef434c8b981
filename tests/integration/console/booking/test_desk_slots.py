"""Slots and capacity on the console: how full each is, and setting them by hand, all that are ticked or none."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from central.db.engine import writing
from central.db.tables import AuditRow, Closure, DirectiveRow, Grant, Slot
from tests.booking_world import DAY, HOUR
from tests.desk_visitor import Clerk
from tests.desk_world import DeskWorld

WEEK = "/slots?hall=hall&day=2026-11-24&service=social"


def tuesday(world: DeskWorld) -> list[Any]:
    return [slot for slot in world.slots() if slot.day == "2026-11-24"]


def sets(clerk: Clerk, slots: list[Any], way: str, **form: str) -> Any:
    asked = {"hall": "hall", "day": "2026-11-24", "service": "social", "way": way, "slots": [one.id for one in slots]}
    return clerk.fill("/slots", "/slots", asked | form)


def trail(world: DeskWorld) -> list[tuple[Any, ...]]:
    query = select(AuditRow.actor, AuditRow.action, AuditRow.subject_id, AuditRow.before, AuditRow.after)
    with world.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query.where(AuditRow.subject == "slot").order_by(AuditRow.id))]


@pytest.mark.clause("S0-19")
def test_capacity_is_seen_beside_what_is_sold_and_set_by_hand(world: DeskWorld) -> None:
    first, second = tuesday(world)[:2]
    for n in range(first.capacity):
        world.booked(n + 1, slot=first.id)
    clerk = Clerk(world, "supervisor")
    page = clerk.page(WEEK).text
    assert f"<b>{first.capacity}/{first.capacity}</b>" in page and page.count("hk-cell hk-full") == 2, "cell and legend"
    assert "Slots set: 1." in sets(clerk, [second], "capacity", capacity="9").text
    assert world.slot(second.id).capacity == 9 and world.slot(second.id).by_hand
    assert trail(world) == [
        ("supervisor", "slot.capacity_set", second.id, {"capacity": second.capacity}, {"capacity": 9})
    ]
    world.open()
    assert world.slot(second.id).capacity == 9, "the formula leaves it alone"
    sets(clerk, [second], "formula")
    assert world.slot(second.id).capacity == second.capacity and not world.slot(second.id).by_hand


def test_a_day_not_to_be_booked_yet_says_when_it_opens(world: DeskWorld) -> None:
    """Hours of its own put a day into the week before it has slots."""
    day = {"hall": "hall", "what": "date", "day": "2026-12-09", "periods": "09:00-11:00", "reason": "works"}
    Clerk(world, "hall-head").fill("/hours", "/hours?hall=hall", day)
    page = Clerk(world, "supervisor").page("/slots?hall=hall&day=2026-12-09&service=social").text
    assert page.count("own hours") == page.count("opens 14 days ahead") == 1
    assert "days ahead" not in Clerk(world, "supervisor").page(WEEK).text


def test_nothing_is_free_of_a_slot_whose_time_is_over(world: DeskWorld) -> None:
    first, second = tuesday(world)[:2]
    passing = sum(slot.starts_at <= first.starts_at for slot in world.slots())
    clerk = Clerk(world, "supervisor")
    before = clerk.page(WEEK).text
    world.at = first.starts_at
    page = clerk.page(WEEK).text
    for words, more in (("<small>time is over</small>", passing), (" free</small>", -passing)):
        assert page.count(words) - before.count(words) == more
    assert f"0 free of {first.capacity}" in page and f"{second.capacity} free of {second.capacity}" in page


def test_less_than_is_sold_is_refused_with_the_numbers_and_nothing_is_set(world: DeskWorld) -> None:
    first, second = tuesday(world)[:2]
    world.booked(1, slot=second.id)
    world.booked(2, slot=second.id)
    answer = sets(Clerk(world, "supervisor"), [first, second], "capacity", capacity="1")
    assert answer.status_code == 422
    assert "09:30–10:00: 2 booked, 0 the hall&#39;s own; it takes at least 2." in answer.text
    assert f'value="{second.id}" data-day="2026-11-24" checked' in answer.text, "what was ticked stays"
    assert world.slot(first.id).capacity == first.capacity and trail(world) == []
    for capacity in ("", "-1", "1001", "many", "9" * 30):
        assert sets(Clerk(world, "supervisor"), [first], "capacity", capacity=capacity).status_code == 422


def test_a_closed_slot_sells_no_more_and_asks_the_hall_for_its_share(world: DeskWorld) -> None:
    first = tuesday(world)[0]
    with writing(world.engine).begin() as connection:
        connection.execute(update(Slot).where(Slot.id == first.id).values(granted=1))
        connection.execute(
            insert(Grant).values(
                id="g1", slot=first.id, node="hall", epoch="e1", n=1, state="issued", issued_at=world.at
            )
        )
    clerk = Clerk(world, "supervisor")
    sets(clerk, [first], "close")
    assert world.slot(first.id).closed
    with world.engine.connect() as connection:
        assert connection.scalar(select(Grant.state)) == "recalled"
        assert "ShareRecalled" in connection.scalars(select(DirectiveRow.type)).all()
    assert f'value="{first.id}"' not in clerk.page("/desk/new?matter=join").text
    sets(clerk, [first], "open")
    assert not world.slot(first.id).closed
    assert [row[1] for row in trail(world)] == ["slot.closed", "slot.opened"]


def test_a_slot_within_a_closure_stays_closed(world: DeskWorld) -> None:
    first = tuesday(world)[0]
    with writing(world.engine).begin() as connection:
        connection.execute(update(Slot).where(Slot.id == first.id).values(closed=True))
        connection.execute(
            insert(Closure).values(
                hall="hall", from_at=first.starts_at - HOUR, until_at=first.starts_at + DAY, cause="power", text={},
                known_at=world.at, published_at=world.at, by="boss",
            )
        )  # fmt: skip
    answer = sets(Clerk(world, "supervisor"), [first], "open")
    assert answer.status_code == 422 and "lies within a closure" in answer.text
    assert world.slot(first.id).closed


def test_who_may_not_sees_no_ticks_and_changes_nothing(world: DeskWorld) -> None:
    first = tuesday(world)[0]
    clerk = Clerk(world, "receptionist")
    assert 'name="slots"' not in clerk.page(WEEK).text
    assert sets(clerk, [first], "close").status_code == 403
    elsewhere = Clerk(world, "elsewhere")
    assert sets(elsewhere, [first], "close").status_code == 403
    other = sets(elsewhere, [first], "close", hall="other")
    assert other.status_code == 422 and "belongs to another hall" in other.text
    assert not world.slot(first.id).closed and trail(world) == []
