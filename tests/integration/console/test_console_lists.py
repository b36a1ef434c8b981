"""The lists and pages: everything odd is to be seen, nothing can be changed, nothing is executed."""

import csv
import html
import io
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from central.db.tables import DeadLetter, DeviceFaultRow, DirectiveRow, Fork, Hall, StoredEvent, TicketRow, VerdictRow
from central.ingest import dead
from central.slip_token import hashed
from tests import console_world as world

LISTS = (
    "tickets", "alarms", "day-sheets", "directives", "events", "epochs", "verdicts", "refusals", "holes",
    "dead-letters", "forks", "device-faults", "slips",
)  # fmt: skip
EVIL = "=HYPERLINK(\"http://evil.example\")<script>alert('x')</script>"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("key", LISTS)
def test_every_list_and_a_record_of_it_can_be_read(visit: Callable, engine: Engine, key: str, language: str) -> None:
    world.tell_story(engine)
    world.alarms(engine)
    boss = visit("boss")
    boss.cookies.set("language", language)
    page = boss.get(f"/console/{key}/list")
    assert page.status_code == 200
    assert "data-sa-pk=" in page.text, "the list is empty"
    first = page.text.split('data-sa-pk="')[1].split('"')[0]
    record = boss.get(f"/console/{key}/detail", params={"pk": first})
    assert record.status_code == 200


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Times in China Time (Asia/Shanghai)"), ("zh", "时间均为中国时间（Asia/Shanghai）")]
)
def test_pages_with_times_of_many_halls_name_the_zone_once(
    visit: Callable, engine: Engine, language: str, said: str
) -> None:
    boss = visit("boss")
    boss.cookies.set("language", language)
    for page in ("audit", "outbox", "nodes/node-001", "orders", "rules?hall=hall-002", "relays", "dead-letters/list",
                 "dead-letters/detail?pk=1"):  # fmt: skip
        assert boss.get(f"/console/{page}").text.count(said) == 1, page
    assert said not in boss.get("/console/wording").text, "it has no times"


@pytest.mark.parametrize("key", LISTS)
def test_no_list_can_be_changed(visit: Callable, engine: Engine, key: str) -> None:
    world.tell_story(engine)
    world.alarms(engine)
    boss = visit("boss")
    token = boss.token("/console/")
    page = boss.get(f"/console/{key}/list").text
    first = page.split('data-sa-pk="')[1].split('"')[0]
    assert boss.get(f"/console/{key}/create").status_code == 403
    assert boss.get(f"/console/{key}/edit", params={"pk": first}).status_code == 403
    headers = {"X-CSRFToken": token}
    for way, query in (("action", {"name": "delete", "pks": first}), ("row-action", {"name": "delete", "pk": first})):
        assert boss.post(f"/console/_api/{key}/{way}", params=query, headers=headers).status_code >= 400
    assert f'data-sa-pk="{first}"' in boss.get(f"/console/{key}/list").text


def test_everything_odd_about_a_node_is_on_its_page(visit: Callable) -> None:
    boss = visit("boss")
    page = boss.get("/console/nodes/node-001").text
    for seen in (
        "quarantine",
        "same number, other hash at 311",
        "no envelope",
        "journal damaged, salvaged up to 89",
        "no JSON",
        "forked",
    ):
        assert seen in page, seen
    overview = boss.get("/console/nodes").text
    for seen in ("Refusals 1", "Holes 1", "Dead letters 1", "Forks 1", "2500"):
        assert seen in overview, seen
    assert boss.get("/console/nodes/nobody").status_code == 404


@pytest.mark.parametrize(
    ("language", "rules", "doubts", "nowhere"),
    [
        ("zh", "规则变更", "旧镜像或克隆卡；更换了硬件", "没有这个页面。"),
        ("en", "rules changed", "an old image or a clone; new hardware", "There is no such page."),
    ],
)
def test_a_node_is_told_of_in_the_readers_language(
    visit: Callable, engine: Engine, language: str, rules: str, doubts: str, nowhere: str
) -> None:
    with Session(engine) as session, session.begin():
        session.execute(update(VerdictRow).values(reason="stale lease: an old image or a clone; new hardware"))
    boss = visit("boss")
    boss.cookies.set("language", language)
    page = boss.get("/console/nodes/node-001").text
    assert f'<td title="RulesChanged">{rules}</td>' in page and doubts in page
    for address in ("/console/nodes/nobody", "/console/nothing"):
        answer = boss.get(address)
        assert answer.status_code == 404 and nowhere in answer.text
        assert not any(said in answer.text for said in ("Oops", "哎呀", "Not Found"))


@pytest.mark.parametrize(
    ("kind", "cause", "said"),
    [
        ("printer", "the printer is out of paper: put in a new roll", "打印机缺纸，请更换纸卷"),
        (
            "key",
            "key 17 of row is stuck down and ignored; free it, or look for a short in its wire",
            "row 的按键 17 卡住，已停用；请松开按键，或检查线路是否短路",
        ),
        ("board", "no board at /dev/spidev0.0", "no board at /dev/spidev0.0"),
    ],
)
def test_faults_are_told_in_the_readers_language_and_filed_as_they_are_kept(
    visit: Callable, engine: Engine, kind: str, cause: str, said: str
) -> None:
    world.tell_story(engine)
    with Session(engine) as session, session.begin():
        session.execute(update(DeviceFaultRow).values(kind=kind, cause=cause))
    boss = visit("boss")
    boss.cookies.set("language", "zh")
    page = html.unescape(boss.get("/console/device-faults/list").text)
    assert said in page and {"printer": "打印机", "key": "单个按键", "board": "点阵屏"}[kind] in page
    asked = {"name": "export", "all": "1"}
    headers = {"X-CSRFToken": boss.token("/console/device-faults/list")}
    file = boss.post("/console/_api/device-faults/action", params=asked, headers=headers, data={"format": "csv"})
    assert file.status_code == 200 and cause in file.text


def test_verdicts_and_directives_of_the_lists_say_what_a_nodes_page_says(visit: Callable, engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        session.execute(update(VerdictRow).values(reason="first contact; new hardware"))
        session.execute(update(DirectiveRow).values(issued_by="booking"))
    boss = visit("boss")
    boss.cookies.set("language", "zh")
    for page in ("verdicts/list", "nodes/node-001"):
        assert "首次联系；更换了硬件" in boss.get(f"/console/{page}").text, page
    for page in ("directives/list", "nodes/node-001"):
        assert "预约系统" in boss.get(f"/console/{page}").text, page


@pytest.mark.fault("F33")
def test_a_dead_letter_is_shown_byte_for_byte_and_harmless(visit: Callable) -> None:
    page = visit("boss").get("/console/dead-letters/detail", params={"pk": "1"}).text
    assert "\\xff\\xfe" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize(
    ("seq", "reason", "english", "chinese", "beside"),
    [
        (40, "no JSON", "An event that could not be read", "无法读取的事件", True),
        (None, "Hello: `at` is missing", "A message that could not be read", "无法读取的消息", True),
        (None, dead.NO_TOPIC, "a topic that does not exist", "消息主题不存在", False),
        (None, dead.stranger("node-x"), "No active node has this name", "没有启用该名称的节点", True),
        (None, dead.TWICE, "Two customers have this number", "两位客户持有同一号码", False),
    ],
)
def test_a_dead_letter_says_why_in_the_readers_language(
    visit: Callable, engine: Engine, seq: int | None, reason: str, english: str, chinese: str, beside: bool
) -> None:
    with Session(engine) as session, session.begin():
        session.execute(update(DeadLetter).values(seq=seq, reason=reason))
    boss = visit("boss")
    for language, said in (("en", english), ("zh", chinese)):
        boss.cookies.set("language", language)
        for page in ("dead-letters/list", "dead-letters/detail?pk=1", "nodes/node-001"):
            text = html.unescape(boss.get(f"/console/{page}").text)
            assert said in text and (f'lang="en">{reason}</small>' in text) == beside, page


@pytest.mark.fault("F52")
def test_formulas_are_neutralised_in_exports_and_scripts_in_pages(visit: Callable, engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        session.execute(update(TicketRow).where(TicketRow.ticket == "20261120-A001").values(clerk=EVIL))
        session.execute(update(TicketRow).where(TicketRow.hall == "hall-001").values(counter="=1+1"))
        session.execute(update(DeviceFaultRow).values(cause="\t@SUM(A1)"))
        session.execute(update(Hall).where(Hall.id == "hall-001").values(name={"en": "+" + EVIL, "zh": "厅"}))
    boss = visit("boss")
    headers = {"X-CSRFToken": boss.token("/console/")}
    asked = {"name": "export", "all": "1"}
    export = boss.post("/console/_api/tickets/action", params=asked, headers=headers, data={"format": "csv"})
    assert export.status_code == 200, export.text
    cells = [cell for row in csv.reader(io.StringIO(export.content.decode("utf-8-sig"))) for cell in row]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell.lstrip()[:1] in ("=", "+", "@")]
    for query in ("hall=*&table=halls", "hall=hall-001&table=counters"):
        answer = boss.get(f"/console/today/export?{query}&day={world.DAY}")
        assert answer.status_code == 200
        text = [cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in row]
        assert any(cell.startswith(("'=1+1", "'+=HYPERLINK")) for cell in text), query
        assert not [cell for cell in text if cell.lstrip()[:1] in ("=", "+", "@")]
    for page in ("/", "/today?hall=hall-001", "/tickets/list", "/nodes", "/orders"):
        assert "<script>alert('x')" not in boss.get("/console" + page).text, page


@pytest.mark.clause("S1-4")
def test_a_tickets_page_tells_why_it_was_called(visit: Callable, engine: Engine) -> None:
    world.tell_story(engine)
    page = visit("boss").get("/console/tickets/detail", params={"pk": "node-001,20261120-Z007"}).text
    assert "Called to Counter 2 by 李强" in page
    queue = "queue Savings + Personal loans (choice 1 of the counter)"
    assert f"the turn of the priority lane · {queue} · 7 were waiting there" in page
    assert "Called again at Counter 2, time 2" in page
    assert "Rated 5 of 5" in page
    assert "CounterOpened" not in page


def test_a_tickets_page_tells_of_its_booking_identity_and_suspension(visit: Callable, engine: Engine) -> None:
    world.tell_story(engine)
    page = visit("boss").get("/console/tickets/detail", params={"pk": "node-001,20261120-Z007"}).text
    told = page[page.index('class="hk-story"') : page.index("</ol>", page.index('class="hk-story"'))]
    order = (
        "The booking became void: nobody came",
        "The void was lifted by 王芳",
        "train late · those who wait agreed",
        "Checked in for a booking: void lifted",
        "Identity verified at arrival",
        "the person booked · typed by hand · no reader",
        "Moved back because the customer wished it, time 1",
        "Called to Counter 2",
        "Suspended: waits for a step",
        "suspended for 2 min",
    )
    places = [told.find(one) for one in order]
    assert -1 not in places and places == sorted(places), dict(zip(order, places, strict=True))


def test_the_browser_is_told_what_it_must_not_do(visit: Callable) -> None:
    boss = visit("boss")
    for page in ("/console/", "/console/login", "/console/static/board.js"):
        headers = boss.get(page).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert boss.get("/console/today").headers["cache-control"] == "no-store"
    assert "rsms.me" not in boss.get("/console/").text


@pytest.mark.parametrize("key", LISTS)
def test_every_list_is_exported_with_the_columns_names(visit: Callable, engine: Engine, key: str) -> None:
    world.tell_story(engine)
    world.alarms(engine)
    boss = visit("boss")
    headers = {"X-CSRFToken": boss.token("/console/")}
    asked = {"name": "export", "all": "1"}
    answer = boss.post(f"/console/_api/{key}/action", params=asked, headers=headers, data={"format": "json"})
    rows = answer.json()
    assert rows and set(rows[0]) & {"hall", "node", "stream"}


def test_the_secret_of_a_slip_is_shown_nowhere(visit: Callable, engine: Engine) -> None:
    secret, raw = "SLIPSECRET234", b'{"seq":7,"type":"TicketIssued","data":{"number":"A001","token":"SLIPSECRET234"}}'
    world.tell_story(engine)
    with Session(engine) as session, session.begin():
        session.execute(update(StoredEvent).values(raw=raw))
        session.execute(update(Fork).values(raw=raw))
        session.execute(update(DeadLetter).values(raw=b"\xff" + raw[:-5]))
        session.execute(update(TicketRow).where(TicketRow.ticket == "20261120-Z007").values(token=hashed(secret)))
    boss = visit("boss")
    headers = {"X-CSRFToken": boss.token("/console/")}
    for key, seen in (("events", "A001"), ("forks", "A001"), ("dead-letters", "A001"), ("tickets", "Z007")):
        page = boss.get(f"/console/{key}/list").text
        first = page.split('data-sa-pk="')[1].split('"')[0]
        told = [page, boss.get(f"/console/{key}/detail", params={"pk": first}).text]
        for kind in ("csv", "json"):
            asked = {"name": "export", "all": "1"}
            answer = boss.post(
                f"/console/_api/{key}/action", params=asked, headers=headers, data={"format": kind, "scope": "selected"}
            )
            assert answer.status_code == 200, answer.text
            told.append(answer.text)
        assert all(secret not in one and hashed(secret).hex()[:12] not in one for one in told), key
        assert any(seen in one for one in told), f"{key} shows nothing at all"
