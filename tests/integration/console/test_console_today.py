"""The page of daily figures, and its files."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from central.db.tables import TicketRow
from tests import console_world as world


def three_tickets(engine: Engine) -> None:
    """Waits of 2, 4 and 12 minutes; one passed; the longest service takes 20 minutes."""
    with Session(engine) as session, session.begin():
        session.execute(delete(TicketRow))
        for n, (wait, handling, status) in enumerate(((120, 600, "done"), (240, 1200, "done"), (720, None, "passed"))):
            row = TicketRow(
                node="node-001", ticket=f"20261120-A{n:03d}", hall="hall-001", day=world.DAY, number=f"A{n:03d}"
            )
            row.service, row.lane, row.source, row.status, row.marks = "savings", "ordinary", "kiosk", status, {}
            row.counter, row.clerk, row.hour, row.wait_s, row.handling_s = "1", "wang", 9, wait, handling
            row.issued_at, row.called_at = world.at(9, n), world.at(9, n) + wait * 1000
            row.level = 5 if n == 0 else None
            row.overruns, row.arrival = int(n == 1), (None, "on_time", "late")[n]
            row.turns, row.chosen, row.moves = 1, int(n == 0), 0
            row.acceptance, row.notices = (None, "hall-1", "hall-2")[n], (0, 0, 1)[n]
            row.verified, row.assurance = (None, "same", "other")[n], (None, "high", "low")[n]
            session.add(row)


def tiles(page: str) -> dict[str, str]:
    return dict(re.findall(r'<div class="hk-tile"><dt>(.*?)</dt><dd>(.*?)</dd>', page))


@pytest.mark.clause("S0-4")
@pytest.mark.clause("S1-24")
@pytest.mark.clause("S3-1")
def test_the_figures_of_a_hall_and_day(visit: Callable, engine: Engine) -> None:
    three_tickets(engine)
    page = visit("guest").get(f"/console/today?hall=hall-001&day={world.DAY}").text
    assert tiles(page) == {
        "Issued": "3",
        "Services done": "2",
        "Passed": "1",
        "Average wait": "6 min",
        "Median wait": "4 min",
        "P90 wait": "10 min 24 s",
        "Average handling": "15 min",
        "Median handling": "15 min",
        "P90 handling": "19 min",
        "Overrun": "50.0 %",
        "Rated": "50.0 %",
        "Satisfied": "100.0 %",
        "Late": "50.0 %",
        "Lifted voids": "0",
        "Exceptions per 1000 calls": "333.3",
        "Verified": "2",
        "Read by a reader": "50.0 %",
        "Typed by hand": "50.0 %",
        "Somebody else": "1",
        "Accepted at once": "50.0 %",
        "More than one notice": "0.0 %",
    }


def test_the_file_holds_the_same_figures_as_plain_numbers(visit: Callable, engine: Engine) -> None:
    three_tickets(engine)
    answer = visit("guest").get(f"/console/today/export?hall=hall-001&day={world.DAY}&table=services")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(r["service"], r["name"], r["issued"], r["wait_mean_s"], r["wait_p90_s"]) for r in rows] == [
        ("savings", "Savings", "3", "360.0", "624.0")
    ]
    assert (rows[0]["overrun_share"], rows[0]["late_share"], rows[0]["lifted_voids"]) == ("0.5", "0.5", "0")
    assert rows[0]["exceptions_per_1000_calls"] == "333.33"
    assert f"hallkeeper-hall-001-{world.DAY}-services.csv" in answer.headers["content-disposition"]


def test_the_rows_of_every_table_add_up_to_its_total(visit: Callable, engine: Engine) -> None:
    """Also those of counters, though some tickets are at none and one has two services."""
    three_tickets(engine)
    with Session(engine) as session, session.begin():
        for n, (counter, status, stage) in enumerate(((None, "waiting", 0), (None, "voided", 0), ("2", "done", 1))):
            row = TicketRow(
                node="node-001", ticket=f"20261120-B{n:03d}", hall="hall-001", day=world.DAY, number=f"B{n:03d}"
            )
            row.service, row.lane, row.source, row.status, row.marks = "loans", "ordinary", "kiosk", status, {}
            row.counter, row.stage, row.issued_at, row.hour = counter, stage, world.at(9, 30 + n), 9
            session.add(row)
    page = visit("guest").get(f"/console/today?hall=hall-001&day={world.DAY}").text
    tables = re.findall(r'<table class="table table-sm card-table hk-figures">.*?</table>', page, re.S)[:2]
    for one in tables:
        lines = [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", line) for line in re.findall(r"<tr.*?</tr>", one, re.S)[1:]]
        assert lines[-1][:4] == ["Total", "5", "3", "1"]
        assert [sum(int(line[column]) for line in lines[:-1]) for column in (1, 2, 3)] == [5, 3, 1]
    counters = tables[1]
    assert "Tickets, by their first service" in counters and "at no counter" in counters


def test_all_halls_add_up(visit: Callable, engine: Engine) -> None:
    with Session(engine) as session:
        tickets = len(session.scalars(select(TicketRow.ticket).where(TicketRow.day == world.DAY)).all())
    page = visit("guest").get(f"/console/today?hall=*&day={world.DAY}").text
    assert tiles(page)["Issued"] == str(tickets)
    answer = visit("guest").get(f"/console/today/export?hall=*&day={world.DAY}&table=halls")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert sum(int(row["issued"]) for row in rows) == tickets


def test_without_a_day_the_newest_one_is_shown_and_its_age_said(visit: Callable) -> None:
    page = visit("guest").get("/console/today?hall=hall-002").text
    assert world.DAY in page
    assert "days ago" in page or "yesterday" in page or "today" in page


def test_an_empty_day_says_so(visit: Callable) -> None:
    assert "No tickets on this day." in visit("guest").get("/console/today?hall=hall-001&day=2020-01-01").text


@pytest.mark.parametrize(
    ("query", "status"),
    [("hall=nowhere", 404), ("hall=hall-001&day=yesterday", 400), ("hall=hall-001&day=2026-02-30", 400)],
)
def test_what_cannot_be_shown_is_refused(visit: Callable, query: str, status: int) -> None:
    assert visit("guest").get(f"/console/today?{query}").status_code == status


def test_an_unknown_table_is_not_exported(visit: Callable) -> None:
    assert visit("guest").get("/console/today/export?hall=hall-001&table=secrets").status_code == 404
