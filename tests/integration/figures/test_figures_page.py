"""The page of booking figures and its files, over the told story."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import update
from starlette.testclient import TestClient

from central import live
from central.console import mount
from central.console.people.accounts import Wanted, create_user
from central.db.engine import writing
from central.db.tables import Matter
from tests import console_world
from tests.figures_world import Story

DAYS = "since=2026-11-23&until=2026-12-07"


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Story]:
    made = Story(f"sqlite:///{tmp_path / 'centre.db'}", halls=("hall", "other"))
    made.tell()
    create_user(made.engine, "zhao", console_world.PASSWORD, "supervisor")
    create_user(made.engine, "elsewhere", console_world.PASSWORD, wanted=Wanted(("supervisor",), ("other",)))
    create_user(made.engine, "guide", console_world.PASSWORD, "guide")
    yield made
    made.close()


@pytest.fixture
def visit(told: Story) -> Callable[[str], TestClient]:
    feed = live.Live()
    feed.load(live.read(told.engine))
    app = FastAPI()
    mount(app, told.engine, feed, console_world.SETTINGS)

    def coming(name: str) -> TestClient:
        visitor = TestClient(app, base_url="http://127.0.0.1")
        visitor.cookies.set("language", "en")
        found = re.search(r'name="csrftoken" value="([^"]+)"', visitor.get("/console/login").text)
        assert found is not None
        form = {"username": name, "password": console_world.PASSWORD, "csrftoken": found[1]}
        assert visitor.post("/console/login", data=form, follow_redirects=False).status_code == 303
        return visitor

    return coming


def tiles(page: str) -> dict[str, tuple[str, str]]:
    found = re.findall(r'<div class="hk-tile"><dt>(.*?)</dt><dd>(.*?)</dd><small>(.*?)</small>', page)
    return {label: (value, made_of) for label, value, made_of in found}


def file(visitor: TestClient, query: str) -> list[dict[str, Any]]:
    answer = visitor.get(f"/console/booking-figures/export?{query}")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.clause("S0-58")
@pytest.mark.clause("S0-59")
def test_both_figures_of_success_and_of_on_time_are_shown(visit: Callable[[str], TestClient]) -> None:
    found = tiles(visit("zhao").get(f"/console/booking-figures?hall=hall&{DAYS}").text)
    assert found["Success"] == ("85.0 %", "17 / 20 · each application once")
    assert found["Success by attempts"] == ("77.3 %", "17 / 22 · every resubmission counted")
    assert found["On time"] == ("85.7 %", "6 / 7 · of customers with a booking")
    assert found["On time, of all"][0] == "85.7 %"


@pytest.mark.clause("S0-20")
@pytest.mark.clause("S0-45")
@pytest.mark.clause("S0-51")
def test_the_other_figures_stand_beside_what_they_are_made_of(visit: Callable[[str], TestClient]) -> None:
    found = tiles(visit("zhao").get(f"/console/booking-figures?hall=hall&{DAYS}").text)
    assert found["Punctual"] == ("75.0 %", "6 / 8 · of check-ins")
    assert found["No-shows"] == ("11.1 %", "1 / 9 · void, of those waited for")
    assert found["Late cancel rate"] == ("5.9 %", "1 / 17 · less than the lead time left")
    assert found["Change approval"] == ("1 h 00 min", "on average of 2 · 0 waiting")
    assert found["SMS delivered"][0] == "50.0 %" and found["Phone confirmations done"][0] == "33.3 %"
    assert found["Review of offline applications"] == ("10 min", "on average; longest 15 min")
    assert found["Notice latency"] == ("20 min", "longest 20 min") and found["Resolved"][0] == "100.0 %"


def test_a_channel_or_matter_alone_has_no_figure_of_everybody(visit: Callable[[str], TestClient]) -> None:
    found = tiles(visit("zhao").get(f"/console/booking-figures?hall=hall&{DAYS}&channel=app").text)
    assert found["Applied"][0] == "2" and "On time, of all" not in found
    found = tiles(visit("zhao").get(f"/console/booking-figures?hall=hall&{DAYS}&matter=transfer").text)
    assert found["Applied"][0] == "3" and "Notice latency" in found


def test_the_files_hold_plain_numbers_that_add_up(visit: Callable[[str], TestClient]) -> None:
    visitor = visit("zhao")
    channels = file(visitor, f"hall=hall&{DAYS}&table=channels")
    assert {row["channel"]: row["applied"] for row in channels} == {
        "web": "15", "app": "2", "hotline": "1", "onsite": "1", "wechat": "1",
    }  # fmt: skip
    days = file(visitor, f"hall=hall&{DAYS}&table=days")
    assert sum(int(row["came"]) for row in days) == 8
    load = file(visitor, f"hall=hall&{DAYS}&table=load")
    nine = next(row for row in load if (row["weekday"], row["hour"]) == ("2", "9"))
    assert int(nine["booked"]) == 7 and float(nine["load"]) < 1
    notices = file(visitor, f"hall=hall&{DAYS}&table=notices")
    assert [(row["channel"], row["delivered_share"]) for row in notices] == [("email", ""), ("sms", "0.5")]


@pytest.mark.fault("F52")
def test_a_name_that_is_a_formula_is_harmless_on_the_page_and_in_the_file(
    told: Story, visit: Callable[[str], TestClient]
) -> None:
    evil = {"zh": "=1+1", "en": "=HYPERLINK(<script>)"}
    with writing(told.engine).begin() as connection:
        connection.execute(update(Matter).where(Matter.id == "join").values(name=evil))
    visitor = visit("zhao")
    (row,) = [one for one in file(visitor, f"hall=hall&{DAYS}&table=matters") if one["matter"] == "join"]
    assert row["name"] == "'=HYPERLINK(<script>)"
    assert "HYPERLINK(<script>" not in visitor.get(f"/console/booking-figures?hall=hall&{DAYS}").text


def test_whoever_works_for_another_hall_sees_only_that(visit: Callable[[str], TestClient]) -> None:
    visitor = visit("elsewhere")
    assert visitor.get(f"/console/booking-figures?hall=hall&{DAYS}").status_code == 404
    assert tiles(visitor.get(f"/console/booking-figures?hall=*&{DAYS}").text)["Applied"][0] == "0"
    assert tiles(visit("zhao").get(f"/console/booking-figures?hall=*&{DAYS}").text)["Applied"][0] == "20"


def test_only_whoever_may_see_figures(visit: Callable[[str], TestClient]) -> None:
    assert visit("guide").get("/console/booking-figures", follow_redirects=False).status_code in (302, 303, 403)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("hall=nowhere", 404),
        ("since=yesterday", 400),
        ("since=2026-11-24&until=2026-11-23", 400),
        ("since=2020-01-01&until=2026-01-01", 400),
    ],
)
def test_what_cannot_be_shown_is_refused(visit: Callable[[str], TestClient], query: str, status: int) -> None:
    assert visit("zhao").get(f"/console/booking-figures?{query}").status_code == status


def test_an_unknown_table_is_not_exported(visit: Callable[[str], TestClient]) -> None:
    assert visit("zhao").get(f"/console/booking-figures/export?hall=hall&{DAYS}&table=secrets").status_code == 404


def test_days_without_anything_say_so(visit: Callable[[str], TestClient]) -> None:
    page = visit("zhao").get("/console/booking-figures?hall=other&since=2020-01-01&until=2020-01-02").text
    assert "No bookings and no slots on these days." in page
