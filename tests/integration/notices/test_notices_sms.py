"""Text messages through a real HTTP gateway: as configured, tried again, never given twice, then somebody rings up."""

import hashlib
import hmac
from typing import Any

import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient
from sqlalchemy import update

from central.api import errors
from central.config_notices import Sms
from central.db.engine import writing
from central.db.tables import Booking, ContactTask, NoticeTemplate
from central.notices import backoff, claim, sms_report
from central.notices.outbox import announce
from central.notices.sender import Sender
from central.notices.sms import SmsGateway
from contract.person import Person
from tests.gateway import Gateway
from tests.notices_world import HOUR, MINUTE, NOON, NoticesWorld
from tests.waiting import until

PHONE_ONLY = Person("李明", phone="13812345678")
SMS: dict[str, Any] = {"signature": "城市大厅", "taken_at": "code", "busy_is": ("busy",), "timeout_s": 30}


def sender(world: NoticesWorld, gateway: Gateway, **settings: Any) -> Sender:
    way = SmsGateway(Sms(url=f"{gateway.url}/send", **(SMS | settings)))
    return Sender(world.database, world.vault, {"sms": way}, public_url="https://halls.example.org", spin=lambda: 0.5)


def told(world: NoticesWorld, event: str = "booking.confirmed", at: int = NOON, **extra: Any) -> int:
    """A new booking, and its customer told of `event`."""
    id_ = world.book(PHONE_ONLY)
    tell(world, id_, event, at, **extra)
    return id_


def tell(world: NoticesWorld, id_: int, event: str, at: int = NOON, **extra: Any) -> None:
    with writing(world.database).begin() as connection:
        announce(connection, world.vault, event, world.booking(id_), at=at, extra=extra)


@pytest.mark.clause("S0-23", "S0-27")
def test_a_confirmed_booking_is_told_with_time_place_business_and_what_to_mind(
    world: NoticesWorld, gateway: Gateway
) -> None:
    told(world)
    assert sender(world, gateway).run("sms", NOON) == 1
    [request] = gateway.asked
    assert request.said["phone"] == "13812345678"
    assert request.said["text"] == (
        "【城市大厅】预约成功：养老金，8月2日 周日 12:00–12:30，城东大厅（东风路 1 号），预约码 CODE-0001。"
        "注意事项：请带身份证原件。https://halls.example.org/b/CODE0001"
    )
    assert request.said["variables"]["hall"] == "城东大厅" and request.said["variables"]["code"] == "CODE-0001"
    [row] = world.rows()
    assert (row.state, row.tries, row.reference) == ("sent", 1, f"ref-{row.message}")
    assert row.said in request.said["text"]


@pytest.mark.clause("S0-24")
def test_who_must_mend_something_reads_what_and_until_when(world: NoticesWorld, gateway: Gateway) -> None:
    faults = [
        {"field": "name", "code": "x", "text": "姓名与证件不符"},
        {"field": "phone", "code": "y", "text": "电话少一位"},
    ]
    id_ = world.book(PHONE_ONLY, status="returned", faults=faults, deadline=NOON + 6 * HOUR)
    tell(world, id_, "booking.returned")
    sender(world, gateway).run("sms", NOON)
    text = gateway.asked[0].said["text"]
    assert "姓名与证件不符；电话少一位" in text and "8月1日 周六 18:00" in text and "/b/CODE0001" in text


@pytest.mark.clause("S0-51")
def test_whom_a_closure_hits_reads_when_the_hall_opens_again_and_where_to_choose(
    world: NoticesWorld, gateway: Gateway
) -> None:
    told(world, "closure.hit", resumes_at=NOON + 48 * HOUR, offer="s3cret")
    sender(world, gateway).run("sms", NOON)
    text = gateway.asked[0].said["text"]
    assert "城东大厅暂停办公" in text and "8月3日 周一 12:00" in text and text.endswith("/offers/s3cret")


def test_the_gateway_is_spoken_to_as_it_is_configured(world: NoticesWorld, gateway: Gateway) -> None:
    with writing(world.database).begin() as connection:
        connection.execute(
            NoticeTemplate.__table__.insert().values(  # type: ignore[attr-defined]
                event="booking.confirmed", channel="sms", language="zh", subject="", body="", gateway_id="SMS_4711"
            )
        )
    told(world)
    shape = {"To": "{phone}", "Tpl": "{template}", "Param": "{variables}", "Out": "{id}", "Sign": "{signature}"}
    how: dict[str, Any] = {"format": "form", "body": shape, "token": "t0ken", "sign_key": "key"}
    how |= {"headers": {"Authorization": "Bearer {token}"}, "taken_at": "result.0.state", "reference_at": "result.0.no"}
    gateway.plan = [(200, {"result": [{"state": True, "no": 17}]})]
    sender(world, gateway, **how).run("sms", NOON)
    [request] = gateway.asked
    assert request.headers["authorization"] == "Bearer t0ken"
    assert request.headers["x-signature"] == hmac.new(b"key", request.body, hashlib.sha256).hexdigest()
    assert (
        request.said["To"] == "13812345678" and request.said["Tpl"] == "SMS_4711" and request.said["Sign"] == "城市大厅"
    )
    assert '"code":"CODE-0001"' in request.said["Param"]
    [row] = world.rows()
    assert (row.state, row.reference, request.said["Out"]) == ("sent", "17", row.message)


GB = '{"code": "没有"}'.encode("gb18030")
"""Many gateways answer so. It is no JSON, and nothing that may end the sending of all others."""


def test_a_gateway_that_is_away_is_tried_again_under_the_same_id_with_longer_pauses(
    world: NoticesWorld, gateway: Gateway
) -> None:
    told(world)
    gateway.plan = [(0, None), (503, {"message": "maintenance"}), (200, {"code": "busy"}), (200, GB)]
    sends, now, pauses = sender(world, gateway), NOON, []
    for tried in range(1, 5):
        assert sends.run("sms", now) == 1
        [row] = world.rows()
        assert (row.state, row.tries, row.failures) == ("waiting", tried, 0) and row.error
        pauses.append(row.next_at - now)
        assert sends.run("sms", row.next_at - 1) == 0, "not before its time"
        now = row.next_at
    assert all(20_000 * 2**n <= pause < 20_000 * 2 ** (n + 1) for n, pause in enumerate(pauses)), "and the try's time"
    assert sends.run("sms", now) == 1
    assert [row.state for row in world.rows()] == ["sent"] and len(gateway.delivered) == 1
    assert len({request.said["id"] for request in gateway.asked}) == 1
    assert world.rows(ContactTask) == []


def test_an_answer_that_does_not_come_in_time_is_asked_for_again_and_the_message_given_once(
    world: NoticesWorld, gateway: Gateway
) -> None:
    told(world)
    gateway.hold.clear()
    sender(world, gateway, timeout_s=0.2).run("sms", NOON)
    [row] = world.rows()
    assert row.state == "waiting" and "Timeout" in row.error
    until(lambda: gateway.asked)
    gateway.hold.set()
    sender(world, gateway).run("sms", row.next_at)
    assert world.rows()[0].state == "sent"
    assert len(gateway.asked) == 2 and len(gateway.delivered) == 1


def test_a_gateway_away_too_long_is_given_up_and_somebody_rings_up(world: NoticesWorld, gateway: Gateway) -> None:
    id_ = told(world)
    gateway.plan = [(500, {})] * 100
    sends, now = sender(world, gateway, give_up_h=1), NOON
    while (row := world.rows()[0]).state == "waiting":
        sends.run("sms", max(now, row.next_at))
        now = max(now, row.next_at)
    assert row.state == "failed" and HOUR < now - NOON < 1.5 * HOUR
    [task] = world.rows(ContactTask)
    assert (task.kind, task.booking, task.why) == ("notice_failed", id_, "booking.confirmed: sms failed")


def test_after_two_refusals_somebody_rings_up(world: NoticesWorld, gateway: Gateway) -> None:
    told(world)
    gateway.plan = [(200, {"code": "black", "message": "blocked"}), (422, {"message": "blocked"})]
    sends = sender(world, gateway)
    sends.run("sms", NOON)
    [row] = world.rows()
    assert (row.state, row.failures, row.error) == ("waiting", 1, "black: HTTP 200: blocked")
    assert world.rows(ContactTask) == []
    assert claim.REFUSED_AGAIN_MS <= row.next_at - NOON < 2 * claim.REFUSED_AGAIN_MS
    sends.run("sms", row.next_at)
    [row] = world.rows()
    assert (row.state, row.failures) == ("failed", 2)
    assert len({request.said["id"] for request in gateway.asked}) == 2, "what was refused is a new message"
    assert [task.kind for task in world.rows(ContactTask)] == ["notice_failed"]


@pytest.mark.parametrize("status", ["arrived", "served"])
def test_who_has_come_already_is_not_told_to_come(world: NoticesWorld, gateway: Gateway, status: str) -> None:
    """Booked and served in a hall that was away: the centre hears of both at once."""
    came = told(world)
    with writing(world.database).begin() as connection:
        connection.execute(update(Booking).where(Booking.id == came).values(status=status))
    sender(world, gateway).run("sms", NOON)
    [row] = world.rows()
    assert row.state == "dropped" and gateway.asked == []


def test_what_is_overtaken_or_too_late_is_not_sent(world: NoticesWorld, gateway: Gateway) -> None:
    moved = told(world)
    tell(world, moved, "booking.change_asked", NOON + 1)
    tell(world, moved, "booking.cancelled", NOON + 2)
    over = told(world, "reminder.day")
    with writing(world.database).begin() as connection:
        connection.execute(update(Booking).where(Booking.id == over).values(status="cancelled"))
    past = told(world, "reminder.hour")
    sends = sender(world, gateway)
    sends.run("sms", NOON + 25 * HOUR)
    states = {(row.booking, row.event): row.state for row in world.rows()}
    assert states == {
        (moved, "booking.confirmed"): "dropped",
        (moved, "booking.change_asked"): "dropped",
        (moved, "booking.cancelled"): "sent",
        (over, "reminder.day"): "dropped",
        (past, "reminder.hour"): "dropped",
    }
    assert len(gateway.asked) == 1


def test_many_go_in_batches_several_at_once(world: NoticesWorld, gateway: Gateway) -> None:
    ids = [world.book(PHONE_ONLY) for _ in range(30)]
    for id_ in ids:
        tell(world, id_, "booking.confirmed")
    assert sender(world, gateway).run("sms", NOON) == 30
    assert len(gateway.delivered) == 30 and {row.state for row in world.rows()} == {"sent"}


class Reports:
    """The gateway's side of delivery reports."""

    def __init__(self, world: NoticesWorld, **settings: Any) -> None:
        app = FastAPI()
        errors.install(app, lambda _: Response(status_code=404))
        app.include_router(sms_report.router(world.database, Sms(report_key="sh4red", **settings)))
        self._client = TestClient(app)

    def post(self, key: str = "sh4red", **how: Any) -> tuple[int, Any]:
        answer = self._client.post(sms_report.PATH, params={"key": key}, **how)
        return answer.status_code, answer.json()


def test_a_delivery_report_is_taken_once_and_from_the_gateway_alone(world: NoticesWorld, gateway: Gateway) -> None:
    told(world)
    sender(world, gateway).run("sms", NOON)
    reports, [row] = Reports(world), world.rows()
    report = {"id": row.message, "status": "DELIVRD"}
    assert reports.post(key="wrong", json=report)[0] == 403
    assert world.rows()[0].state == "sent"
    assert reports.post(json=report) == (200, {"code": 0, "msg": "ok"})
    first = world.rows()[0]
    assert first.state == "delivered" and first.delivered_at
    assert reports.post(json=[report])[0] == 200, "a list of them too"
    assert reports.post(data={"reference": row.reference, "status": "EXPIRED"})[0] == 200, "a late, older one"
    assert world.rows()[0] == first


@pytest.mark.parametrize(
    "how",
    [{"content": b"\xff{"}, {"json": {"status": "DELIVRD"}}, {"json": 7}, {"json": [{"id": "x"}] * 501}],
    ids=["no JSON", "names nothing", "no object", "too many"],
)
def test_an_odd_report_is_refused_with_a_reason(world: NoticesWorld, how: dict[str, Any]) -> None:
    status, answer = Reports(world).post(**how)
    assert status == 422 and answer["error"] == "invalid" and answer["detail"]


def test_a_report_of_what_nobody_knows_may_be_repeated(world: NoticesWorld) -> None:
    assert Reports(world).post(json={"id": "never", "status": "DELIVRD"})[0] == 404


def test_twice_not_delivered_is_a_call_to_make(world: NoticesWorld, gateway: Gateway) -> None:
    told(world)
    sends, reports, now = sender(world, gateway), Reports(world), NOON
    for failures in (1, 2):
        sends.run("sms", now)
        [row] = world.rows()
        for _ in range(2):
            reports.post(json={"reference": row.reference, "status": "UNDELIV", "error": "absent"})
        [row] = world.rows()
        assert row.failures == failures, "the same report twice counts once"
        now = row.next_at
    assert (row.state, row.error) == ("failed", "not delivered: absent")
    assert len(gateway.delivered) == 2 and len(world.rows(ContactTask)) == 1


def test_a_report_that_overtakes_the_answer_stands(world: NoticesWorld, gateway: Gateway) -> None:
    told(world)
    reports = Reports(world)

    def early(request: Any) -> tuple[int, Any]:
        assert reports.post(json={"id": request.said["id"], "status": "DELIVRD"})[0] == 200
        return gateway.take(request)

    gateway.plan = [early]
    sender(world, gateway).run("sms", NOON)
    assert world.rows()[0].state == "delivered"


def test_the_pauses_grow_to_a_quarter_of_an_hour() -> None:
    delays = [backoff.delay(tries, 0.5) for tries in range(1, 40)]
    assert delays[:3] == [20_000, 40_000, 80_000] and delays[-1] == 15 * MINUTE
    assert backoff.delay(1, 0.0) == 15_000 and backoff.delay(1, 0.999) < 25_000
    assert backoff.spent(4) == 140_000
