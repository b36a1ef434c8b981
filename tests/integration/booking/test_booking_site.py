"""The public site over either database: one customer's walk, and what everybody reads."""

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select, text

from central.audit import SYSTEM
from central.db.engine import writing
from central.db.tables import Booking, ENotice
from tests.booking_world import HOUR
from tests.public_world import PublicWorld, Visitor, words_of


@pytest.fixture
def public(database_url: str) -> Iterator[PublicWorld]:
    made = PublicWorld(database_url)
    yield made
    made.close()


def test_the_walk_of_a_customer(public: PublicWorld) -> None:
    visitor = Visitor(public)
    assert "Tomorrow 144 places free" in words_of(visitor.go("/"))
    assert "Your visit is booked" in visitor.book(matter="household-book", nth=2)
    with public.engine.connect() as connection:
        booking = connection.execute(select(Booking)).one()
    public.at += 6000
    assert "Tomorrow 143 places free" in words_of(visitor.go("/"))
    visitor.go("/b/move?day=2026-11-25")
    visitor.follow("09:30–10:00")
    assert "has a new time" in visitor.send()
    visitor.go("/b/change?matter=household-move&day=2026-11-26")
    visitor.follow("14:00–14:30")
    assert "Your wish is with the staff" in visitor.send()
    with writing(public.engine).begin() as connection:
        connection.execute(
            insert(ENotice).values(
                code="RESULT2345", booking=booking.id, node="n", ticket="t", number="N-17", outcome="success", note="",
                collect="", failure=None, at=public.at,
            )
        )  # fmt: skip
    visitor.go("/results")
    assert "N-17" in visitor.send(code="RESULT2345", tail="0001")
    visitor.go("/b")
    visitor.send(code=booking.code, tail="0001")
    visitor.follow("Cancel the booking")
    page = words_of(visitor.send())
    assert "Your booking is cancelled" in page and "withdrawn" in page
    with public.engine.connect() as connection:
        assert connection.scalar(text("SELECT sum(taken) FROM slots")) == 0


def test_halls_closures_and_strange_ids(public: PublicWorld) -> None:
    closing = {"zh": "停电", "en": "No power"}
    public.desk.close_hall(
        "north-hall", SYSTEM, from_at=public.at, until_at=public.at + HOUR, cause="power", text=closing
    )
    visitor = Visitor(public)
    assert "No power" in words_of(visitor.go("/h/north-hall"))
    for path in ("/h/a%00b", "/h/%F0%9F%98%80", "/b/a%00", "/offers/a%00b", "/results/a%00",
                 "/h/central-hall/book?matter=%00&slot=%00",
                 "/h/central-hall/book?matter=household-book&day=%00", "/h/central-hall/guide/%00"):  # fmt: skip
        assert visitor.http.get(path).status_code < 500, path
    visitor.go("/b")
    visitor.send(422, code="a\x00b'--", tail="\x00")
    visitor.send(404, code="a\x00b'--", tail="\x001")
