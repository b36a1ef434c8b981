"""What halls say of booked customers reaches the bookings: once, whatever else they say, and whatever the centre has
done meanwhile."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import OperationalError

from central.audit import Actor
from central.booking import hall_news
from central.booking.desk import Who
from central.booking.following import Follower
from central.booking.sentences import BookingRefused
from central.db.tables import (
    AuditRow,
    Booking,
    BookingChange,
    BookingRulesRow,
    ClosureCase,
    ContactTask,
    ENotice,
    StoredEvent,
)
from contract.events import BookingVoided, ResultTold, VoidLifted
from tests.booking_halls import Halls, arrival, served
from tests.booking_world import DAY, HOUR, World

BOSS = Actor("zhao")


def rows(world: World, table: Any) -> list[Any]:
    with world.engine.connect() as connection:
        return list(connection.execute(select(table)))


def now(world: World, booking: Any) -> Any:
    return world.desk.find(Who(booking.code))


def void(booking: Any) -> BookingVoided:
    return BookingVoided(booking.code, booking.service, booking.starts_at, 900)


def told(world: World) -> list[str]:
    with world.engine.connect() as connection:
        return list(connection.scalars(select(AuditRow.action).where(AuditRow.subject == "booking")))


@pytest.mark.clause("S0-20")
def test_who_arrives_and_is_served_is_known_at_the_centre(world: World, halls: Halls) -> None:
    booking = world.booked()
    world.at = booking.starts_at - 600_000
    halls.says(halls.node(), arrival(booking))
    here = now(world, booking)
    assert (here.status, here.open, here.arrival, here.ticket) == ("arrived", False, "on_time", "20261124-Y001")
    assert abs(here.arrived_at - world.at) < 1000 and here.node == "hall"
    assert world.slot(booking.slot).taken == 1, "the place was used"
    world.at += HOUR
    halls.says(halls.node(), *served())
    done = now(world, booking)
    assert done.status == "served" and done.served_at > here.arrived_at
    assert world.booked(slot=world.slots()[-1].id).status == "confirmed", "and may book again"


@pytest.mark.clause("S0-45")
@pytest.mark.clause("S0-46")
def test_who_does_not_come_is_void_told_so_and_may_book_again(world: World, halls: Halls) -> None:
    booking = world.booked()
    halls.says(halls.node(), void(booking))
    gone = now(world, booking)
    assert (gone.status, gone.open, gone.holds) == ("void", False, True)
    assert world.slot(booking.slot).taken == 1, "nobody else could have had it"
    assert told(world)[-1] == "booking.void", "the notice with how to book again hangs on this"
    assert world.booked(slot=world.slots()[-1].id).status == "confirmed"


def test_a_void_that_a_supervisor_lifts_is_an_arrival(world: World, halls: Halls) -> None:
    booking = world.booked()
    lifted = VoidLifted(booking.code, "zhao", "the bus broke down", True)
    halls.says(halls.node(), void(booking), lifted, arrival(booking, outcome="lifted"))
    assert (now(world, booking).status, now(world, booking).arrival) == ("arrived", "lifted")


def test_a_void_of_the_time_before_does_not_void_what_was_moved(world: World, halls: Halls) -> None:
    booking = world.booked()
    world.desk.move(Who(booking.code), world.slots()[-1].id)
    halls.says(halls.node(), void(booking))
    assert now(world, booking).status == "confirmed"


def test_what_a_closure_hit_is_not_void(world: World, halls: Halls) -> None:
    booking = world.booked()
    world.desk.close_hall(
        "hall", BOSS, from_at=world.at, until_at=world.at + 3 * DAY, cause="power", text={"en": "No power"}
    )
    halls.says(halls.node(), void(booking))
    assert now(world, booking).status == "displaced"


@pytest.mark.clause("S0-21")
def test_a_booking_cancelled_at_the_centre_while_its_customer_checks_in_offline_stays_served_and_is_flagged(
    world: World, halls: Halls
) -> None:
    """requirements.md §10, "conflict rules of the synchronisation"."""
    booking = world.booked()
    node = halls.node()
    world.desk.cancel(Who(booking.code))
    assert world.slot(booking.slot).taken == 0
    halls.says(node, arrival(booking))
    here = now(world, booking)
    assert (here.status, here.flag, here.holds) == ("arrived", "late_cancel", False)
    assert world.slot(booking.slot).taken == 0, "its place had been given up; it is not counted twice"
    halls.says(node, *served())
    assert (now(world, booking).status, now(world, booking).flag) == ("served", "late_cancel")
    halls.tell()
    assert now(world, booking).status == "served"


def test_one_moved_at_the_centre_while_its_customer_checks_in_at_the_old_time_gives_the_new_place_back(
    world: World, halls: Halls
) -> None:
    booking = world.booked()
    other = world.slots()[-1].id
    world.desk.move(Who(booking.code), other)
    halls.says(halls.node(), arrival(booking))
    here = now(world, booking)
    assert (here.status, here.flag, here.holds) == ("arrived", "late_cancel", False)
    assert world.slot(other).taken == 0 and world.slot(booking.slot).taken == 0


def test_who_comes_is_called_no_more_and_a_change_that_waited_holds_no_place(world: World, halls: Halls) -> None:
    booking = world.booked(flags=("disabled",))
    slot = world.slots("estate")[40]
    world.desk.ask_change(Who(booking.code), "transfer", slot.id)
    assert world.slot(slot.id).taken == 1
    halls.says(halls.node(), arrival(booking))
    assert world.slot(slot.id).taken == 0
    assert [one.status for one in rows(world, BookingChange)] == ["withdrawn"]
    assert [one.state for one in rows(world, ContactTask)] == ["dropped"]
    other = world.booked(2)
    world.desk.ask_change(Who(other.code), "transfer", slot.id)
    halls.says(halls.node(), void(other))
    assert world.slot(slot.id).taken == 0 and now(world, other).status == "void"


def test_who_comes_although_the_hall_was_closed_has_settled_the_case(world: World, halls: Halls) -> None:
    booking = world.booked()
    world.desk.close_hall(
        "hall", BOSS, from_at=world.at, until_at=world.at + 3 * DAY, cause="power", text={"en": "No power"}
    )
    halls.says(halls.node(), arrival(booking))
    assert now(world, booking).status == "arrived"
    assert [case.outcome for case in rows(world, ClosureCase)] == ["kept"]


@pytest.mark.clause("S0-42")
def test_an_important_matter_has_an_electronic_notice_of_its_result(world: World, halls: Halls) -> None:
    important, plain = world.booked(1, matter="transfer"), world.booked(2)
    node = halls.node()
    result = ResultTold(
        "hall-20261124-00001", 1, "20261124-Y001", "estate", "1", "w07", "success", None, "registered",
        "window 3, from Monday", True, False,
    )  # fmt: skip
    halls.says(node, arrival(important), arrival(plain, "20261124-Y002"), *served(), *served("20261124-Y002"))
    halls.says(node, result, msgspec.structs.replace(result, ticket="20261124-Y002", number="x", collect=""))
    [notice] = rows(world, ENotice)
    assert (notice.booking, notice.outcome, notice.note) == (important.id, "success", "registered")
    assert told(world).count("enotice.ready") == 1 and told(world).count("result.ready") == 1


def test_news_of_another_hall_or_of_no_booking_change_nothing(world: World, halls: Halls) -> None:
    booking = world.booked()
    elsewhere = halls.node("other", "other")
    halls.says(elsewhere, arrival(booking), void(booking))
    stranger = msgspec.structs.replace(void(booking), code="NOSUCHCODE22")
    halls.says(halls.node(), stranger, *served("20261124-Z999"))
    assert now(world, booking).status == "confirmed"


@pytest.mark.fault("F18")
@pytest.mark.fault("F19")
def test_each_event_counts_once_also_after_a_restart_of_the_follower(world: World, halls: Halls) -> None:
    booking = world.booked()
    node = halls.node()
    halls.says(node, arrival(booking), follow=False)
    assert halls.follower.follow() == 1
    assert halls.follower.follow() == 0
    halls.follower = Follower(world.desk)
    halls.bench.say(*node.batches())
    assert halls.follower.follow() == 0, "sent again, stored once, followed once"
    assert now(world, booking).rev == 2


@pytest.mark.fault("F33")
def test_a_poisonous_event_is_left_out_and_stops_nothing(
    world: World, halls: Halls, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = world.booked(1), world.booked(2)
    node = halls.node()
    node.append(
        node.raws[0].replace(b"EpochBegun", b"BookingArrived").replace(b'"seq":1,', f'"seq":{node.last + 1},'.encode())
    )
    halls.says(node, arrival(first, "t" * 40), arrival(second, "20261124-Y002"))
    assert now(world, first).status == now(world, second).status == "arrived"
    assert halls.follower.counts["left_out"] == 1

    def broken(*_args: object) -> None:
        raise ValueError("year 0 is out of range")

    monkeypatch.setattr(hall_news, "finished", broken)
    halls.says(node, *served("20261124-Y002"))
    assert halls.follower.counts["left_out"] == 2 and now(world, second).status == "arrived"
    monkeypatch.undo()
    third = world.booked(3)
    halls.says(node, arrival(third, "20261124-Y003"))
    assert now(world, third).status == "arrived"


@pytest.mark.fault("F24")
def test_where_only_the_database_would_not_nothing_is_left_out(
    world: World, halls: Halls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock another transaction holds, a deadlock that was broken: the event is no poison, and comes again."""
    booking = world.booked()
    node = halls.node()
    whole = hall_news.arrived

    def locked(*_args: object) -> None:
        raise OperationalError("UPDATE bookings", {}, Exception("deadlock detected"))

    monkeypatch.setattr(hall_news, "arrived", locked)
    with pytest.raises(OperationalError):
        halls.says(node, arrival(booking))
    monkeypatch.setattr(hall_news, "arrived", whole)
    assert halls.follower.follow() == 1
    assert now(world, booking).status == "arrived" and halls.follower.counts["left_out"] == 0


def test_a_thousand_events_are_followed_in_chunks_in_their_order(world: World, halls: Halls) -> None:
    booking = world.booked()
    node = halls.node()
    noise = [BookingVoided(f"NOBODY{n:06d}", booking.service, booking.starts_at, 900) for n in range(450)]
    halls.says(node, *noise[:300], arrival(booking), *noise[300:], *served())
    assert now(world, booking).status == "served"
    with world.engine.connect() as connection:
        assert len(connection.scalars(select(StoredEvent.id)).all()) > 400


def test_the_limit_on_missed_bookings_holds_where_an_admin_set_one(world: World, halls: Halls) -> None:
    with world.engine.begin() as connection:
        connection.execute(
            insert(BookingRulesRow).values(
                hall="hall", version=1, rules={"missed_limit": 2, "missed_days": 30}, by="zhao", at=world.at
            )
        )
    world.desk.offers.forget()
    for n in range(2):
        booking = world.booked(slot=world.slots()[20 + n].id)
        halls.says(halls.node(), void(booking))
    with pytest.raises(BookingRefused) as refused:
        world.booked(slot=world.slots()[-1].id)
    assert refused.value.code == "missed_limit" and "2 bookings" in str(refused.value)
    assert "2" in refused.value.said("zh") and "30" in refused.value.said("zh")
    returned = world.booked(slot=world.slots()[-1].id, id_number="110101199003070001")
    with pytest.raises(BookingRefused) as mended:
        world.desk.resubmit(Who(returned.code), world.application())
    assert mended.value.code == "missed_limit", "a number written wrong first is no way round it"
    helped = world.desk.apply(
        world.application(readback=True, slot=world.slots()[-2].id), "hotline", Actor("wang"), assisted_by="wang"
    )
    assert helped.status == "confirmed", "by telephone, as the sentence says"
    with world.engine.begin() as connection:
        connection.execute(update(Booking).where(Booking.code == helped.code).values(open=False, status="served"))
    world.at += 40 * DAY
    world.open()
    assert world.booked(slot=world.slots()[-1].id).status == "confirmed", "after so many days it is forgotten"
