"""Who works for one hall sees that hall: in every list, on every page, in every file, on the board."""

import csv
import io
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, update

from central.board import News
from central.console.live.live_page import Board
from central.console.people.accounts import create_user
from central.console.reach import Within, of_rows
from central.db.engine import writing
from central.db.tables import Generation, User
from central.live import Live
from central.people.scope import Staff
from tests import console_world as world
from tests.integration.console.test_console_lists import LISTS

ELSEWHERE = ("hall-001", "node-001", "hall-002", "node-002")
"""What somebody of hall-003 never reads."""


@pytest.fixture
def engine(database_url: str) -> Engine:
    """`near` works for hall-001, where everything there is has happened; `away` for hall-003."""
    made = world.new_engine(database_url)
    world.fill(made, halls=3, now=time.time_ns() // 1_000_000, tickets=30)
    world.tell_story(made)
    world.alarms(made)
    for name, hall in (("near", "hall-001"), ("away", "hall-003")):
        create_user(made, name, world.PASSWORD, "viewer")
        with writing(made).begin() as connection:
            roles = ["auditor", "hall-head"]
            connection.execute(update(User).where(User.name == name).values(halls=[hall], roles=roles))
    return made


def pks(page: str) -> list[str]:
    return re.findall(r'data-sa-pk="([^"]+)"', page)


def exported(visitor: Any, key: str, scope: str, **asked: str) -> list[list[str]]:
    """The lines of a file, with its heading. `scope`: selected (`pks`) or all (`all`)."""
    headers = {"X-CSRFToken": visitor.token("/console/")}
    way, form = f"/console/_api/{key}/action", {"format": "csv", "scope": scope}
    answer = visitor.post(way, params={"name": "export"} | asked, headers=headers, data=form)
    assert answer.status_code == 200, (key, answer.text)
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def looked_up(visitor: Any, key: str, pk: str) -> int:
    """How many rows the library's lookup gives of one key."""
    return len(visitor.get(f"/console/_api/{key}/relation-lookup", params={"pks": pk}).json()["items"])


def test_every_list_page_and_file_is_of_ones_own_hall(visit: Callable) -> None:
    boss, near, away = visit("boss"), visit("near"), visit("away")
    for key in LISTS:
        here = pks(near.get(f"/console/{key}/list").text)
        assert here, f"{key}: nothing of hall-001"
        there = away.get(f"/console/{key}/list").text
        assert not set(here) & set(pks(there)), key
        assert not [name for name in ELSEWHERE if name in there], key
        for visitor, status in ((boss, 200), (near, 200), (away, 404)):
            assert visitor.get(f"/console/{key}/detail", params={"pk": here[0]}).status_code == status, (key, status)
        assert len(exported(away, key, "selected", pks=here[0])) <= 1, f"{key}: a row of another hall by its key"
        assert len(exported(near, key, "selected", pks=here[0])) == 2, key
        assert (looked_up(near, key, here[0]), looked_up(away, key, here[0])) == (1, 0), key
        rows = exported(away, key, "all", all="1")
        assert not [cell for row in rows for cell in row if cell in ELSEWHERE], key
        assert len(rows) < len(exported(boss, key, "all", all="1")), key


def test_a_search_and_its_count_find_nothing_of_another_hall(visit: Callable) -> None:
    away = visit("away")
    found = away.get("/console/tickets/list", params={"q": "Z007"}).text
    assert pks(found) == []
    assert pks(away.get("/console/alarms/list", params={"q": "hall-002"}).text) == []
    assert len(pks(away.get("/console/tickets/list").text)) == 25, "its own are there"


def test_pages_of_another_hall_do_not_exist(visit: Callable) -> None:
    near, away = visit("near"), visit("away")
    for page in ("/nodes/node-001", "/today?hall=hall-001", "/rules?hall=hall-001", "/duties?hall=hall-001"):
        assert near.get("/console" + page).status_code == 200, page
        assert away.get("/console" + page).status_code == 404, page
    for page in ("/", "/nodes", "/today", "/today?hall=*", "/orders", "/rules", "/duties"):
        answer = away.get("/console" + page)
        assert answer.status_code == 200, page
        assert not [name for name in ELSEWHERE if name in answer.text], page
    assert "water in the cellar" in near.get("/console/orders").text
    assert "water in the cellar" not in away.get("/console/orders").text
    assert "hall-003" in away.get("/console/").text and "node-003" in away.get("/console/nodes").text


def test_figures_of_all_halls_are_of_ones_own(visit: Callable) -> None:
    ask = f"/console/today/export?hall=*&day={world.DAY}&table=halls"

    def halls(name: str) -> list[str]:
        return [row[0] for row in csv.reader(io.StringIO(visit(name).get(ask).content.decode("utf-8-sig")))][1:]

    assert {"hall-001", "hall-002", "hall-003"} <= set(halls("boss"))
    assert "hall-003" in halls("away") and not set(ELSEWHERE) & set(halls("away"))


def test_nobody_gives_orders_or_rules_to_another_hall(visit: Callable) -> None:
    away = visit("away")
    token = away.token("/console/orders")
    for hall, status in (("hall-001", 403), ("hall-003", 303)):
        form = {"hall": hall, "what": "suspend", "reason": "flood", "csrftoken": token}
        assert away.post("/console/orders", data=form, follow_redirects=False).status_code == status, hall
    form = {"hall": "hall-001", "stamp": "2.0", "rings": "4", "csrftoken": token}
    assert away.post("/console/rules", data=form).status_code == 403


def test_the_board_tells_of_ones_own_halls_only_also_as_it_changes() -> None:
    feed = Live()
    feed.load([News(node="n1", hall="a", name={}), News(node="n2", hall="b", name={})])
    seen = Board(0).changes(Within(feed, Staff("x", (), ("a",))), 10)
    assert [getattr(content, "node", "") for kind, content in seen if kind == "card"] == ["n1"]
    both = Board(0).changes(Within(feed, Staff("x", ())), 10)
    assert len([kind for kind, _ in both if kind == "card"]) == 2


def test_a_table_that_belongs_to_no_hall_must_be_thought_of_first() -> None:
    with pytest.raises(TypeError):
        of_rows(Staff("x", (), ("a",)), Generation)
