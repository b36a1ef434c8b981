"""JSON of the centre: halls, their state, health, metrics; every error in the one shape."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from central import live
from central.app import Centre
from central.config import parse
from central.errors import Refused
from contract.messages import AlarmReport
from tests.centre import SECRET, CentreBench
from tests.fakenode import FakeNode


@pytest.fixture
def whole(centre: CentreBench) -> Centre:
    """Put together, not opened: neither broker nor threads."""
    made = Centre(
        parse({"database": {"url": str(centre.database.url)}, "secrets": {"key": SECRET}, "broker": {"port": 9}})
    )
    node = centre.enrol(FakeNode("bank"))
    centre.enrol(FakeNode("bank-kiosk", hall="bank"))
    centre.enrol(FakeNode("silent"))
    centre.wall = node.clock
    centre.say(node.hello(), node.link(), node.state(alarms=[AlarmReport("silent", "counter:1", node.clock)]))
    made.live.load(live.read(made.database))
    return made


@pytest.fixture
def client(whole: Centre) -> Iterator[TestClient]:
    with TestClient(whole.app, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client
    whole.database.dispose()


def test_halls(client: TestClient) -> None:
    bank, silent = client.get("/api/v1/halls").json()
    assert (bank["hall"], bank["waiting"], bank["longest_s"], bank["open"]) == ("bank", 3, 240, True)
    assert [node["node"] for node in bank["nodes"]] == ["bank", "bank-kiosk"], "the one with news first"
    assert bank["age_s"] is not None
    assert (silent["link"], silent["news_at"], silent["age_s"], silent["open"]) == ("never", None, None, None)


def test_state_of_a_hall(client: TestClient) -> None:
    told = client.get("/api/v1/halls/bank/state").json()
    assert told["state"]["counters"][0]["number"] == "A001"
    assert told["state"]["counters"][0]["clerk"] is None, "who works where is not for the public"
    assert told["state"]["alarms"] == [], "nor is a silent alarm"
    assert told["state"]["services"][0]["name"] == {"zh": "储蓄业务", "en": "Savings"}
    assert client.get("/api/v1/halls/silent/state").json()["state"] is None


def test_unknown_hall_and_path_and_method(client: TestClient) -> None:
    answer = client.get("/api/v1/halls/nowhere/state")
    assert (answer.status_code, answer.json()) == (
        404,
        {"error": "unknown", "detail": "there is no hall nowhere", "field": "hall"},
    )
    assert client.get("/api/v1/nothing").json()["error"] == "unknown"
    answer = client.post("/api/v1/halls")
    assert (answer.status_code, answer.json()["error"]) == (405, "method")


def test_every_error_has_the_one_shape(whole: Centre) -> None:
    app = whole.app

    @app.get("/test/validation")
    async def validation(limit: int) -> None: ...

    @app.get("/test/refused")
    async def refused() -> None:
        raise Refused("not now", "hall")

    @app.get("/test/database")
    async def database() -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    @app.get("/test/mistake")
    async def mistake() -> None:
        raise RuntimeError("a secret")

    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        answer = client.get("/test/validation?limit=x")
        assert (answer.status_code, answer.json()["error"], answer.json()["field"]) == (422, "invalid", "limit")
        answer = client.get("/test/refused")
        assert (answer.status_code, answer.json()) == (409, {"error": "refused", "detail": "not now", "field": "hall"})
        answer = client.get("/test/database")
        assert (answer.status_code, answer.json()["error"]) == (503, "storage")
        answer = client.get("/test/mistake")
        assert (answer.status_code, answer.json()["error"]) == (500, "error")
        assert "secret" not in answer.text


def test_another_host_name_is_refused(client: TestClient) -> None:
    answer = client.get("/api/v1/halls", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["field"]) == (400, "Host")
    assert client.get("/api/v1/halls", headers={"Host": "127.0.0.1:8600"}).status_code == 200
    assert client.get("/api/v1/halls", headers={"Host": "[::1]:8600"}).status_code == 200


def test_allowed_hosts_are_answered(centre: CentreBench) -> None:
    made = Centre(
        parse(
            {
                "database": {"url": str(centre.database.url)},
                "secrets": {"key": SECRET},
                "http": {"allowed_hosts": ["office.example"]},
            }
        )
    )
    with TestClient(made.app, base_url="http://office.example:8600") as client:
        assert client.get("/api/v1/halls").json() == []
    made.database.dispose()


def test_health_says_what_stands_in_the_way(client: TestClient, whole: Centre) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["ingest"]) == (503, "not running")
    whole.worker.start()
    try:
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()["broker"]) == (200, "not connected yet")
        whole.worker.fault = "the database is away"
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()["ingest"]) == (503, "the database is away")
    finally:
        whole.worker.close()


def test_metrics_are_prometheus_text(client: TestClient) -> None:
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert 'hallkeeper_hall_news_age_seconds{hall="bank",node="bank"}' in "\n".join(lines)
    assert "hallkeeper_broker_up 0" in lines
    for line in lines:
        assert line.startswith("# ") or (len(line.rsplit(" ", 1)) == 2 and float(line.rsplit(" ", 1)[1]) >= 0)


def test_openapi_names_the_calls(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {"/api/v1/halls", "/api/v1/halls/{hall}/state", "/api/v1/stream", "/healthz", "/metrics"} <= set(paths)


def test_the_stream_begins_with_every_hall(client: TestClient, whole: Centre) -> None:
    from central.api import halls

    async def first(n: int) -> list[str]:
        found = []
        async for event in halls._events(whole.live):
            found.append(json.loads(event.data)["hall"])  # type: ignore[arg-type]
            if len(found) == n:
                break
        return found

    import asyncio

    assert sorted(set(asyncio.run(first(3)))) == ["bank", "silent"]


def test_the_database_must_be_migrated(tmp_path: Path) -> None:
    from central.errors import StorageError

    made = Centre(parse({"database": {"url": f"sqlite:///{tmp_path}/empty.db"}, "secrets": {"key": SECRET}}))
    with pytest.raises(StorageError, match="central migrate"), made:
        pass
    assert not made.worker.alive


@pytest.mark.parametrize("day", ["x", "2026-13-01", "20261122", "0", "2026-11-22T00:00"])
def test_a_ledger_of_no_date_is_refused(client: TestClient, day: str) -> None:
    answer = client.get("/api/v1/halls/bank/ledger", params={"day": day})
    assert (answer.status_code, answer.json()["error"], answer.json()["field"]) == (422, "invalid", "day")
    assert client.get("/api/v1/halls/bank/ledger?day=2026-11-22").json()["day"] == "2026-11-22"
