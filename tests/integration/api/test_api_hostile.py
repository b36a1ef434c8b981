"""Requests made to hurt: each is refused with a sentence and the field, none makes the centre stumble."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api_world import ApiWorld

pytestmark = [pytest.mark.fault("F52"), pytest.mark.fault("F33")]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def api(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    """One for all of them: none changes anything."""
    folder: Path = tmp_path_factory.mktemp("api")
    sqlite = request.param == "sqlite"
    made = ApiWorld(f"sqlite:///{folder}/c.db" if sqlite else request.getfixturevalue("postgres_server").database())
    yield made
    made.close()


def post(api: ApiWorld, body: bytes, **headers: str) -> Any:
    sent = {"Authorization": f"Bearer {api.key}", "Idempotency-Key": "k", "Content-Type": "application/json"}
    return api.client.post("/api/v1/bookings", content=body, headers=sent | headers)


def with_entry(api: ApiWorld, field: str, value: Any) -> Any:
    return post(api, json.dumps(api.entries() | {field: value}).encode())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a" * 1_000_000),
        ("name", "a\0b"),
        ("name", ["李"]),
        ("name", None),
        ("phone", 13800000001),
        ("hall", "hall\0"),
        ("slot", "hall:social:" + "9" * 400),
        ("matter", ""),
        ("detail", "\x1b[31m"),
        ("answers", {"q\n": "x"}),
        ("answers", {"q": float("inf")}),
        ("answers", {str(n): "x" for n in range(60)}),
        ("flags", ["elderly"] * 9),
        ("flags", ["rich"]),
        ("id_type", "library-card"),
        ("language", "fr"),
        ("priority_class", 7),
        ("ref", "x" * 65),
        ("nome", "x"),
    ],
)
def test_an_entry_that_cannot_be_right_is_named(api: ApiWorld, field: str, value: Any) -> None:
    answer = with_entry(api, field, value)
    told = answer.json()
    assert answer.status_code == 422 and told["error"] == "invalid" and told["detail"]
    assert told["field"].partition(".")[0] in (field, "body"), told
    assert len(answer.content) < 2000


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"", b"null", b"[]", b'"text"', b"\xff\xfe{}", b'{"name": NaN}', b'{"name": "\\ud800"}', b"[" * 200_000,
        b'{"a":' * 100_000, b"1" * 5000, b"1e400", b'{"name": "\x00"}', b"\xef\xbb\xbf{}",
    ],
)  # fmt: skip
def test_what_is_no_json_object_is_refused_in_words(api: ApiWorld, body: bytes) -> None:
    answer = post(api, body)
    assert answer.status_code == 422, answer.text
    assert (answer.json()["error"], answer.json()["field"]) == ("invalid", "body")


def test_a_body_of_another_kind_is_refused(api: ApiWorld) -> None:
    answer = post(api, json.dumps(api.entries()).encode(), **{"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["field"]) == (422, "body")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_larger_request_than_anybody_needs_is_not_taken_in(api: ApiWorld, chunked: bool) -> None:
    parts = (b"x" * 65_536 for _ in range(64))
    headers = {"Authorization": f"Bearer {api.key}", "Idempotency-Key": "k"}
    answer = api.client.post("/api/v1/bookings", content=parts if chunked else b"x" * 4_194_304, headers=headers)
    assert (answer.status_code, answer.json()["error"], answer.json()["field"]) == (413, "too_large", "body")


@pytest.mark.parametrize(
    "path",
    [
        "/bookings/%00", "/bookings/%ff%fe", "/bookings/" + "A" * 5000, "/bookings/AAAA?phone_tail=%00%00%00%00",
        "/bookings/AAAA?phone_tail=１２３４", "/halls/%00", "/halls/%00/slots", "/halls/hall/slots?date=%00",
        "/halls/hall/slots?date=9999-99-99", "/halls/hall/slots?service=%00", "/halls/hall/slots?matter=" + "m" * 999,
        "/halls/%00/state", "/halls/%00/ledger?day=2026-11-23", "/halls/%f0%9f%92%a3/matters",
    ],
)  # fmt: skip
def test_odd_addresses_are_answered_in_the_one_shape(api: ApiWorld, path: str) -> None:
    answer = api.ask("GET", path)
    assert answer.status_code in (404, 422), answer.text
    assert set(answer.json()) <= {"error", "detail", "field", "faults"} and answer.json()["detail"]


@pytest.mark.parametrize("key", ["", " ", "a b", "\x7f", "ключ", "k" * 201])
def test_an_odd_idempotency_key_is_refused_by_its_name(api: ApiWorld, key: str) -> None:
    body = json.dumps(api.entries()).encode()
    sent = [(b"authorization", f"Bearer {api.key}".encode()), (b"idempotency-key", key.encode("utf-8"))]
    headers = [*sent, (b"content-type", b"application/json")]
    answer = api.client.post("/api/v1/bookings", content=body, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")


def test_a_formula_in_a_name_comes_back_as_a_fault_and_is_kept_from_nobody(api: ApiWorld) -> None:
    made = api.booked(name='=CMD("calc")<script>')
    assert made["status"] == "returned" and [fault["field"] for fault in made["faults"]] == ["name"]
    assert "CMD" not in json.dumps(made["faults"])
