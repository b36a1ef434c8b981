"""The counter's calls over HTTP: every key of the caller, help, and a number typed by hand."""

import logging
from typing import Any

import msgspec
import pytest

from contract.catalogue import Catalogue, Rules
from contract.directives import BookingAdded
from contract.events import DirectiveTaken
from edge.config import catalogue as catalogue_of
from edge.hall.commands import (
    CallNext,
    ChangeCatalogue,
    ChangeRules,
    IssueTicket,
    LogOut,
    RaiseAlarm,
    Record,
    VerifyIdentity,
)
from edge.people.identity_key import IdentityKey
from identity_numbers.gb11643 import check_character

LI_MING = "11010519491231002X"
"""The number in GB 11643-1999's own example."""
ALMOST = "110105194912310021"
WANG_FANG = "31010419920608902" + check_character("31010419920608902")
KEY = IdentityKey(b"k" * 32)
"""As the hall of the tests has it."""


def take(client: Any, service: str = "savings", **more: Any) -> dict[str, Any]:
    answer = client.post("/api/tickets", json={"service": service, **more})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def step(client: Any, name: str, counter: str = "1", **body: Any) -> Any:
    return client.post(f"/api/counters/{counter}/{name}", json=body)


def error_of(answer: Any) -> tuple[int, str, str | None]:
    told = answer.json()
    assert set(told) <= {"error", "detail", "field"} and told["detail"], told
    return answer.status_code, told["error"], told.get("field")


def offered(hallway: Any, **more: Any) -> Catalogue:
    """The hall's catalogue with changes, as the next version of it."""
    now = hallway.line.state.catalogue.version
    return msgspec.structs.replace(catalogue_of(hallway.settings, now + 1), **more)


# --- counters -----------------------------------------------------------------


def test_a_customer_goes_through_a_counter(client: Any, hallway: Any) -> None:
    number = take(client)["number"]
    called = step(client, "next").json()
    assert called["counter"]["status"] == "called" and called["counter"]["number"] == number
    assert called["events"][0]["why"]["policy"] == "first_come"
    for name, status in (("recall", "called"), ("start", "serving"), ("finish", "idle")):
        assert step(client, name).json()["counter"]["status"] == status
    assert step(client, "undo").json()["counter"]["status"] == "serving"


def test_pass_and_bring_back(client: Any) -> None:
    number = take(client)["number"]
    step(client, "next")
    assert step(client, "pass").json()["counter"]["passed"][0]["number"] == number
    assert step(client, "restore", number=number).json()["events"][0]["type"] == "TicketRestored"


def test_transfer_pause_resume_and_leave(client: Any) -> None:
    take(client)
    step(client, "next")
    moved = step(client, "transfer", to_service="loans", to_counter="2", place="end").json()
    assert moved["events"][0]["to_counter"] == "2"
    assert step(client, "pause", reason="meal", cover="1002").json()["counter"]["pause_reason"] == "meal"
    assert step(client, "resume").json()["counter"]["status"] == "idle"
    assert step(client, "logout").json()["counter"]["status"] == "closed"
    assert step(client, "login", clerk="1001").json()["counter"]["clerk_name"] == "王芳"


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("next", {}, (409, "nobody_waiting", "counter")),
        ("next", {"why": "now"}, (422, "invalid", "why")),
        ("login", {}, (422, "invalid", "clerk")),
        ("login", {"clerk": "1001"}, (409, "counter_taken", "counter")),
        ("resume", {}, (409, "not_paused", "counter")),
        ("restore", {"number": "A999"}, (404, "unknown_ticket", "number")),
        ("restore", {}, (422, "invalid", "number")),
        ("pause", {"reason": "sun"}, (404, "unknown_reason", "reason")),
        ("transfer", {"to_service": "loans", "place": "front"}, (422, "invalid", "place")),
        ("rate", {"level": 6}, (422, "invalid", "level")),
        ("rate", {"level": "5"}, (422, "invalid", "level")),
        ("rate", {"level": 4.5}, (422, "invalid", "level")),
    ],
)
def test_a_key_in_the_wrong_state_is_refused_and_changes_nothing(
    client: Any, hallway: Any, name: str, body: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    before = hallway.line.state.seq
    assert error_of(step(client, name, **body)) == expected
    assert hallway.line.state.seq == before


def test_a_counter_that_is_not_there(client: Any) -> None:
    assert error_of(step(client, "next", counter="9")) == (404, "unknown_counter", "counter")


def test_a_key_no_caller_has_is_not_found(client: Any) -> None:
    assert error_of(step(client, "nonsense"))[:2] == (404, "not_found")


# --- the wider keys -----------------------------------------------------------


def test_a_chosen_number_is_called_with_its_reason(client: Any) -> None:
    take(client)
    second = take(client)["number"]
    called = step(client, "call", number=second, reason="had to fetch a paper").json()
    assert called["counter"]["number"] == second
    assert called["events"][0]["why"] | {"group": "", "rank": 0, "waiting": 0, "lane": None} == {
        "policy": "chosen", "reason": "had to fetch a paper", "group": "", "rank": 0, "waiting": 0, "lane": None,
    }  # fmt: skip
    assert error_of(step(client, "call", number="A001"))[:3] == (422, "invalid", "reason")


def test_a_case_is_suspended_and_goes_on(client: Any) -> None:
    number = take(client)["number"]
    for name in ("next", "start"):
        step(client, name)
    shelved = step(client, "suspend", kind="papers_kept", reason="seal to be made").json()
    assert (shelved["counter"]["status"], shelved["events"][0]["type"]) == ("idle", "CaseSuspended")
    [case] = shelved["counter"]["suspended_cases"]
    assert (case["number"], case["kind"], case["reason"]) == (number, "papers_kept", "seal to be made")
    went_on = step(client, "continue", number=number).json()["counter"]
    assert (went_on["status"], went_on["number"], went_on["suspended_cases"]) == ("serving", number, [])


def test_a_customer_is_welcomed(client: Any) -> None:
    take(client)
    step(client, "next")
    assert step(client, "welcome").json()["events"][0]["type"] == "CustomerWelcomed"


def test_a_customer_is_sent_on_with_the_same_ticket(client: Any) -> None:
    number = take(client)["number"]
    for name in ("next", "start"):
        step(client, name)
    told = step(client, "finish", then=["loans"]).json()
    assert [event["type"] for event in told["events"]][-1] == "TicketForwarded"
    view = client.get("/api/view").json()
    assert [one["number"] for one in view["counters"][1]["next_up"]] == [number]


@pytest.mark.clause("S0-49")
def test_a_change_of_business_is_transferred_with_its_reason(client: Any) -> None:
    take(client)
    step(client, "next")
    [event] = step(client, "transfer", to_service="loans", reason="change of business").json()["events"]
    assert (event["to_service"], event["reason"]) == ("loans", "change of business")
    assert step(client, "next", counter="2").json()["counter"]["service"] == "loans"


@pytest.mark.clause("S1-19")
@pytest.mark.clause("S1-20")
def test_a_pause_tells_its_reason_who_covers_and_whom_others_may_call(client: Any, hallway: Any) -> None:
    take(client, "loans")
    step(client, "next")
    step(client, "transfer", to_service="savings", to_counter="1")
    [event] = step(client, "pause", reason="meal", cover="1002", reroute=True).json()["events"]
    assert (event["reason"], event["cover"], len(event["rerouted"])) == ("meal", "1002", 1)
    hallway.line.now += 90_000
    shown = hallway.line.view.counters[0]
    assert (shown.status, shown.pause_reason, shown.cover) == ("paused", "meal", "1002")
    assert step(client, "next", counter="2").json()["counter"]["number"] == "B001"
    [ended] = step(client, "resume").json()["events"]
    assert ended["type"] == "CounterResumed"


@pytest.mark.clause("S1-23")
def test_a_customer_without_a_ticket_gets_one_at_the_window_and_is_called_there(client: Any, hallway: Any) -> None:
    terminal = hallway.paired("counter:1")
    answer = terminal.post("/api/tickets", json={"service": "savings", "counter": "1", "cause": "came without"})
    assert answer.status_code == 201
    [issued] = [command for command, _ in hallway.line.submitted if isinstance(command, IssueTicket)]
    assert (issued.counter, issued.cause) == ("1", "came without")
    shown = hallway.line.view.counters[0]
    assert (shown.status, shown.number) == ("called", answer.json()["number"])
    hallway.line.submit(ChangeRules(Rules(adhoc=False))).result()
    refused = terminal.post("/api/tickets", json={"service": "savings", "counter": "1", "cause": "came without"})
    assert refused.status_code == 409


# --- help ---------------------------------------------------------------------


@pytest.mark.clause("S1-13")
@pytest.mark.parametrize("kind", ["help", "silent"])
def test_help_is_called_from_a_counter(client: Any, hallway: Any, kind: str) -> None:
    [event] = hallway.paired("counter:1").post("/api/counters/1/alarm", json={"kind": kind}).json()["events"]
    assert (event["type"], event["kind"], event["place"], event["by"]) == ("AlarmRaised", kind, "counter:1", "1001")
    [alarm] = client.get("/api/view").json()["alarms"]
    assert (alarm["kind"], alarm["place"]) == (kind, "counter:1")


def test_help_can_be_called_where_nobody_is_logged_in(client: Any, hallway: Any) -> None:
    hallway.line.submit(LogOut("1")).result()
    assert step(client, "alarm", kind="help").json()["events"][0]["by"] == "counter:1"


def test_an_alarm_needs_a_counter_and_a_kind_of_the_counters(client: Any, hallway: Any) -> None:
    assert error_of(step(client, "alarm", counter="9", kind="help")) == (404, "unknown", "counter")
    assert error_of(step(client, "alarm", kind="fire")) == (422, "invalid", "kind")
    assert error_of(hallway.paired("counter:2").post("/api/counters/1/alarm", json={"kind": "help"}))[:2] == (
        403,
        "role",
    )
    assert not any(isinstance(command, RaiseAlarm) for command, _ in hallway.line.submitted)


@pytest.mark.parametrize("role", ["kiosk", "display"])
def test_public_screens_hear_of_no_alarm_and_no_customer(hallway: Any, role: str) -> None:
    hallway.line.submit(RaiseAlarm("silent", "counter:1", "1001")).result()
    seen = hallway.paired(role).get("/api/view").json()
    assert seen["alarms"] == []
    assert hallway.paired("supervisor").get("/api/view").json()["alarms"] != []


# --- a number typed by hand ----------------------------------------------------


def with_customer(hallway: Any, client: Any) -> None:
    take(client)
    hallway.line.submit(CallNext("1")).result()
    hallway.line.submitted.clear()


@pytest.mark.clause("S0-35")
def test_a_typed_number_is_checked_fingerprinted_and_forgotten(
    client: Any, hallway: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with_customer(hallway, client)
    answer = step(client, "verify", id_type="resident-id", number=LI_MING, reason="card cannot be read")
    assert answer.status_code == 200, answer.text
    [(command, _)] = hallway.line.submitted
    assert isinstance(command, VerifyIdentity)
    assert (command.method, command.by, command.reason) == ("typed", "1001", "card cannot be read")
    [event] = answer.json()["events"]
    assert (event["type"], event["method"], event["assurance"]) == ("IdentityVerified", "typed", "low")
    assert answer.json()["counter"]["verified"] == "none"
    hidden = LI_MING[6:14]
    for text in (answer.text, repr(hallway.line.submitted), repr(hallway.line.state), caplog.text):
        assert LI_MING not in text and hidden not in text
    assert "id_hmac" not in answer.text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"id_type": "resident-id", "number": ALMOST, "reason": "r"}, (422, "number")),
        ({"id_type": "library-card", "number": "1", "reason": "r"}, (422, "id_type")),
        ({"id_type": "resident-id", "number": LI_MING}, (422, "reason")),
        ({"id_type": "resident-id", "number": LI_MING, "reason": "   "}, (422, "reason")),
    ],
)
def test_a_wrong_number_or_no_reason_verifies_nobody(
    client: Any, hallway: Any, body: dict[str, str], expected: tuple[int, str]
) -> None:
    with_customer(hallway, client)
    answer = step(client, "verify", **body)
    assert (answer.status_code, answer.json()["field"]) == expected
    assert ALMOST not in answer.text and hallway.line.submitted == []


def test_a_closed_counter_verifies_nobody(client: Any, hallway: Any) -> None:
    hallway.line.submit(LogOut("1")).result()
    answer = step(client, "verify", id_type="resident-id", number=LI_MING, reason="r")
    assert error_of(answer) == (409, "counter_closed", "counter")


@pytest.mark.clause("S0-33")
def test_a_window_that_must_know_who_is_there_starts_only_then(client: Any, hallway: Any) -> None:
    services = tuple(msgspec.structs.replace(one, verify="always") for one in hallway.settings.services)
    hallway.line.submit(ChangeCatalogue(offered(hallway, services=services))).result()
    hallway.line.submit(ChangeRules(Rules(verify="require"))).result()
    with_customer(hallway, client)
    assert hallway.line.view.counters[0].verify_due
    assert step(client, "start").status_code == 409
    step(client, "verify", id_type="resident-id", number=LI_MING, reason="card cannot be read")
    assert not hallway.line.view.counters[0].verify_due
    assert step(client, "start").json()["counter"]["status"] == "serving"


@pytest.mark.clause("S0-33")
@pytest.mark.parametrize(("number", "match"), [(LI_MING, "same"), (WANG_FANG, "other")])
def test_the_document_is_compared_with_the_booking_before_the_start(
    client: Any, hallway: Any, number: str, match: str
) -> None:
    """Verify_result, its time and its reason are recorded; until then the window is told that it is due."""
    now = hallway.line.now
    told = BookingAdded(
        "BK1", "2026-09-22", "savings", now, now + 900_000, "李*明", id_hmac=KEY.of("resident-id", LI_MING)
    )
    taken = DirectiveTaken("g1", 1, "d-1", "fact", "BookingAdded", msgspec.to_builtins(told))
    hallway.line.submit(Record(taken)).result()
    hallway.line.submit(ChangeRules(Rules(verify="require"))).result()
    assert client.post("/api/checkin", json={"code": "BK1"}).status_code == 201
    called = step(client, "next").json()["counter"]
    assert (called["booking"], called["customer"], called["verify_due"]) == ("BK1", "李*明", True)
    assert step(client, "start").status_code == 409
    answer = step(client, "verify", id_type="resident-id", number=number, reason="card cannot be read").json()
    [event] = answer["events"]
    assert (event["match"], event["booking"], event["stage"]) == (match, "BK1", "window")
    assert answer["counter"]["verified"] == match
