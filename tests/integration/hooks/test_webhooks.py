"""What became of a partner's bookings reaches its server: signed, once each, tried again, and never elsewhere."""

import json
import ssl
import time
from pathlib import Path

import pytest
import trustme
from sqlalchemy import select

from central.api import keys
from central.audit import SYSTEM, Actor
from central.config_hooks import Webhooks
from central.db.engine import writing
from central.db.tables import AuditRow, Webhook
from central.hooks import register
from tests.booking_world import id_number
from tests.hook_receiver import Receiver
from tests.integration.hooks.conftest import LOOPBACK, HookWorld
from tests.waiting import until

DAY_MS = 86_400_000


def test_a_partner_hears_what_became_of_its_bookings(hooks: HookWorld) -> None:
    secret = hooks.register()["secret"]
    made = hooks.booked(ref="A-1001")
    hooks.booked(2, key=hooks.other)
    hooks.ask("POST", f"/bookings/{made['code']}/cancel", {"reason": "Ms Li is ill"})
    assert hooks.sender.run() == 2
    confirmed, cancelled = hooks.verified(secret)
    assert (confirmed["type"], cancelled["type"]) == ("booking.confirmed", "booking.cancelled")
    data = confirmed["data"]
    assert (data["code"], data["ref"], data["hall"], data["starts_at"]) == (
        made["code"], "A-1001", "hall", made["starts_at"],
    )  # fmt: skip
    assert cancelled["data"]["rev"] > data["rev"] and cancelled["data"]["status"] == "cancelled"
    assert confirmed["timestamp"] == "2026-11-23T01:00:00.000Z"
    sent = b"".join(one.body for one in hooks.receiver.got).decode()
    for personal in ("李", "138", id_number(1), "0001", "Ms Li"):
        assert personal not in sent
    assert {row.state for row in hooks.deliveries()} == {"delivered"} and hooks.sender.run() == 0


def test_only_the_types_that_are_wanted_are_sent(hooks: HookWorld) -> None:
    secret = hooks.register(events=["booking.cancelled"])["secret"]
    made = hooks.booked()
    hooks.ask("POST", f"/bookings/{made['code']}/cancel", {})
    hooks.sender.run()
    assert [one["type"] for one in hooks.verified(secret)] == ["booking.cancelled"]
    refused = hooks.ask("POST", "/webhooks", {"url": hooks.receiver.url, "events": ["booking.lost"]})
    assert (refused.status_code, refused.json()["field"]) == (422, "events.0")


def test_a_closure_is_told_and_the_booking_moved_by_the_program(hooks: HookWorld) -> None:
    secret = hooks.register()["secret"]
    made = hooks.booked()
    at = hooks.world.at
    hooks.centre.desk.close_hall(
        "hall", Actor("zhao"), from_at=at, until_at=made["ends_at"], cause="power", text={"en": "No power"}
    )
    assert hooks.ask("GET", f"/bookings/{made['code']}").json()["status"] == "displaced"
    slot = next(slot for slot in hooks.world.slots() if slot.starts_at > made["ends_at"] + 2 * DAY_MS)
    moved = hooks.ask("POST", f"/bookings/{made['code']}/move", {"slot": slot.id}).json()
    assert (moved["status"], moved["slot"]) == ("confirmed", slot.id)
    hooks.sender.run()
    _, displaced, told = hooks.verified(secret)
    assert (displaced["type"], displaced["data"]["resumes_at"]) == ("booking.displaced", made["ends_at"])
    assert told["type"] == "booking.moved" and told["data"]["slot"] == slot.id
    assert "offer" not in str(displaced), "the link of the offers is the customer's"


def test_the_running_centre_tells_at_once(hooks: HookWorld) -> None:
    hooks.register()
    hooks.centre.clockwork.start()
    try:
        hooks.booked()
        told = until(lambda: hooks.receiver.got)
    finally:
        hooks.centre.clockwork.close()
    assert json.loads(told[0].body)["type"] == "booking.confirmed"


def test_what_did_not_happen_is_not_told(hooks: HookWorld) -> None:
    hooks.register()
    entries = hooks.entries()
    hooks.ask("POST", "/bookings", entries)
    again = hooks.ask("POST", "/bookings", entries | {"slot": hooks.world.slots()[-1].id})
    assert again.json()["error"] == "open_booking"
    assert len(hooks.deliveries()) == 1


def test_faults_are_named_by_their_fields_only(hooks: HookWorld) -> None:
    secret = hooks.register()["secret"]
    hooks.booked(name="")
    hooks.sender.run()
    (told,) = hooks.verified(secret)
    assert told["type"] == "booking.returned" and told["data"]["faults"] == ["name"] and told["data"]["deadline"]


def test_a_receiver_that_fails_is_tried_again_for_a_day(hooks: HookWorld) -> None:
    hooks.register()
    hooks.booked()
    hooks.receiver.manner = 500
    waits = []
    for _ in range(30):
        if not hooks.sender.run():
            break
        (row,) = hooks.deliveries()
        waits.append(row.next_at - hooks.now())
        hooks.later = max(row.next_at - hooks.world.at, hooks.later)
    (row,) = hooks.deliveries()
    assert (row.state, row.tries, row.status) == ("given_up", 9, 500)
    assert row.error == "http 500 <b>no</b>"
    assert 23 * 3_600_000 < hooks.later < 25 * 3_600_000 and waits[0] == 5000
    assert len({(one.id, one.body) for one in hooks.receiver.got}) == 1, "the same message at every try"
    times = [one.headers["webhook-timestamp"] for one in hooks.receiver.got]
    assert len(set(times)) == len(times), "each with the time of the try"
    hooks.receiver.manner = 200
    with writing(hooks.world.engine).begin() as connection:
        register.again(connection, row.id, SYSTEM, at=hooks.now())
    assert hooks.sender.run() == 1
    (row,) = hooks.deliveries()
    assert (row.state, row.tries, row.error) == ("delivered", 1, "")


def test_a_receiver_may_ask_for_time(hooks: HookWorld) -> None:
    hooks.register()
    hooks.booked()
    hooks.receiver.manner, hooks.receiver.headers = 429, {"Retry-After": "600"}
    hooks.sender.run()
    assert hooks.deliveries()[0].next_at == hooks.now() + 600_000


@pytest.mark.parametrize("manner", ["hang", "drip", "flood"])
def test_a_receiver_that_keeps_the_line_is_cut_off(hooks: HookWorld, manner: str) -> None:
    hooks.register()
    for n in (1, 2, 3):
        hooks.booked(n, slot=hooks.world.slots()[30 + n].id)
    hooks.receiver.manner = manner
    began = time.monotonic()
    assert hooks.new_sender(Webhooks(allow_loopback=True, timeout_s=1)).run() == 1
    assert time.monotonic() - began < 60, "the receiver would keep it for ever"
    first, *others = hooks.deliveries()
    assert first.tries == 1 and first.error
    if manner != "flood":
        assert all(row.tries == 0 and row.next_at > hooks.now() for row in others), "they wait until it answers again"


def test_a_receiver_that_is_gone_is_told_nothing_more(hooks: HookWorld) -> None:
    hooks.register()
    hooks.booked()
    hooks.receiver.manner = 410
    hooks.sender.run()
    assert hooks.deliveries()[0].state == "given_up"
    assert not hooks.ask("GET", "/webhooks").json()[0]["active"]
    hooks.booked(2)
    assert len(hooks.deliveries()) == 1
    with hooks.world.engine.connect() as connection:
        assert connection.scalar(select(AuditRow.actor).where(AuditRow.action == "webhook.gone")) == "system"


def test_what_is_switched_off_is_sent_nothing_not_even_what_waits(hooks: HookWorld) -> None:
    hook = hooks.register()
    hooks.booked()
    assert hooks.ask("DELETE", f"/webhooks/{hook['id']}", key=hooks.other).status_code == 404
    assert [hooks.ask("DELETE", f"/webhooks/{hook['id']}").status_code for _ in range(2)] == [204, 204]
    assert hooks.sender.run() == 0 and hooks.deliveries()[0].state == "given_up"
    other = hooks.register()
    hooks.booked(2)
    keys.revoke(hooks.world.engine, hooks.id, SYSTEM, at=hooks.world.at)
    assert hooks.sender.run() == 0
    assert [row.state for row in hooks.deliveries() if row.webhook == other["id"]] == ["given_up"]
    assert hooks.receiver.got == []


def test_a_secret_is_shown_to_whoever_registers_and_kept_sealed(hooks: HookWorld) -> None:
    asked = {"url": hooks.receiver.url}
    first, again = (hooks.ask("POST", "/webhooks", asked, Idempotency_Key="one").json() for _ in range(2))
    assert first == again and first["secret"].startswith("whsec_")
    listed = hooks.ask("GET", "/webhooks")
    assert [one["id"] for one in listed.json()] == [first["id"]] and "secret" not in listed.text
    with hooks.world.engine.connect() as connection:
        kept = repr(connection.execute(select(*Webhook.__table__.columns)).all())
        trail = repr(connection.execute(select(*AuditRow.__table__.columns)).all())
    assert first["secret"][6:] not in kept + trail
    assert hooks.ask("POST", f"/webhooks/{first['id']}/test").status_code == 202
    hooks.sender.run()
    assert hooks.verified(first["secret"])[0]["type"] == "webhook.test"


def test_a_key_has_a_few_webhooks(hooks: HookWorld) -> None:
    for n in range(register.MOST):
        hooks.register(url=f"{hooks.receiver.url}&n={n}")
    refused = hooks.ask("POST", "/webhooks", {"url": hooks.receiver.url})
    assert (refused.status_code, refused.json()["error"]) == (409, "webhooks_many")
    assert len(hooks.ask("GET", "/webhooks").json()) == register.MOST


def test_a_redirect_is_not_followed(hooks: HookWorld) -> None:
    inner = Receiver()
    hooks.register()
    hooks.booked()
    hooks.receiver.manner, hooks.receiver.headers = "redirect", {"Location": inner.url}
    hooks.sender.run()
    (row,) = hooks.deliveries()
    assert (row.status, row.error) == (307, "redirect 307")
    assert inner.got == []
    inner.close()


def test_a_name_that_leads_inside_is_not_sent_to(hooks: HookWorld) -> None:
    hooks.register()
    hooks.booked()
    with writing(hooks.world.engine).begin() as connection:
        connection.execute(Webhook.__table__.update().values(url=f"https://localhost:{hooks.receiver.port}/"))
    hooks.new_sender(Webhooks()).run()
    assert hooks.deliveries()[0].error == "private localhost"
    assert hooks.receiver.got == []
    with writing(hooks.world.engine).begin() as connection:
        connection.execute(Webhook.__table__.update().values(url=hooks.receiver.url))
    hooks.later = 10_000
    hooks.new_sender(Webhooks()).run()
    assert "only https" in hooks.deliveries()[0].error and hooks.receiver.got == []


def test_a_certificate_must_be_of_an_authority_that_is_known_and_of_that_name(hooks: HookWorld, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    for name, trusted in (("localhost", True), ("other.example", False)):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(tls)
        server = Receiver(tls)
        hook = hooks.register(url=server.url)
        hooks.ask("POST", f"/webhooks/{hook['id']}/test")
        hooks.new_sender(LOOPBACK).run()
        (row,) = [row for row in hooks.deliveries() if row.webhook == hook["id"]]
        assert server.got == [] and "CERTIFICATE_VERIFY_FAILED" in row.error
        hooks.later += 600_000
        hooks.new_sender(Webhooks(allow_loopback=True, timeout_s=60, ca_file=str(tmp_path / "ca.pem"))).run()
        assert (len(server.got) == 1) is trusted
        hooks.ask("DELETE", f"/webhooks/{hook['id']}")
        server.close()


def test_what_is_done_with_is_dropped_in_time(hooks: HookWorld) -> None:
    hooks.register()
    hooks.booked()
    hooks.sender.run()
    hooks.later = 89 * DAY_MS
    hooks.sender.run()
    assert len(hooks.deliveries()) == 1
    hooks.later = 91 * DAY_MS
    hooks.sender.run()
    assert hooks.deliveries() == []


def test_the_payload_is_json_that_stands_by_itself(hooks: HookWorld) -> None:
    hooks.register()
    hooks.booked()
    hooks.sender.run()
    (got,) = hooks.receiver.got
    told = json.loads(got.body)
    assert set(told) == {"type", "timestamp", "data"} and got.path == "/hooks?from=hall"
    assert got.headers["host"] == f"localhost:{hooks.receiver.port}"
