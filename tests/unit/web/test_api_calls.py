"""The hall's calls over HTTP, from the right ones to every wrong one."""

from typing import Any

import pytest

from edge.errors import DeviceError
from edge.hall.commands import IssueTicket
from edge.web.bodies import LIMIT


def take(client: Any, service: str = "savings", **more: Any) -> dict[str, Any]:
    answer = client.post("/api/tickets", json={"service": service, **more})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def step(client: Any, name: str, counter: str = "1", **body: Any) -> Any:
    return client.post(f"/api/counters/{counter}/{name}", json=body)


def error_of(answer: Any) -> tuple[int, str, str | None]:
    """Status, code, field, after checking the one shape of errors."""
    told = answer.json()
    assert set(told) <= {"error", "detail", "field"} and told["detail"], told
    return answer.status_code, told["error"], told.get("field")


# --- tickets ------------------------------------------------------------------


def test_a_ticket_is_answered_with_number_place_and_wait(client: Any) -> None:
    first, second = take(client), take(client)
    assert (first["number"], first["ahead"]) == ("A001", 0)
    assert (second["number"], second["ahead"]) == ("A002", 1)
    assert set(second) == {"ticket", "number", "ahead", "wait"}
    assert second["wait"]["p50_s"] <= second["wait"]["p90_s"]


def test_a_priority_class_reaches_the_hall(client: Any, hallway: Any) -> None:
    take(client, priority_class="elderly")
    assert hallway.line.view.counters[0].next_up[0].lane == "priority"


def test_each_ticket_gets_a_secret_of_its_own_that_no_answer_tells(client: Any, hallway: Any) -> None:
    answers = [client.post("/api/tickets", json={"service": "savings"}) for _ in range(3)]
    tokens = {command.token for command, _ in hallway.line.submitted if isinstance(command, IssueTicket)}
    assert len(tokens) == 3 and all(len(token) >= 13 for token in tokens)
    assert not any(token in answer.text for token in tokens for answer in answers)


def test_the_ticket_says_where_it_was_taken(client: Any, hallway: Any) -> None:
    take(client)
    client.post("/api/tickets", json={"service": "savings"}, headers={"Sec-Fetch-Site": "same-origin"})
    hallway.paired("counter:2").post("/api/tickets", json={"service": "savings"})
    sources = [command.source for command, _ in hallway.line.submitted]
    assert sources == ["api", "kiosk", "counter:2"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", (400, "not_json", None)),
        (b"\xff\xfe", (400, "not_json", None)),
        (b'{"service": "\xff"}', (400, "not_json", None)),
        (b"[]", (422, "invalid", None)),
        (b"{}", (422, "invalid", "service")),
        (b"", (422, "invalid", "service")),
        (b'{"service": 7}', (422, "invalid", "service")),
        (b'{"service": NaN}', (400, "not_json", None)),
        (b'{"service": ""}', (422, "invalid", "service")),
        (b'{"service": "' + b"s" * 65 + b'"}', (422, "invalid", "service")),
        (b'{"service": "savings", "lane": "priority"}', (422, "invalid", "lane")),
        (b'{"service": "savings", "priority_class": 1}', (422, "invalid", "priority_class")),
        (b'{"service": "gold"}', (404, "unknown_service", "service")),
        (b'{"service": "savings", "priority_class": "vip"}', (404, "unknown_class", "priority_class")),
        (b'{"service": ' + b"[" * 30_000 + b"]" * 30_000 + b"}", (422, "invalid", "service")),
        (b'{"x": ' + b"[" * 30_000 + b"]" * 30_000 + b"}", (422, "invalid", "x")),
    ],
)
def test_a_wrong_body_names_the_field_and_changes_nothing(
    client: Any, hallway: Any, body: bytes, expected: tuple[int, str, str | None]
) -> None:
    before = hallway.line.state.seq
    answer = client.post("/api/tickets", content=body, headers={"Content-Type": "application/json"})
    assert error_of(answer) == expected
    assert hallway.line.state.seq == before


def test_a_body_must_say_it_is_json(client: Any) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk", ""):
        answer = client.post("/api/tickets", content=b'{"service": "savings"}', headers={"Content-Type": kind})
        assert error_of(answer) == (415, "content_type", "Content-Type"), kind


def test_a_body_over_the_limit_is_refused_by_its_header_and_by_its_bytes(client: Any, hallway: Any) -> None:
    large = b'{"service": "' + b"s" * LIMIT + b'"}'

    def in_parts() -> Any:
        for start in range(0, len(large), 4096):
            yield large[start : start + 4096]

    headers = {"Content-Type": "application/json"}
    for content in (large, in_parts()):
        answer = client.post("/api/tickets", content=content, headers=headers)
        assert error_of(answer)[:2] == (413, "too_large")
    assert hallway.line.submitted == []


def test_the_cap_of_the_day_is_a_conflict(client: Any) -> None:
    take(client, "loans")
    assert client.post("/api/tickets", json={"service": "loans"}).status_code == 409


def test_a_storage_failure_is_503_and_promises_nothing(client: Any, hallway: Any) -> None:
    hallway.line.broken = True
    answer = client.post("/api/tickets", json={"service": "savings"})
    assert error_of(answer)[:2] == (503, "storage")
    assert hallway.line.view.services[0].waiting == 0


def test_an_unforeseen_error_keeps_the_shape_and_tells_nothing_of_the_inside(client: Any, hallway: Any) -> None:
    def burst(command: Any, key: Any = None) -> Any:
        raise RuntimeError("secret inside")

    hallway.line.submit = burst
    answer = client.post("/api/tickets", json={"service": "savings"})
    assert error_of(answer)[:2] == (500, "internal") and "secret" not in answer.text


# --- keys that come twice -----------------------------------------------------


def test_a_repeated_idempotency_key_takes_one_ticket(client: Any, hallway: Any) -> None:
    headers = {"Idempotency-Key": "k-1"}
    answers = [client.post("/api/tickets", json={"service": "savings"}, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert hallway.line.view.services[0].issued == 1


def test_one_key_for_two_different_tickets_is_a_mistake(client: Any, hallway: Any) -> None:
    headers = {"Idempotency-Key": "k-1"}
    client.post("/api/tickets", json={"service": "savings"}, headers=headers)
    answer = client.post("/api/tickets", json={"service": "loans"}, headers=headers)
    assert error_of(answer) == (422, "key_reused", "Idempotency-Key")
    assert hallway.line.view.services[1].issued == 0


def test_the_same_key_on_another_call_is_another_key(client: Any) -> None:
    headers = {"Idempotency-Key": "k-1"}
    client.post("/api/tickets", json={"service": "savings"}, headers=headers)
    called = client.post("/api/counters/1/next", headers=headers)
    assert [event["type"] for event in called.json()["events"]] == ["TicketCalled"]


@pytest.mark.parametrize("key", ["", "with space", "x" * 129, "数"])
def test_a_bad_idempotency_key_is_refused(client: Any, key: str) -> None:
    answer = client.post("/api/tickets", json={"service": "savings"}, headers={"Idempotency-Key": key.encode()})
    assert error_of(answer) == (400, "bad_key", "Idempotency-Key")


def test_next_pressed_twice_at_once_calls_one_customer(client: Any, hallway: Any) -> None:
    take(client), take(client)
    first, second = step(client, "next"), step(client, "next")
    assert first.json()["events"] == second.json()["events"]
    assert hallway.line.view.services[0].waiting == 1


def test_another_key_in_between_makes_the_second_next_count(client: Any, hallway: Any) -> None:
    take(client), take(client)
    for name in ("next", "start", "next"):
        assert step(client, name).status_code == 200
    assert hallway.line.view.services[0].waiting == 0


def test_next_with_a_key_of_its_own_always_counts(client: Any, hallway: Any) -> None:
    take(client), take(client)
    for key in ("a", "b"):
        client.post("/api/counters/1/next", headers={"Idempotency-Key": key})
    assert hallway.line.view.services[0].waiting == 0


def test_paths_and_methods_that_are_not_there_keep_the_shape(client: Any) -> None:
    assert error_of(client.post("/api/nowhere", json={}))[:2] == (404, "not_found")
    assert error_of(client.get("/api/tickets"))[:2] == (405, "method_not_allowed")
    assert error_of(client.post("/api/slips/abc/nowhere", json={}))[:2] == (404, "not_found")


# --- slips and ratings --------------------------------------------------------


def served(client: Any) -> dict[str, Any]:
    ticket = take(client)
    for name in ("next", "start", "finish"):
        step(client, name)
    return ticket


def test_the_counters_evaluator_rates_who_was_just_served(client: Any) -> None:
    ticket = served(client)
    assert step(client, "rate", level=5).json() == {"ticket": ticket["ticket"], "level": 5}
    assert step(client, "rate", level=1).status_code == 409


def test_the_token_on_the_slip_rates_and_the_number_does_not(client: Any, hallway: Any) -> None:
    ticket = served(client)
    token = hallway.line.state.tickets[ticket["ticket"]].token
    wrong = client.post(f"/api/slips/{ticket['number']}/rating", json={"level": 1})
    assert error_of(wrong)[:2] == (404, "unknown_token")
    assert client.post(f"/api/slips/{token}/rating", json={"level": 3}).json()["level"] == 3


def test_a_copy_of_a_slip_by_number_small_letters_too(client: Any, hallway: Any) -> None:
    ticket = take(client)
    answer = client.post("/api/slips/reprint", json={"number": "a001"})
    assert (answer.status_code, answer.json()["ticket"]) == (202, ticket["ticket"])
    assert hallway.reprinted == [ticket["ticket"]]
    unknown = client.post("/api/slips/reprint", json={"number": "Z999"})
    assert error_of(unknown)[0] == 404 and error_of(unknown)[2] == "number"


def test_a_copy_asked_for_twice_under_one_key_is_printed_once(client: Any, hallway: Any) -> None:
    take(client)
    for _ in range(2):
        client.post("/api/slips/reprint", json={"number": "A001"}, headers={"Idempotency-Key": "k"})
    assert len(hallway.reprinted) == 1


def test_a_failed_copy_may_be_asked_for_again_under_the_same_key(client: Any, hallway: Any) -> None:
    take(client)
    troubles = [DeviceError("Paper is out: put paper in.")]

    def reprint(ticket: str) -> None:
        if troubles:
            raise troubles.pop()
        hallway.reprinted.append(ticket)

    object.__setattr__(hallway.app.state.house, "reprint", reprint)
    headers = {"Idempotency-Key": "k"}
    first = client.post("/api/slips/reprint", json={"number": "A001"}, headers=headers)
    assert error_of(first)[:2] == (503, "device")
    assert client.post("/api/slips/reprint", json={"number": "A001"}, headers=headers).status_code == 202
    assert len(hallway.reprinted) == 1


# --- what may be read ---------------------------------------------------------


def test_state_view_and_sheet_agree(client: Any) -> None:
    take(client), take(client)
    state, view, sheet = (client.get(f"/api/{name}").json() for name in ("state", "view", "sheet"))
    assert state["services"][0]["waiting"] == view["services"][0]["waiting"] == 2
    assert (sheet["day"], sheet["sheet"][0]["issued"], sheet["sheet"][0]["carried"]) == ("2026-09-22", 2, 2)


def test_metrics_are_prometheus_text(client: Any) -> None:
    take(client)
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert 'hallkeeper_tickets_issued{service="savings"} 1' in lines
    assert 'hallkeeper_waiting{service="savings"} 1' in lines
    assert "hallkeeper_backlog_events 7" in lines


def test_health_asks_the_line(client: Any, hallway: Any) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    hallway.line.broken = True
    assert client.get("/healthz").status_code == 503
    assert client.get("/api/about").json()["failed"] is True


def test_about_tells_names_rules_and_whether_slips_come_out(client: Any) -> None:
    told = client.get("/api/about").json()
    assert told["catalogue"]["pause_reasons"][0]["id"] == "meal"
    assert told["rules"]["rings"] == 3 and told["printing"] == "ok"
