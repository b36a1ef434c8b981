"""The menu tells how much work waits behind its entries: for one's rights, in one's halls, said in words too."""

import re
from typing import Any

import pytest
from sqlalchemy import insert, update

from central.booking.desk import Who
from central.console.menu.counts import KEPT_S, Counts
from central.console.menu.waiting_query import waiting
from central.console.people.accounts import Wanted, create_user
from central.db.engine import writing
from central.db.tables import Alert, Booking, Grant, Relay, Slot, Unreconciled
from central.people.roles import STAFF_ROLES
from central.people.scope import Staff
from tests.desk_visitor import Clerk
from tests.desk_world import PASSWORD, DeskWorld

ALL = {"review": 2, "calls": 1, "lost": 1, "look": 3, "alerts": 3, "relays": 1}


@pytest.fixture
def busy(world: DeskWorld) -> DeskWorld:
    """Something of each in the first hall; a review, an alert and a relay in the other one."""
    world.booked(1, matter="claim", detail="my pension")
    changed = world.booked(2)
    world.desk.ask_change(Who(changed.code), "transfer", world.slots("estate")[-1].id, reason="", channel="web")
    world.booked(3, matter="transfer")
    lost = world.booked(4)
    slot = world.slots()[-1].id
    with writing(world.engine).begin() as connection:
        unknown = {"person": None, "person_key": None, "flag": "details_lost"}
        connection.execute(update(Booking).where(Booking.id == lost.id).values(**unknown))
        connection.execute(update(Slot).where(Slot.id == slot).values(granted=2))
        grants = [_grant("g1", slot, sold=0), _grant("g2", slot, sold=2), _grant("g3", slot, sold=1)]
        connection.execute(insert(Grant), grants)
        connection.execute(insert(Unreconciled).values(hall="other", generation="g", since=world.at, parts=[]))
        for hall in ("hall", "other", ""):
            connection.execute(insert(Alert).values(_alert(hall, world.at)))
        connection.execute(insert(Alert).values(_alert("hall", world.at) | {"about": "y", "acknowledged_at": world.at}))
        connection.execute(insert(Relay).values(_relay("hall", world.at)))
    return world


def _grant(id_: str, slot: str, sold: int) -> dict[str, Any]:
    return {"id": id_, "slot": slot, "node": "hall", "epoch": "e0", "n": 2, "sold": sold, "state": "frozen",
            "issued_at": 1}  # fmt: skip


def _alert(hall: str, at: int) -> dict[str, Any]:
    return {"hall": hall, "kind": "hall_offline", "about": "x", "facts": {}, "began_at": at}


def _relay(hall: str, at: int) -> dict[str, Any]:
    return {"hall": hall, "kind": "message", "text": "", "facts": {}, "created_at": at, "created_by": "x", "due_at": at}


def test_all_that_waits_is_counted_in_ones_halls(busy: DeskWorld) -> None:
    with busy.engine.connect() as connection:
        assert waiting(connection, Staff("x", STAFF_ROLES)) == ALL
        assert waiting(connection, Staff("x", STAFF_ROLES, ("hall",))) == ALL | {"alerts": 2, "look": 2}
        assert waiting(connection, Staff("x", STAFF_ROLES, ("other",))) == {"alerts": 2, "look": 1}
        assert waiting(connection, Staff("x", ("reviewer",))) == {"review": 2}
        assert waiting(connection, Staff("x", ("guide",))) == {}


def test_the_menu_says_it_in_words_to_who_may(busy: DeskWorld) -> None:
    page = Clerk(busy, "supervisor").page("/desk").text
    assert said(page) == {"review": 2, "calls": 1, "lost": 1, "look": 3, "alerts": 3, "relays": 1}
    assert "2 waiting</span>" in page
    assert "2 项待处理</span>" in Clerk(busy, "supervisor", "zh").page("/desk").text
    assert said(Clerk(busy, "reviewer").page("/review").text) == {"review": 2}
    assert said(Clerk(busy, "elsewhere").page("/desk").text) == {"alerts": 2, "look": 1}


def said(page: str) -> dict[str, int]:
    """Address of a menu's entry to the number beside it."""
    found = re.findall(r'class="dropdown-item[^"]*" href="[^"]*/console/([a-z-]+)">[^<]*<span class="badge hk-waits">'
                       r'<span aria-hidden="true">(\d+)', page)  # fmt: skip
    return {entry: int(n) for entry, n in found}


def test_one_entry_is_lit_on_each_page_of_the_menu(world: DeskWorld) -> None:
    create_user(world.engine, "boss", PASSWORD, wanted=Wanted(tuple(STAFF_ROLES)))
    clerk = Clerk(world, "boss")
    entries = re.findall(r'class="(?:nav-link|dropdown-item)[^"]*" href="([^"#]+)"', menu(clerk.page("/desk").text))
    assert len(entries) > 20
    for entry in entries:
        page = menu(clerk.get(entry).text)
        assert len(re.findall(r'class="(?:nav-link|dropdown-item) active fw-bold"', page)) == 1, entry
        groups = re.findall(r'<li class="nav-item dropdown active">.*?</li>', page, re.DOTALL)
        assert all("dropdown-item active" in one for one in groups), f"{entry}: only the group it stands in"


def menu(page: str) -> str:
    return page.partition('id="sidebar-menu"')[2].partition("</aside>")[0]


def test_what_was_done_is_counted_anew_at_once(busy: DeskWorld) -> None:
    clerk = Clerk(busy, "reviewer")
    assert said(clerk.page("/review").text) == {"review": 2}
    with busy.engine.connect() as connection:
        waits = connection.execute(Booking.__table__.select().where(Booking.status == "reviewing")).one()
    clerk.fill(f"/review/{waits.id}/decide/approve", f"/review/{waits.id}", {})
    assert busy.desk.find(Who(waits.code)).status == "confirmed"
    assert said(clerk.page("/review").text) == {"review": 1}


def test_counts_are_kept_for_a_few_seconds_by_kind_of_person(busy: DeskWorld) -> None:
    now = [0.0]
    counts = Counts(busy.engine, lambda: now[0])
    boss, other = Staff("boss", ("supervisor",)), Staff("other", ("supervisor",), ("other",))
    assert counts.of(boss)["calls"] == 1 and counts.fresh(other) is None
    busy.booked(9, matter="transfer", slot=busy.slots("estate")[-2].id)
    assert counts.of(Staff("deputy", ("supervisor",)))["calls"] == 1, "the same work"
    now[0] = KEPT_S
    assert counts.fresh(boss) is None and counts.of(boss)["calls"] == 2
    counts.forget()
    assert counts.fresh(boss) is None
