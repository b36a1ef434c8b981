"""The supervisor's calls over HTTP: orders, proven; alarms, checklists, bookings, devices and rules."""

import threading
from typing import Any

import msgspec
import pytest

from contract.catalogue import CheckItem, Checklist, Clerk, Rules
from contract.directives import BookingAdded
from contract.events import DevicesTested, DirectiveTaken
from edge.config import Staff as Person
from edge.config import catalogue as catalogue_of
from edge.hall.commands import ChangeCatalogue, ChangeRules, IssueTicket, PassTime, RaiseAlarm, Record
from edge.hall.days import plan_day
from edge.people.staff import Staff, hashed
from edge.web import supervisor_api
from tests.waiting import until

PIN = "7294"
HASH = hashed(PIN)
OPENING = Checklist(
    "opening", {"zh": "开门准备", "en": "Opening"},
    (CheckItem("tidy", {"zh": "整洁", "en": "Tidy"}), CheckItem("devices", {"zh": "设备", "en": "Devices"})),
)  # fmt: skip
MINUTE = 60_000


@pytest.fixture
def led(hallway: Any) -> Any:
    """The hall with a supervisor who has a PIN, one who has none, and an opening checklist."""
    clerks = (
        Clerk("1001", "王芳"), Clerk("1002", "李强"),
        Clerk("9001", "周洁", "supervisor"), Clerk("9002", "吴刚", "supervisor"),
    )  # fmt: skip
    offered = catalogue_of(hallway.settings, hallway.line.state.catalogue.version + 1)
    changed = msgspec.structs.replace(offered, clerks=clerks, checklists=(OPENING,))
    hallway.line.submit(ChangeCatalogue(changed)).result()
    proofs = Staff((Person(id="9001", name="周洁", role="supervisor", pin=HASH),))
    object.__setattr__(hallway.app.state.house, "staff", proofs)
    hallway.line.submitted.clear()
    return hallway


@pytest.fixture
def supervisor(led: Any) -> Any:
    return led.paired("supervisor")


def order(client: Any, path: str, **body: Any) -> tuple[int, str | None]:
    answer = client.post(f"/api/supervisor/{path}", json=body)
    return answer.status_code, answer.json().get("error")


# --- who may order -------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ({"by": "9001", "pin": PIN}, (200, None)),
        ({"by": "9001"}, (409, "pin_wanted")),
        ({"by": "9001", "pin": "0000"}, (409, "wrong_pin")),
        ({"by": "9002"}, (200, None)),
        ({"by": "1001"}, (409, "no_supervisor")),
        ({"by": "nobody"}, (404, "unknown_clerk")),
        ({}, (422, "invalid")),
    ],
)
def test_only_a_supervisor_who_proves_it_closes_the_hall(
    supervisor: Any, led: Any, by: dict[str, str], expected: tuple[int, str | None]
) -> None:
    assert order(supervisor, "suspend", reason="power", **by) == expected
    assert (led.line.view.suspended == "power") is (expected == (200, None))


@pytest.mark.parametrize("role", ["kiosk", "display", "counter:1"])
def test_other_terminals_order_and_look_at_nothing(led: Any, role: str) -> None:
    terminal = led.paired(role)
    for path in ("suspend", "resume", "emergency", "emergency/end", "alarms/x/close", "checklists/opening/close"):
        body = {"by": "9002", "reason": "r", "kind": "fire", "note": "n"}
        assert order(terminal, path, **body)[0] == 403
    for path in ("devices", "bookings", "checklists", "rules"):
        assert terminal.get(f"/api/supervisor/{path}").status_code == 403
    assert led.line.submitted == [] and terminal.post("/api/self-test", json={"by": "9002"}).status_code == 403


def test_a_hall_without_a_list_of_clerks_trusts_its_supervisors_terminal(hallway: Any) -> None:
    empty = msgspec.structs.replace(catalogue_of(hallway.settings, 2), clerks=())
    hallway.line.submit(ChangeCatalogue(empty)).result()
    assert order(hallway.paired("supervisor"), "suspend", reason="power", by="whoever") == (200, None)


# --- the hall, emergencies, alarms ----------------------------------------------


def test_the_hall_is_suspended_and_opened_again(supervisor: Any, led: Any) -> None:
    order(supervisor, "suspend", reason="power", by="9002")
    refused = supervisor.post("/api/tickets", json={"service": "savings"})
    assert refused.status_code == 409
    assert order(supervisor, "resume", by="9002") == (200, None)
    assert supervisor.post("/api/tickets", json={"service": "savings"}).status_code == 201


def test_an_emergency_needs_no_pin_and_its_end_does(supervisor: Any, led: Any) -> None:
    led.line.submit(IssueTicket("savings", "ABCDEFGHIJKLM", "test")).result()
    assert order(supervisor, "emergency", by="9001", kind="flood") == (422, "invalid")
    assert order(supervisor, "emergency", by="1001", kind="fire") == (200, None)
    assert led.line.view.emergency == "fire"
    assert supervisor.post("/api/counters/1/next").status_code == 409
    assert order(supervisor, "emergency/end", by="9001") == (409, "pin_wanted")
    assert led.line.view.emergency == "fire"
    assert order(supervisor, "emergency/end", by="9001", pin=PIN) == (200, None)
    assert led.line.view.emergency is None
    assert supervisor.post("/api/counters/1/next", headers={"Idempotency-Key": "again"}).status_code == 200


def test_an_alarm_is_closed_with_what_was_done(supervisor: Any, led: Any) -> None:
    led.line.submit(RaiseAlarm("help", "counter:1", "1001")).result()
    [alarm] = led.line.view.alarms
    assert order(supervisor, f"alarms/{alarm.id}/close", by="9002") == (422, "invalid")
    assert order(supervisor, f"alarms/{alarm.id}/close", by="9002", note="customer calmed down") == (200, None)
    assert led.line.view.alarms == ()
    assert order(supervisor, "alarms/none/close", by="9002", note="x")[0] == 404


# --- checklists ----------------------------------------------------------------


@pytest.mark.clause("S2-3")
def test_the_opening_checklist_is_gone_through_and_closed(supervisor: Any, led: Any) -> None:
    """Area and devices line by line, with the self-test beside it; what was late is said (opening.deadline)."""
    assert order(supervisor, "checklists/opening/close", by="9002")[0] == 409
    assert order(supervisor, "checklists/opening/tick", by="1001", item="tidy", ok=True) == (200, None)
    assert order(supervisor, "checklists/opening/tick", by="1001", item="devices", ok=False)[0] in (409, 422)
    ticked = order(supervisor, "checklists/opening/tick", by="1001", item="devices", ok=False, note="printer low")
    assert ticked == (200, None)
    [shown] = supervisor.get("/api/supervisor/checklists").json()["checklists"]
    marks = [(item["id"], item["tick"]["ok"], item["tick"]["note"], item["tick"]["by"]) for item in shown["items"]]
    assert marks == [("tidy", True, "", "1001"), ("devices", False, "printer low", "1001")]
    assert order(supervisor, "checklists/opening/close", by="9002") == (200, None)
    [closed] = led.line.view.checklists
    assert (closed.closed_by, closed.bad) == ("9002", ("devices",))
    assert closed.closed_at > closed.due_at  # the afternoon is after the deadline
    led.line.submit(Record(DevicesTested({"printer": "degraded"}, "9002"))).result()
    assert led.line.view.self_test == {"printer": "degraded"}


def test_a_checklist_not_begun_is_shown_line_by_line(supervisor: Any) -> None:
    [shown] = supervisor.get("/api/supervisor/checklists").json()["checklists"]
    assert [item["tick"] for item in shown["items"]] == [None, None]


# --- self-test, devices, bookings, rules -----------------------------------------


def test_the_devices_are_tested_now(supervisor: Any, led: Any) -> None:
    asked: list[str] = []

    def run(by: str) -> dict[str, str]:
        asked.append(by)
        return {"printer": "failed"}

    assert supervisor.post("/api/self-test", json={"by": "9002"}).json()["error"] == "no_self_test"
    object.__setattr__(led.app.state.house, "self_test", run)
    answer = supervisor.post("/api/self-test", json={"by": "9002"})
    assert (answer.status_code, answer.json()) == (200, {"results": {"printer": "failed"}})
    assert supervisor.post("/api/self-test", json={"by": "nobody"}).status_code == 404
    assert asked == ["9002"]


def test_slow_devices_are_not_waited_for(supervisor: Any, led: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answered, done = threading.Event(), list[str]()

    def run(by: str) -> dict[str, str]:
        assert answered.wait(60)
        done.append(by)
        return {}

    monkeypatch.setattr(supervisor_api, "TEST_S", 0.02)
    object.__setattr__(led.app.state.house, "self_test", run)
    answer = supervisor.post("/api/self-test", json={"by": "9002"})
    assert (answer.status_code, answer.json(), done) == (202, {"results": None}, [])
    answered.set()
    until(lambda: done == ["9002"])


def test_devices_come_with_their_last_words(supervisor: Any) -> None:
    [printer] = supervisor.get("/api/supervisor/devices").json()["devices"]
    assert (printer["id"], printer["health"]) == ("printer", "ok")


def booked(hallway: Any, code: str, starts_at: int, day: str = "2026-09-22") -> None:
    told = BookingAdded(code, day, "savings", starts_at, starts_at + 15 * MINUTE, "李*明")
    taken = DirectiveTaken("g1", 1, f"d-{code}", "fact", "BookingAdded", msgspec.to_builtins(told))
    hallway.line.submit(Record(taken)).result()


@pytest.mark.clause("S0-47")
def test_a_void_booking_is_served_with_reason_and_consent_of_the_others(supervisor: Any, led: Any) -> None:
    now = led.line.now
    booked(led, "BK1", now + MINUTE)
    booked(led, "BK2", now + 60 * MINUTE)
    booked(led, "BK3", now, "2026-09-23")
    led.line.now += 20 * MINUTE
    plan = plan_day(led.line.now, led.settings.day, led.settings.hall.timezone, led.settings.services)
    led.line.submit(PassTime(plan)).result()
    shown = supervisor.get("/api/supervisor/bookings").json()["bookings"]
    assert [(one["code"], one["status"], one["name"]) for one in shown] == [
        ("BK1", "void", "李*明"), ("BK2", "booked", "李*明"),
    ]  # fmt: skip

    def lift(**body: Any) -> int:
        return int(supervisor.post("/api/bookings/BK1/lift", json=body).status_code)

    assert lift(by="9001", pin=PIN, reason="illness", consent=False) == 409
    assert lift(by="9001", reason="illness", consent=True) == 409
    assert lift(by="1001", reason="illness", consent=True) == 409
    assert lift(by="9001", pin=PIN, reason="illness", consent=True) == 201
    [first, _] = supervisor.get("/api/supervisor/bookings").json()["bookings"]
    assert (first["status"], first["number"]) == ("arrived", "A001")


def test_the_rules_are_read_in_the_readers_language(supervisor: Any, led: Any) -> None:
    led.line.submit(ChangeRules(Rules(grace_s=600, fallback_class="elderly"))).result()
    told = {
        lang: " ".join(one["text"] for one in supervisor.get(f"/api/supervisor/rules?lang={lang}").json()["rules"])
        for lang in ("zh", "en")
    }
    assert "迟到不超过10分钟" in told["zh"] and "老年人" in told["zh"]
    assert "up to 10 min late" in told["en"] and "Elderly" in told["en"]


def test_the_page_is_for_supervisors(supervisor: Any, led: Any) -> None:
    assert supervisor.get("/supervisor").status_code == 200
    assert led.paired("counter:1").get("/supervisor").status_code == 403
