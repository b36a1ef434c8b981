"""Where no text message can be sent: what customers learn from us alone becomes a call at once, the rest is noted."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from central.audit import Actor
from central.booking.desk import Who
from central.booking.expiring import expire
from central.db.tables import ContactTask, OutboxRow
from central.notices.events import EVENTS, must_reach
from central.notices.outbox import CALL_WITHIN_MS, announce, teller
from central.notices.reminders import remind
from central.notices.sender import UNUSED, Sender
from contract.person import Person
from tests.booking_world import DAY, HOUR, World
from tests.notices_world import NOON, NoticesWorld

BOSS = Actor("zhao")


class Untold(World):
    """A bookable hall whose office has no way to write to anybody."""

    def __init__(self, url: str) -> None:
        super().__init__(url, listeners=[lambda *told: teller(self.vault)(*told)])
        self.sender = Sender(self.engine, self.vault, {})

    def sent(self) -> dict[str, tuple[str, str]]:
        """Event to state and error, after a turn of the sender."""
        for channel in UNUSED:
            assert self.sender.run(channel, self.at) == 0
        with self.engine.connect() as connection:
            rows = connection.execute(select(OutboxRow.event, OutboxRow.state, OutboxRow.error)).all()
        return {row.event: (row.state, row.error) for row in rows}

    def calls(self, kind: str = "notice_failed") -> list[Any]:
        """Those open."""
        query = select(ContactTask.__table__).where(ContactTask.kind == kind, ContactTask.state == "open")
        with self.engine.connect() as connection:
            return list(connection.execute(query.order_by(ContactTask.id)))


@pytest.fixture
def office(database_url: str) -> Iterator[Untold]:
    office = Untold(database_url)
    yield office
    office.close()


NOTED = ("dropped", UNUSED["sms"])
RUNG = ("failed", UNUSED["sms"])


def test_confirmations_and_reminders_are_noted_as_not_sent_and_nobody_is_called(office: Untold) -> None:
    made = office.booked(1)
    assert office.sent() == {"booking.confirmed": NOTED}
    office.desk.move(Who(made.code), office.slots()[-1].id)
    times = office.desk.offer("hall").times
    office.at = times.moment(times.day_of(office.slots()[-1].starts_at - DAY), "18:00")
    assert remind(office.desk, office.at) == 1
    assert office.sent() == {"booking.confirmed": NOTED, "booking.moved": NOTED, "reminder.day": NOTED}
    office.desk.cancel(Who(made.code), reason="不来了")
    assert office.sent()["booking.cancelled"] == NOTED
    assert office.calls() == []


@pytest.mark.clause("S0-24")
def test_who_must_mend_something_is_called_at_once_and_again_when_it_is_too_late(office: Untold) -> None:
    returned = office.desk.apply(office.application(1, phone="13800000001", id_number="110101199003070012"), "web")
    assert returned.status == "returned"
    assert office.sent() == {"booking.returned": RUNG}
    [call] = office.calls()
    assert (call.booking, call.hall, call.due_at) == (returned.id, "hall", office.at + CALL_WITHIN_MS)
    assert call.why == f"booking.returned: {UNUSED['sms']}"
    office.at = returned.deadline + 1
    assert expire(office.desk, office.at) == 1
    assert office.sent()["booking.expired"] == RUNG
    assert [one.why for one in office.calls()] == [f"booking.expired: {UNUSED['sms']}"], "the older call is dropped"
    assert office.desk.note_call(office.calls()[0].id, BOSS, "reached") and office.calls() == []


@pytest.mark.clause("S0-26")
def test_what_was_confirmed_after_a_review_is_a_call_where_nobody_calls_to_confirm_it(office: Untold) -> None:
    plain = office.booked(1, matter="claim", detail="my pension")
    helped = office.booked(2, matter="claim", detail="my pension", flags=("disabled",))
    assert plain.status == helped.status == "reviewing" and office.sent() == {}
    office.desk.approve(plain.code, BOSS)
    assert office.sent() == {"booking.confirmed": RUNG}
    assert [(call.booking, call.why) for call in office.calls()] == [(plain.id, f"booking.confirmed: {UNUSED['sms']}")]
    office.desk.approve(helped.code, BOSS)
    office.sent()
    assert [call.booking for call in office.calls()] == [plain.id], "of the other one somebody calls anyway"
    assert [call.booking for call in office.calls("phone_confirm")] == [helped.id]


@pytest.mark.clause("S0-48")
@pytest.mark.parametrize(("approve", "event"), [(True, "booking.changed"), (False, "booking.change_refused")])
def test_a_change_decided_is_a_call(office: Untold, approve: bool, event: str) -> None:
    made = office.booked(1)
    change = office.desk.ask_change(Who(made.code), "transfer", office.slots("estate")[40].id)
    assert office.sent()["booking.change_asked"] == NOTED and office.calls() == []
    office.desk.decide_change(change, BOSS, approve=approve, reason="材料不符")
    assert office.sent()[event] == RUNG
    assert [call.why.partition(":")[0] for call in office.calls()] == [event]


@pytest.mark.clause("S0-21")
@pytest.mark.parametrize("reason_code", ["office", "customer", "FM"])
def test_what_the_office_cancels_or_moves_is_a_call_and_what_the_customer_wished_is_not(
    office: Untold, reason_code: str
) -> None:
    made = office.booked(1)
    how: dict[str, Any] = {"staff": True, "reason": "停电", "reason_code": reason_code}
    office.desk.move(Who(made.code), office.slots()[-1].id, BOSS, **how)
    moved = office.sent()["booking.moved"], [call.why for call in office.calls()]
    office.desk.cancel(Who(made.code), BOSS, **how)
    cancelled = office.sent()["booking.cancelled"], [call.why for call in office.calls()]
    if reason_code == "office":
        assert moved == (RUNG, [f"booking.moved: {UNUSED['sms']}"])
        assert cancelled == (RUNG, [f"booking.cancelled: {UNUSED['sms']}"])
    else:
        assert moved == cancelled == (NOTED, [])


@pytest.mark.clause("S0-51", "S0-52")
def test_of_a_closure_everybody_is_called_once(office: Untold) -> None:
    made = office.booked(1)
    office.desk.close_hall(
        "hall", BOSS, from_at=office.at, until_at=office.at + 2 * DAY, cause="weather", text={"zh": "台风"}
    )
    assert office.sent()["closure.hit"] == NOTED
    assert [call.booking for call in office.calls("closure")] == [made.id] and office.calls() == []


def test_what_was_overtaken_before_it_could_be_told_is_no_call(office: Untold) -> None:
    made = office.booked(1)
    office.desk.move(Who(made.code), office.slots()[-1].id, BOSS, staff=True, reason="停电", reason_code="office")
    office.desk.cancel(Who(made.code), reason="不来了")
    assert office.sent()["booking.moved"] == ("dropped", "overtaken by a later notice")
    assert office.calls() == []


def test_many_are_given_up_in_one_turn(office: Untold) -> None:
    for n in range(1, 21):
        office.booked(n, slot=office.slots()[8 + n].id)
    assert office.sent() == {"booking.confirmed": NOTED}
    with office.engine.connect() as connection:
        assert len(connection.execute(select(OutboxRow.id)).all()) == 20


def test_an_e_mail_nobody_can_send_is_a_call_where_nothing_else_told_the_same(world: NoticesWorld) -> None:
    """Both ways have no server: one call, however they come to know of it."""
    id_ = world.book(Person("李明", phone="13812345678", email="li@example.org"), status="returned", faults=[])
    with world.database.begin() as connection:
        announce(connection, world.vault, "booking.returned", world.booking(id_), at=NOON)
    sends = Sender(world.database, world.vault, {})
    sends.run("email", NOON)
    assert world.rows(ContactTask) == [], "the text message is still to go"
    sends.run("sms", NOON + HOUR)
    assert [row.state for row in world.rows()] == ["failed", "dropped"]
    assert [task.why for task in world.rows(ContactTask)] == [f"booking.returned: {UNUSED['sms']}"]


def test_who_gave_an_e_mail_address_alone_is_called(world: NoticesWorld) -> None:
    id_ = world.book(Person("李明", email="li@example.org"), status="refused")
    with world.database.begin() as connection:
        announce(connection, world.vault, "booking.refused", world.booking(id_), at=NOON)
    Sender(world.database, world.vault, {}).run("email", NOON)
    assert [task.why for task in world.rows(ContactTask)] == [f"booking.refused: {UNUSED['email']}"]


def test_what_must_reach_a_customer_is_a_part_of_what_is_rung_up_for() -> None:
    """Whoever is called without a gateway is called as well where the gateway failed."""
    reached = {event for event in EVENTS if must_reach(event, {"reason_code": "office", "unheard": True})}
    assert reached <= {event for event, known in EVENTS.items() if known.call}
    assert not must_reach("alert.begun", {})
    assert not must_reach("booking.confirmed", {"reason_code": "office", "unheard": False})
