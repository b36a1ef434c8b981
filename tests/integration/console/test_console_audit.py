"""The audit trail on the console: found, read, exported; by those with the right."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from central import audit
from central.audit import Actor
from central.db.engine import writing
from tests import console_world as world

HOSTILE = '=HYPERLINK("http://evil.example","<script>alert(1)</script>")'


@pytest.fixture
def trail(engine: Engine) -> None:
    with writing(engine).begin() as connection:

        def line(actor: str, action: str, id_: str, at: int, **more: Any) -> None:
            audit.record(connection, Actor(actor, "10.0.0.7"), action, action.split(".")[0], id_, at=at, **more)

        line("amy", "booking.cancelled", "K7Q2MX", world.at(9), before={"status": "confirmed"},
             after={"status": "cancelled"})  # fmt: skip
        line("amy", "person.viewed", "K7Q2MX", world.at(10), purpose="call: wants another slot")
        line("bob", "person.view_refused", "K7Q2MX", world.at(9, 24 * 60), after={"refused": "hall"})
        line(
            HOSTILE,
            "matter.changed",
            "tax",
            world.at(11),
            before={"name": {"zh": "税"}},
            after={"name": {"zh": HOSTILE}},
        )


def found(page: str) -> set[str]:
    codes = ("booking.cancelled", "person.viewed", "person.view_refused", "matter.changed")
    return {code for code in codes if f'd-block">{code}<' in page}


@pytest.mark.clause("S0-3")
@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"booking.cancelled", "person.viewed", "person.view_refused", "matter.changed"}),
        ("actor=amy", {"booking.cancelled", "person.viewed"}),
        ("action=person.", {"person.viewed", "person.view_refused"}),
        ("subject=booking", {"booking.cancelled"}),
        ("subject_id=K7", {"booking.cancelled", "person.viewed", "person.view_refused"}),
        ("subject_id=%25", set()),
        (f"until={world.DAY}", {"booking.cancelled", "person.viewed", "matter.changed"}),
        ("since=2026-11-21", {"person.view_refused"}),
        (f"since={world.DAY}&until={world.DAY}&actor=amy&action=person", {"person.viewed"}),
    ],
)
def test_the_trail_is_found_by_who_what_which_and_when(visit: Callable, query: str, expected: set[str]) -> None:
    answer = visit("guest").get("/console/audit?" + query)
    assert answer.status_code == 200
    assert found(answer.text) == expected


@pytest.mark.usefixtures("trail")
def test_a_line_tells_before_after_and_what_for(visit: Callable) -> None:
    page = visit("guest").get("/console/audit?subject_id=K7").text
    assert "<del>confirmed</del>" in page and "<ins>cancelled</ins>" in page
    assert "to call the customer: wants another slot" in page
    assert "10.0.0.7" in page


@pytest.mark.fault("F52")
@pytest.mark.usefixtures("trail")
def test_hostile_texts_are_harmless_on_the_page_and_in_the_file(visit: Callable) -> None:
    guest = visit("guest")
    assert "<script>alert(1)" not in guest.get("/console/audit").text
    answer = guest.get("/console/audit/export?action=matter")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    lines = answer.text.splitlines()
    assert lines[0].endswith("id,at,actor,action,subject,subject_id,before,after,purpose,source")
    assert "\"'=HYPERLINK(" in lines[1]
    assert not any(cell.lstrip('"').startswith(("=", "+", "@")) for cell in lines[1].split(","))
    assert len(lines) == 2
    assert found(guest.get("/console/audit?action=audit.exported").text) == set()
    assert "exported the audit trail" in guest.get("/console/audit?action=audit.exported").text


@pytest.mark.usefixtures("trail")
def test_a_day_that_is_none_is_said_beside_its_field(visit: Callable) -> None:
    guest = visit("guest")
    for query in ("since=yesterday", "until=2026-13-01", "until=9999-12-31"):
        answer = guest.get("/console/audit?" + query)
        assert answer.status_code == 422
        assert "A day is written like" in answer.text
    assert guest.get("/console/audit/export?since=yesterday").status_code == 422


def test_long_trails_are_read_page_by_page(visit: Callable, engine: Engine) -> None:
    with writing(engine).begin() as connection:
        for n in range(120):
            audit.record(connection, Actor("amy"), "note.made", "note", f"n{n:03d}", at=world.at(9))
    guest, seen, query = visit("guest"), [], "actor=amy"
    for _ in range(3):
        page = guest.get("/console/audit?" + query).text
        seen += [n for n in range(120) if f">n{n:03d}<" in page]
        if "before=" in page:
            query = "actor=amy&before=" + page.split("before=")[1].split('"')[0]
    assert sorted(seen) == list(range(120))


def test_only_who_has_the_right_reads_it(visit: Callable) -> None:
    office = visit("office")
    for page in ("/console/audit", "/console/audit/export"):
        assert office.get(page).status_code == 403
    assert visit(None).get("/console/audit", follow_redirects=False).status_code == 303


def test_times_among_the_values_are_said_as_times(visit: Callable, engine: Engine) -> None:
    with writing(engine).begin() as connection:
        until = {"deadline": world.at(15), "starts_at": world.at(16)}
        audit.record(connection, Actor("amy"), "booking.returned", "booking", "K7Q2MX", at=world.at(9), after=until)
    page = visit("guest").get("/console/audit").text
    assert f"<ins>{world.DAY} 15:00:00</ins>" in page and f"<ins>{world.DAY} 16:00:00</ins>" in page
    assert str(world.at(15)) not in page
