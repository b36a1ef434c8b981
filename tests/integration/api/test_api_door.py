"""Who gets in, how often, and what a guesser learns; on both databases."""

import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import insert, select

from central.api import keys
from central.audit import SYSTEM
from central.db.tables import ApiKey, AuditRow, HallPage
from central.errors import Refused, Unknown
from tests.api_world import ApiWorld


def test_only_the_hash_of_a_key_is_kept(api: ApiWorld) -> None:
    assert api.key.startswith("hk_") and len(api.key) >= 46
    with api.world.engine.connect() as connection:
        row = connection.execute(select(ApiKey).where(ApiKey.id == api.id)).one()
        trail = [tuple(line) for line in connection.execute(select(AuditRow))]
    assert api.key not in repr((tuple(row), trail)) and api.key.startswith(row.prefix)
    assert any(api.key[: keys.SHOWN] not in str(line) and "api_key.created" in line for line in trail)


def test_bookings_need_a_key_that_is_in_force(api: ApiWorld) -> None:
    for headers in ({}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer hk_guess"}):
        answer = api.client.post("/api/v1/bookings", json=api.entries(), headers={"Idempotency-Key": "k", **headers})
        assert (answer.status_code, answer.json()["error"]) == (401, "login")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    made = api.booked()
    keys.revoke(api.world.engine, api.id, SYSTEM, at=api.world.at)
    assert api.ask("GET", f"/bookings/{made['code']}").status_code == 401
    with pytest.raises(Unknown):
        keys.revoke(api.world.engine, api.id, SYSTEM, at=api.world.at)


def test_a_name_belongs_to_one_key_in_force(api: ApiWorld) -> None:
    with pytest.raises(Refused):
        api.add_key("partner", "app")
    keys.revoke(api.world.engine, api.id, SYSTEM, at=api.world.at)
    api.add_key("partner", "app")


def test_when_a_key_was_used_is_known_about(api: ApiWorld) -> None:
    def used() -> Any:
        with api.world.engine.connect() as connection:
            return connection.scalar(select(ApiKey.used_at).where(ApiKey.id == api.id))

    assert used() is None
    api.ask("GET", "/halls")
    assert used() == api.world.at
    api.world.at += keys.USED_MS + 1
    api.ask("GET", "/halls")
    assert used() == api.world.at


def test_a_key_reaches_its_halls_only(api: ApiWorld) -> None:
    _, narrow = api.add_key("narrow", "partner", halls=["hall"])
    assert api.ask("POST", "/bookings", api.entries(), key=narrow).status_code == 201
    with api.world.engine.begin() as connection:
        connection.execute(ApiKey.__table__.update().where(ApiKey.name == "narrow").values(halls=["elsewhere"]))
    refused = api.ask("POST", "/bookings", api.entries(2), key=narrow)
    assert (refused.status_code, refused.json()["error"], refused.json()["field"]) == (403, "forbidden", "hall")
    made = api.booked(3)
    assert api.ask("GET", f"/bookings/{made['code']}?phone_tail=0003", key=narrow).status_code == 404


def test_a_hall_that_is_not_published_is_not_there(api: ApiWorld) -> None:
    api.world.desk.offers.forget()
    with api.world.engine.begin() as connection:
        values = {"address": {}, "way": {}, "phone": "", "published": False}
        connection.execute(insert(HallPage).values(hall="hall", **values))
    for answer in (api.ask("GET", "/halls/hall"), api.ask("GET", "/halls/hall/slots"),
                   api.ask("POST", "/bookings", api.entries())):  # fmt: skip
        assert (answer.status_code, answer.json()["error"]) == (404, "hall_unknown")


@pytest.mark.fault("F50")
def test_a_booking_of_others_is_shown_only_with_the_end_of_its_phone_number(api: ApiWorld) -> None:
    made = api.booked()
    path = f"/bookings/{made['code']}"
    assert api.ask("GET", path).json() == made, "its own needs no proof"
    unknown = api.ask("GET", "/bookings/AAAABBBBCCCC", key=api.other)
    for wrong in (path, f"{path}?phone_tail=9999", "/bookings/AAAABBBBCCCC?phone_tail=0001"):
        answer = api.ask("GET", wrong, key=api.other)
        assert (answer.status_code, answer.text) == (404, unknown.text), "nothing tells what of it was wrong"
    assert api.ask("POST", f"{path}/cancel", {}, key=api.other).status_code == 404
    assert api.ask("GET", f"{path}?phone_tail=0001", key=api.other).json() == made


@pytest.fixture
def instant(monkeypatch: pytest.MonkeyPatch) -> None:
    """All is asked in one moment, so that no allowance grows meanwhile."""
    monkeypatch.setattr("central.api.door.time", SimpleNamespace(monotonic=lambda: 1000.0))


@pytest.mark.fault("F50")
@pytest.mark.usefixtures("instant")
def test_guessing_codes_ends_soon_for_the_address_and_costs_a_key_no_more_than_asking(api: ApiWorld) -> None:
    _, slow = api.add_key("slow", "partner", per_minute=12)
    statuses = [api.ask("GET", f"/bookings/GUESS{n}", key=slow).status_code for n in range(16)]
    assert statuses == [404] * 12 + [429] * 4
    answer = api.ask("GET", "/halls", key=slow)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) >= 1
    assert answer.json()["error"] == "too_often" and answer.headers["Retry-After"] in answer.json()["detail"]
    with ThreadPoolExecutor(20) as pool:
        many = list(pool.map(lambda n: api.ask("GET", f"/bookings/GUESS{n}?phone_tail=0001").status_code, range(120)))
    assert many.count(404) < 90 and 429 in many, "nor does another key from the same address guess on"
    assert api.ask("GET", "/halls").status_code == 200, "but its own work goes on"


@pytest.mark.fault("F50")
def test_the_end_of_a_phone_number_is_not_tried_out_on_whatever_way(api: ApiWorld) -> None:
    made = api.booked()
    path = f"/bookings/{made['code']}?phone_tail="
    keys_ = (api.other, api.add_key("third", "partner", per_minute=10_000)[1])
    statuses = [api.ask("GET", f"{path}{n:04d}", key=keys_[n % 2]).status_code for n in range(100, 112)]
    assert statuses == [404] * 10 + [429] * 2, "ten wrong tries of one code, whoever makes them"
    answer = api.ask("GET", f"{path}0001", key=api.other)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 3000
    assert api.ask("GET", f"/bookings/{made['code']}").status_code == 200, "whose booking it is needs no try"
    visitor = api.client.get("/b")
    token = re.search(r'name="form" value="([^"]+)"', visitor.text)
    assert token is not None
    form = {"form": token[1], "code": made["code"], "tail": "0001"}
    assert api.client.post("/b", data=form).status_code == 429, "nor on the site"


@pytest.mark.usefixtures("instant")
def test_who_has_no_key_is_limited_by_the_address(api: ApiWorld) -> None:
    slowed_at = next(n for n in range(2000) if api.client.get("/api/v1/halls").status_code == 429)
    assert slowed_at == 600
    assert api.ask("GET", "/halls").status_code == 200, "a key has an allowance of its own"


@pytest.mark.usefixtures("instant")
def test_keys_that_are_not_known_are_limited_too(api: ApiWorld) -> None:
    api.centre.pace.per_minute = 60
    statuses = [api.ask("GET", "/bookings/K7PM29QX4TWA", key=f"hk_{n}").status_code for n in range(80)]
    assert statuses[0] == 401 and statuses.count(401) < 40 and 429 in statuses
