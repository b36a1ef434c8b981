"""What the console does for its reader: the browser's language, names for ids, words for yes and no, HTTPS."""

from collections.abc import Callable

import msgspec
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from central import live
from central.console import mount
from central.db.tables import SlipRow, Stream
from tests import console_world as world


@pytest.mark.parametrize(
    ("accepted", "cookie", "title"),
    [
        ("en-GB,en;q=0.9,zh;q=0.3", None, "Live board"),
        ("zh-CN,zh;q=0.9,en;q=0.8", None, "实时总览"),
        ("fr,zh-TW;q=0.5,en;q=0.4", None, "实时总览"),
        ("fr-FR,fr;q=0.9", None, "Live board"),
        ("", None, "实时总览"),
        ("en-GB", "zh", "实时总览"),
        ("en-GB", "de", "Live board"),
    ],
)
def test_the_language_is_the_chosen_one_else_the_browsers(
    visit: Callable, accepted: str, cookie: str | None, title: str
) -> None:
    boss = visit("boss")
    boss.cookies.delete("language")
    if cookie is not None:
        boss.cookies.set("language", cookie)
    assert f"<h1>{title}</h1>" in boss.get("/console/", headers={"Accept-Language": accepted}).text


def test_lists_show_names_and_are_searched_by_them(visit: Callable) -> None:
    boss = visit("boss")
    page = boss.get("/console/tickets/list").text
    assert "Government Hall" in page and "Personal loans" in page and "Counter 1" in page
    cells = page[page.index("<tbody") : page.index("</tbody>")]
    assert ">hall-001<" not in cells.replace(" ", "") and "savings" not in cells
    searches = (("xihu", "Xihu", "Dongcheng"), ("西湖", "Xihu", "Dongcheng"), ("hall-001", "Dongcheng", "Xihu"))
    for term, found, gone in searches:
        rows = boss.get("/console/tickets/list", params={"q": term}).text
        rows = rows[rows.index("<tbody") : rows.index("</tbody>")]
        assert found in rows and gone not in rows, term
    assert "Xihu Government Hall 1" in boss.get("/console/day-sheets/list").text


def test_tickets_are_filtered_by_what_the_floor_adds(visit: Callable) -> None:
    boss = visit("boss")
    for rule, seen in (("arrival__in=lifted", "void lifted"), ("status__in=suspended", "suspended")):
        rows = boss.get("/console/tickets/list", params={"filter": rule}).text
        rows = rows[rows.index("<tbody") : rows.index("</tbody>")]
        assert rows.count("data-sa-pk") == rows.count(f">{seen}<") > 0, rule


def test_a_no_is_not_red_where_no_is_good(visit: Callable, engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        session.execute(update(Stream).values(forked=False))
        session.execute(update(SlipRow).values(copy=True))
    boss = visit("boss")
    for key in ("epochs", "slips"):
        page = boss.get(f"/console/{key}/list").text
        rows = page[page.index("<tbody") : page.index("</tbody>")]
        assert "text-danger" not in rows and "text-success" not in rows and "bg-red-lt" not in rows, key
    with Session(engine) as session, session.begin():
        session.execute(update(Stream).values(forked=True))
    assert '<span class="badge bg-red-lt">yes</span>' in boss.get("/console/epochs/list").text


def test_the_boards_cards_say_alarms_by_the_counters_name(visit: Callable) -> None:
    page = visit("guest").get("/console/").text
    card = page[page.index('id="card-node-002"') : page.index("</article>", page.index('id="card-node-002"'))]
    for seen in (
        "Emergency: power failure",
        "silent alarm",
        "Counter 2",
        "help wanted",
        "counter time over",
        "deferred",
    ):
        assert seen in card, seen
    assert 'data-sum="alarms">3<' in page


@pytest.mark.parametrize("https", [True, False])
def test_behind_tls_no_cookie_goes_without(engine: Engine, https: bool) -> None:
    app = FastAPI()
    feed = live.Live()
    feed.load(live.read(engine))
    mount(app, engine, feed, msgspec.structs.replace(world.SETTINGS, https=https))
    visitor = TestClient(app, base_url="http://127.0.0.1")
    page = visitor.get("/console/login", headers={"Accept-Language": "en"})
    token = page.text.split('name="csrftoken" value="')[1].split('"')[0]
    jar = {"starlette_admin_csrftoken": page.cookies["starlette_admin_csrftoken"]}
    form = {"username": "boss", "password": world.PASSWORD, "csrftoken": token}
    answer = visitor.post("/console/login", data=form, cookies=jar, follow_redirects=False)
    assert answer.status_code == 303
    cookies = [*page.headers.get_list("set-cookie"), *answer.headers.get_list("set-cookie")]
    assert len(cookies) >= 2
    assert {"secure" in cookie.lower() for cookie in cookies} == {https}
