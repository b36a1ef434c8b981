"""What a person must look at: flagged bookings, shares nobody can prove, halls that sell nothing after a restore."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from central.db.engine import writing
from central.db.tables import AuditRow, Booking, Grant, Slot, Unreconciled
from contract.booking_code import grouped
from tests.desk_visitor import Clerk
from tests.desk_world import DeskWorld


def frozen(world: DeskWorld, n: int = 3) -> Any:
    slot = next(one for one in world.slots() if one.day == "2026-11-24")
    with writing(world.engine).begin() as connection:
        connection.execute(update(Slot).where(Slot.id == slot.id).values(granted=n))
        connection.execute(
            insert(Grant).values(
                id="g1", slot=slot.id, node="hall", epoch="e0", n=n, state="frozen", issued_at=world.at
            )
        )
    return slot


def trail(world: DeskWorld) -> list[tuple[Any, ...]]:
    query = select(AuditRow.actor, AuditRow.action, AuditRow.after)
    actions = ("booking.flag_seen", "share.settled", "shares.settled", "hall.sold_again")
    with world.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query.where(AuditRow.action.in_(actions)))]


@pytest.mark.fault("F25")
def test_a_flagged_booking_is_seen_to_by_a_person(world: DeskWorld) -> None:
    booking = world.booked(1)
    with writing(world.engine).begin() as connection:
        connection.execute(update(Booking).where(Booking.id == booking.id).values(flag="excess"))
    clerk = Clerk(world, "supervisor")
    page = clerk.page("/look").text
    assert grouped(booking.code) in page and "One more than its time can take" in page
    done = clerk.fill(f"/look/seen/{booking.id}", "/look", {"note": "comes an hour later"}).text
    assert "Nothing to look at." in done
    assert trail(world) == [("supervisor", "booking.flag_seen", {"flag": "excess", "note": "comes an hour later"})]
    assert "Seen to by supervisor." in clerk.page(f"/booking/{booking.id}").text


@pytest.mark.fault("F25")
def test_a_share_nobody_can_prove_is_settled_by_what_the_hall_says(world: DeskWorld) -> None:
    slot = frozen(world)
    clerk = Clerk(world, "supervisor")
    page = clerk.page("/look").text
    assert "3 given, 0 sold, 0 given back; 3 open" in page
    for wrong in ("4", "", "-1", "some"):
        answer = clerk.fill("/look/settle/g1", "/look", {"sold": wrong})
        assert answer.status_code == 422 and 'id="fault-sold-g1"' in answer.text
    assert "Settled" in clerk.fill("/look/settle/g1", "/look", {"sold": "1"}).text
    now = world.slot(slot.id)
    assert (now.taken, now.granted) == (1, 0), "one was sold, two can be booked again"
    assert trail(world) == [("supervisor", "share.settled", {"sold": 1, "free": 2})]
    assert clerk.fill("/look/settle/g1", "/look", {"sold": "0"}).status_code == 422
    assert clerk.fill("/look/settle/none", "/look", {"sold": "0"}).status_code == 404


@pytest.mark.fault("F25")
def test_all_shares_of_an_ended_epoch_are_settled_together_where_the_hall_sold_none(world: DeskWorld) -> None:
    slots = [one for one in world.slots() if one.day == "2026-11-24"]
    with writing(world.engine).begin() as connection:
        connection.execute(update(Slot).where(Slot.id.in_([one.id for one in slots])).values(granted=2))
        for n, slot in enumerate(slots):
            epoch = "e1" if slot is slots[-1] else "e0"
            connection.execute(
                insert(Grant).values(
                    id=f"g{n}", slot=slot.id, node="hall", epoch=epoch, n=2, state="frozen", issued_at=world.at
                )
            )
    many, clerk = len(slots) - 1, Clerk(world, "supervisor")
    page = clerk.page("/look").text
    assert page.count("The hall sold none of these") == 2, "each epoch by itself"
    assert f"every place still open here ({2 * many})" in page
    path, form = "/look/unsold/hall/hall/e0", {"open": str(2 * many), "asked": "1"}
    for wrong in ({"asked": ""}, {"open": str(2 * many - 1)}):
        answer = clerk.fill(path, "/look", form | wrong)
        assert answer.status_code == 422 and 'id="fault-asked-hall-e0"' in answer.text
    assert [world.slot(one.id).granted for one in slots] == [2] * len(slots)
    assert "can be booked again" in clerk.fill(path, "/look", form).text
    assert [world.slot(one.id).granted for one in slots] == [0] * many + [2]
    assert [world.slot(one.id).taken for one in slots] == [0] * len(slots)
    after = {"epoch": "e0", "shares": many, "sold": 0, "free": 2 * many}
    assert trail(world) == [("supervisor", "shares.settled", after)]
    assert clerk.fill(path, "/look", form).status_code == 422, "once"


@pytest.mark.fault("F25")
def test_a_hall_sells_again_on_a_persons_word_and_reason(world: DeskWorld) -> None:
    with writing(world.engine).begin() as connection:
        connection.execute(insert(Unreconciled).values(hall="hall", generation="g2", since=world.at, parts=["half"]))
    clerk = Clerk(world, "supervisor")
    assert "are being compared" in clerk.page("/desk/new?matter=join").text
    page = clerk.page("/look").text
    assert "Example hall: nothing is sold" in page and "half" in page
    refused = clerk.fill("/look/sell/hall", "/look", {"reason": " "})
    assert refused.status_code == 422 and 'id="fault-reason-hall"' in refused.text
    clerk.fill("/look/sell/hall", "/look", {"reason": "the second node burnt"})
    with world.engine.connect() as connection:
        assert connection.execute(select(Unreconciled)).all() == []
    assert trail(world) == [("supervisor", "hall.sold_again", {"reason": "the second node burnt"})]
    assert world.booked(1).status == "confirmed"


def test_only_who_sets_capacity_there(world: DeskWorld) -> None:
    booking = world.booked(1)
    frozen(world)
    with writing(world.engine).begin() as connection:
        connection.execute(update(Booking).where(Booking.id == booking.id).values(flag="excess"))
        connection.execute(insert(Unreconciled).values(hall="hall", generation="g2", since=world.at, parts=[]))
    assert Clerk(world, "operator").page("/look").status_code == 403
    elsewhere = Clerk(world, "elsewhere")
    assert "Nothing to look at." in elsewhere.page("/look").text
    tried = [
        elsewhere.fill(f"/look/seen/{booking.id}", "/closures/new", {}).status_code,
        elsewhere.fill("/look/settle/g1", "/closures/new", {"sold": "0"}).status_code,
        elsewhere.fill("/look/unsold/hall/hall/e0", "/closures/new", {"asked": "1", "open": "3"}).status_code,
        elsewhere.fill("/look/sell/hall", "/closures/new", {"reason": "x"}).status_code,
    ]
    assert tried == [404, 403, 403, 403] and trail(world) == []
