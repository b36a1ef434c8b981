"""What a phone sees that scans a slip."""

import re
from typing import Any

import pytest
from sqlalchemy import text

from central.db.engine import writing
from contract import events as e
from tests.site_world import issued

WHY = e.Why("first_come", "savings", 0, 1)
T = "20261122-A001"
CALLED = e.TicketCalled(T, "A001", "2", "w07-Wang", WHY)
STARTED = e.ServiceStarted(T, "2", "w07-Wang")
DAY_MS = 86_400_000


def words(page: str) -> str:
    """What a person reads."""
    body = page.partition("<body>")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).strip()


def test_a_ticket_that_waits(hall: Any, scan: Any) -> None:
    hall.tell(*(issued(n) for n in (1, 2, 3)), issued(1, "loans"))
    page = words(scan("A003"))
    assert "A003" in page and "Savings" in page and "Example hall" in page
    assert "About 2 people are waiting before you" in page
    assert "Expected wait as printed about 5 to 12 minutes" in page
    assert "Issued 2026-11-22 12:00" in page, "in the hall's time zone"
    hall.tell(CALLED)
    assert "About 1 person is waiting before you" in words(scan("A003"))
    assert "You are probably next" in words(scan("A002"))
    assert "前方约有1人等待" in words(scan("A003", "zh"))
    assert "You are probably next" in words(scan("B001")), "another queue"


@pytest.mark.parametrize(
    ("steps", "english", "chinese"),
    [
        ([CALLED], "Please go to Counter 2", "请到2号窗口办理"),
        ([CALLED, STARTED], "You are being served at Counter 2", "正在2号窗口为您办理"),
        ([CALLED, STARTED, e.ServiceFinished(T, "2", "w07-Wang")], "Done. Thank you", "已办结"),
        ([CALLED, e.TicketPassed(T, "A001", "2")], "ask at the service desk", "请到大厅导办台咨询"),
        ([e.TicketVoided(T, "A001", "closing")], "This number is no longer valid", "此号码已失效"),
    ],
)
def test_what_becomes_of_it(hall: Any, scan: Any, steps: list[e.Event], english: str, chinese: str) -> None:
    hall.tell(issued(1), *steps)
    assert english in words(scan()) and chinese in words(scan(lang="zh"))
    assert "w07" not in scan() and "Wang" not in scan(), "nobody's name"
    moving = "Done" not in english and "no longer" not in english
    assert ('http-equiv="refresh" content="15"' in scan()) == moving


def test_a_counter_that_is_gone_keeps_its_number(hall: Any, scan: Any) -> None:
    hall.tell(issued(1), e.TicketCalled(T, "A001", "9", "w", WHY))
    assert "Please go to 9" in words(scan())


def test_nothing_is_promised_that_was_not_printed(hall: Any, scan: Any) -> None:
    hall.tell(issued(1, wait=None))
    assert "Expected wait" not in scan()


def test_a_time_nobody_knew_is_not_shown(hall: Any, scan: Any) -> None:
    hall.tell(issued(1), synced=False)
    assert "Issued" not in scan()


def test_what_nobody_knows_has_one_answer(hall: Any) -> None:
    hall.tell(issued(1))
    hall.bench.enrol(type(hall.node)("other"))
    paths = ["/t/bank/WRONG", "/t/other/TOKENA001", "/t/nowhere/TOKENA001", "/t/bank/a%00", "/t/b%00/TOKENA001",
             "/t/bank/" + "x" * 3000, "/t/bank/%ff%fe", "/t/bank/tokena001"]  # fmt: skip
    answers = [hall.phone().get(f"{path}?lang=en") for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "This slip is not known or too old" in answers[0].text
    hall.bench.wall += 4 * DAY_MS - 1000
    assert hall.phone().get("/t/bank/TOKENA001").status_code == 200
    hall.bench.wall += 2000
    late = hall.phone().get("/t/bank/TOKENA001?lang=en")
    assert (late.status_code, late.text) == (404, answers[0].text), "too old is not told from unknown"


def test_the_database_does_not_give_a_slip_away(hall: Any, scan: Any) -> None:
    hall.tell(issued(1))
    row = hall.bench.one("tickets")
    assert "TOKENA001" not in repr(row) and len(row["token"]) == 32
    assert hall.phone().get(f"/t/bank/{row['token'].hex()}").status_code == 404
    hall.bench.projector.rebuild()
    assert hall.bench.one("tickets") == row
    assert "A001" in scan()


def test_a_hall_that_is_offline_says_how_old_this_is(hall: Any, scan: Any) -> None:
    hall.tell(issued(1))
    hall.report(online=False)
    hall.bench.wall += 12 * 60_000
    page = words(scan())
    assert "The hall cannot be reached at present. This was true at 12:00, 12 minutes ago." in page
    assert "暂时无法与大厅联络。以下为12:00的情况（12分钟前）。" in words(scan(lang="zh"))
    hall.bench.wall += 30 * 3_600_000
    assert "This was true at 2026-11-22 12:00, 30 hours ago." in words(scan())


def test_a_hall_that_still_sends_old_events_says_how_late_they_are(hall: Any, scan: Any) -> None:
    hall.tell(issued(1))
    hall.node.record(CALLED, after_ms=5 * 60_000)
    hall.bench.wall = hall.node.clock
    hall.report()  # the state is ahead of the events
    assert "News of the hall come late. This was true at 12:00, 5 minutes ago." in words(scan())
    hall.tell(STARTED)
    assert "News of the hall" not in scan()


def test_a_fresh_page_has_no_warning(hall: Any, scan: Any) -> None:
    hall.tell(issued(1))
    assert 'class="warning"' not in scan()


def test_a_reader_may_stop_it_from_updating(hall: Any) -> None:
    hall.tell(issued(1))
    page = hall.phone().get("/t/bank/TOKENA001?lang=en").text
    [stop] = re.findall(r'href="([^"]+)">Stop updating', page)
    still = hall.phone().get(f"/t/bank/TOKENA001{stop}".replace("&amp;", "&")).text
    assert "refresh" not in still and "Update by itself" in still and "About" not in still
    assert 'lang="en"' in still, "the language stays"


def test_the_phones_language(hall: Any) -> None:
    hall.tell(issued(1))
    for header, lang in (("en-GB,en;q=0.9,zh;q=0.5", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("fr", "en")):
        page = hall.phone().get("/t/bank/TOKENA001", headers={"Accept-Language": header}).text
        assert f'<html lang="{lang}">' in page


def test_the_browser_is_told_to_keep_the_secret(hall: Any) -> None:
    hall.tell(issued(1))
    headers = hall.phone().get("/t/bank/TOKENA001").headers
    assert headers["referrer-policy"] == "no-referrer" and headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "noindex" in headers["x-robots-tag"]
    assert hall.phone().head("/t/bank/TOKENA001").status_code == 200


def test_a_name_with_markup_stays_text(hall: Any, scan: Any) -> None:
    with writing(hall.bench.database).begin() as connection:
        connection.execute(text('UPDATE halls SET name = \'{"en": "<script>alert(1)</script>"}\''))
    hall.tell(issued(1))
    assert "<script>" not in scan() and "&lt;script&gt;alert(1)" in scan()


def test_guesses_are_slowed_and_others_are_not(hall: Any) -> None:
    hall.tell(issued(1))
    guesser, customer = hall.phone("198.51.100.1"), hall.phone("198.51.100.2")
    statuses = [guesser.get(f"/t/bank/GUESS{n}").status_code for n in range(70)]
    assert statuses[:60] == [404] * 60 and statuses[-1] == 429
    busy = guesser.get("/t/bank/TOKENA001?lang=en")
    assert busy.status_code == 429 and busy.headers["retry-after"] == "60" and "Too many" in busy.text
    assert customer.get("/t/bank/TOKENA001").status_code == 200
    assert [customer.get("/t/bank/TOKENA001").status_code for _ in range(100)] == [200] * 100, "a hall's phones"


def test_a_database_that_is_away_is_a_page_too(hall: Any) -> None:
    hall.tell(issued(1))
    with writing(hall.bench.database).begin() as connection:
        connection.execute(text("ALTER TABLE tickets RENAME TO gone"))
    answer = hall.phone().get("/t/bank/TOKENA001?lang=en")
    assert answer.status_code == 503 and "cannot be shown at present" in answer.text
