"""From a booking made at the desk to the message on the customer's telephone, and on from there."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from central import links
from central.audit import Actor
from central.booking.desk import BookingDesk, Who
from central.config_notices import Sms
from central.db.tables import ContactTask, OutboxRow
from central.notices.outbox import announce
from central.notices.reminders import remind
from central.notices.sender import Sender
from central.notices.sms import SmsGateway
from tests.booking_world import DAY, World
from tests.gateway import Gateway

BOSS = Actor("zhao")
URL = "https://halls.example.org"


class Town(World):
    """A bookable hall whose customers are told through `gateway`."""

    def __init__(self, url: str, gateway: Gateway) -> None:
        super().__init__(url, listeners=[self._tell])
        self.gateway = gateway
        way = SmsGateway(Sms(url=f"{gateway.url}/send", signature="城市大厅"))
        self.sender = Sender(self.engine, self.vault, {"sms": way}, public_url=URL)

    def _tell(self, connection: Any, event: str, booking: Any, at: int, extra: dict[str, Any]) -> None:
        announce(connection, self.vault, event, booking, at=at, extra=extra)

    def read(self) -> list[str]:
        """What came to telephones since the last look."""
        seen = len(self.gateway.asked)
        self.sender.run("sms", self.at)
        return [request.said["text"] for request in self.gateway.asked[seen:]]


@pytest.fixture
def town(database_url: str, gateway: Gateway) -> Iterator[Town]:
    town = Town(database_url, gateway)
    yield town
    town.close()


@pytest.mark.clause("S0-23", "S0-24", "S0-27")
def test_what_a_customer_reads_from_application_to_reminder(town: Town) -> None:
    sound = town.application(1)
    other_sign = "1" if sound.id_number[-1] != "1" else "2"
    returned = town.desk.apply(town.application(1, id_number=sound.id_number[:-1] + other_sign), "web")
    [text] = town.read()
    assert "尚未通过" in text and "保留至" in text and returned.faults[0]["text"] in text
    made = town.desk.resubmit(Who(returned.code), sound)
    [text] = town.read()
    assert text.startswith("【城市大厅】预约成功：参保登记，11月24日 周二 09:00–09:30，示例大厅")
    assert "注意事项：文字" in text and text.endswith(URL + links.booking(made.code))
    other = town.slots()[-1]
    town.desk.move(Who(made.code), other.id)
    [text] = town.read()
    assert "已改期" in text and "12月" in text
    times = town.desk.offer("hall").times
    town.at = times.moment(times.day_of(other.starts_at - DAY), "18:00")
    assert remind(town.desk, town.at) == 1
    [text] = town.read()
    assert "预约提醒" in text
    town.desk.cancel(Who(made.code), reason="不来了")
    [text] = town.read()
    assert "已取消" in text and "不来了" in text
    assert town.desk.find(Who(made.code)).status == "cancelled"


@pytest.mark.clause("S0-51")
def test_the_link_of_a_closure_leads_to_other_times_which_one_tap_takes(town: Town) -> None:
    made = town.booked(1)
    town.read()
    text_ = {"zh": "台风"}
    town.desk.close_hall("hall", BOSS, from_at=town.at, until_at=town.at + 2 * DAY, cause="weather", text=text_)
    [text] = town.read()
    assert "示例大厅暂停办公（台风）" in text and "11月25日 周三 09:00 恢复" in text
    token = text.partition(URL + links.offers(""))[2]
    _, booking, slots = town.desk.offers_of(token)
    assert booking.code == made.code and len(slots) >= 3
    town.desk.accept(token, slots[0].id)
    [text] = town.read()
    assert "已改期" in text and made.code[:4] in text


def test_a_change_of_business_is_told_when_asked_and_when_decided_however_often(town: Town) -> None:
    made = town.booked(1)
    town.read()
    for turn in (1, 2):
        town.at += turn * 60_000
        slot = town.slots("estate")[40].id
        change = town.desk.ask_change(Who(made.code), "transfer", slot)
        town.at += 60_000
        town.desk.decide_change(change, BOSS, approve=False, reason="材料不符")
        assert ["变更申请" in text for text in town.read()] == [True, True]
    change = town.desk.ask_change(Who(made.code), "transfer", town.slots("estate")[40].id)
    town.desk.decide_change(change, BOSS, approve=True)
    assert "已按您的申请变更：转移登记" in town.read()[-1]


def test_a_number_the_gateway_blocks_becomes_a_call_on_the_list(town: Town) -> None:
    made = town.booked(1)
    town.gateway.plan = [(422, {"message": "blocked"})] * 2
    town.read()
    town.at += 2 * 60_000
    town.read()
    with town.engine.connect() as connection:
        [task] = connection.execute(select(ContactTask).where(ContactTask.kind == "notice_failed")).all()
        assert connection.scalar(select(OutboxRow.state)) == "failed"
    assert (task.booking, task.why) == (made.id, "booking.confirmed: sms failed")
    assert isinstance(town.desk, BookingDesk) and town.desk.note_call(task.id, BOSS, "reached")
