"""The console over PostgreSQL: every page, list, search, filter, sort and file that SQLite gives."""

import time
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from tests import console_world as world
from tests.integration.console.test_console_lists import LISTS


@pytest.fixture
def engine(postgres: str) -> Engine:
    made = world.new_engine(postgres)
    world.fill(made, halls=2, now=time.time_ns() // 1_000_000, tickets=30)
    world.tell_story(made)
    world.alarms(made)
    return made


def test_every_page_is_read_from_postgresql_too(visit: Callable) -> None:
    boss = visit("boss")
    for page in ("/", "/today?hall=hall-001", "/today?hall=*", "/nodes", "/nodes/node-001", "/orders", "/rules"):
        assert boss.get("/console" + page).status_code == 200, page
    for key in LISTS:
        assert "data-sa-pk=" in boss.get(f"/console/{key}/list").text, key
    searched = boss.get("/console/tickets/list", params={"q": "Z007", "sort": "wait_s__desc"}).text
    assert searched.count("data-sa-pk=") == 1
    named = boss.get("/console/alarms/list", params={"q": "西湖", "filter": "closed_at__is_null"}).text
    assert named.count("data-sa-pk=") == 2, "the open ones of the hall of that name"
    story = boss.get("/console/tickets/detail", params={"pk": "node-001,20261120-Z007"}).text
    assert "the turn of the priority lane" in story
    export = boss.get(f"/console/today/export?hall=hall-001&day={world.DAY}&table=hours")
    assert export.text.startswith("\ufeffhour,issued,served")
    form = {"hall": "hall-002", "what": "suspend", "reason": "flood", "csrftoken": boss.token("/console/orders")}
    assert "flood" in boss.post("/console/orders", data=form).text
    form = {"hall": "hall-002", "stamp": "2.0", "rings": "4", "csrftoken": form["csrftoken"]}
    assert "The rules are on their way" in boss.post("/console/rules", data=form).text
