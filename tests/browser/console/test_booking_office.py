"""The office's booking pages in a real browser: all of them at desktop and phone width, and their acts by hand."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import insert, update

from central.audit import Actor
from central.booking import seeding
from central.db.engine import writing
from central.db.tables import Booking, Grant, Slot, Unreconciled
from tests.booking_world import DAY
from tests.desk_office import NARROW, WIDE, DeskOffice, Seat


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[DeskOffice]:
    made = DeskOffice(f"sqlite:///{tmp_path / 'centre.db'}")
    seeding.seed(made.engine, 2026, made.at)
    yield made
    made.close()


def fill(office: DeskOffice) -> None:
    """Somebody to come tomorrow, a closure the day after, and one of everything there is to look at."""
    first = office.booked(1)
    office.booked(2, flags=("disabled", "interpreter"), name="阿卜杜拉·买买提热夏提·阿不都热合曼")
    wednesday = [slot for slot in office.slots() if slot.day == "2026-11-25"]
    office.booked(3, slot=wednesday[0].id)
    text = {"zh": "因停电暂停办公。" * 20, "en": "Closed because of a power cut. " * 8}
    office.desk.close_hall(
        "hall", Actor("boss"), from_at=office.at + 2 * DAY, until_at=office.at + 2 * DAY + DAY // 3, cause="power",
        text=text,
    )  # fmt: skip
    with writing(office.engine).begin() as connection:
        connection.execute(update(Booking).where(Booking.id == first.id).values(flag="excess"))
        connection.execute(update(Slot).where(Slot.id == wednesday[3].id).values(granted=2))
        connection.execute(
            insert(Grant).values(
                id="g1", slot=wednesday[3].id, node="hall", epoch="e0", n=2, state="frozen", issued_at=office.at
            )
        )
        connection.execute(insert(Unreconciled).values(hall="other", generation="g2", since=office.at, parts=[]))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_of_the_office_draws_and_fits(
    chromium: Browser, office: DeskOffice, size: dict[str, int], language: str
) -> None:
    fill(office)
    seat = Seat(chromium, office, "hall-head", size=size, language=language)
    for path in (
        "/bookings?day=2026-11-24", "/bookings/plan?day=2026-11-24", "/slots?hall=hall&service=social", "/hours",
        "/calendar", "/calendar?day=2026-10-01", "/booking-rules", "/closures", "/closures/1", "/closures/new", "/look",
    ):  # fmt: skip
        page = seat.go(path)
        expect(page.locator("h1").last).to_be_visible()
        assert seat.fits(), f"{path} runs out of the window"
    assert seat.faults == []
    seat.context.close()


@pytest.mark.clause("S0-19")
def test_a_whole_day_of_slots_is_closed_with_the_keyboard(chromium: Browser, office: DeskOffice) -> None:
    seat = Seat(chromium, office, "supervisor")
    page = seat.go("/slots?hall=hall&day=2026-11-24&service=social")
    page.locator("[data-all='2026-11-24']").focus()
    seat.press("Space")
    assert page.locator("input[name=slots]:checked").count() == 12
    seat.press("Alt+x")
    expect(page.locator(".alert-success")).to_contain_text("Slots set: 12.")
    expect(page.locator("td .hk-cell.hk-closed")).to_have_count(12)
    assert all(slot.closed for slot in office.slots() if slot.day == "2026-11-24")
    seat.context.close()


@pytest.mark.clause("S0-51")
def test_a_closure_is_declared_in_two_steps(chromium: Browser, office: DeskOffice) -> None:
    office.booked(1)
    seat = Seat(chromium, office, "supervisor")
    page = seat.go("/closures")
    seat.press("Alt+n")
    expect(page.locator("#f-from")).to_be_focused()
    page.fill("#f-from", "2026-11-24T09:00")
    page.fill("#f-until", "2026-11-24T17:00")
    seat.press("Enter")
    expect(page.get_by_text("It hits 1 booking")).to_be_visible()
    expect(page.locator("#f-text_en")).to_have_value(re.compile("Because of the weather Example hall is closed"))
    expect(page.get_by_role("button", name="Publish the closure")).to_be_focused()
    seat.press("Enter")
    expect(page.locator(".alert-success")).to_contain_text("Published")
    expect(page.locator(".hk-tile").first).to_contain_text("0 / 1")
    assert seat.faults == []
    seat.context.close()


def test_a_rule_that_cannot_be_comes_back_open_with_what_was_typed(chromium: Browser, office: DeskOffice) -> None:
    seat = Seat(chromium, office, "hall-head")
    page = seat.go("/booking-rules")
    line = page.locator(".hk-rules li", has_text="A slot lasts 30 min")
    line.get_by_text("Change", exact=True).click()
    page.fill("#f-slot_min", "3")
    page.press("#f-slot_min", "Enter")
    expect(page.locator("#f-slot_min")).to_be_focused()
    expect(page.locator("#fault-slot_min")).to_contain_text("from 5 to 240")
    page.fill("#f-slot_min", "20")
    page.press("#f-slot_min", "Enter")
    expect(page.locator(".hk-rules")).to_contain_text("A slot lasts 20 min; none ends after 16:30.")
    seat.context.close()
