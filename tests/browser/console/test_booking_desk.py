"""The booking desk in a real browser: a call from the first ring to the code told, without a mouse; phone width; no
scripts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import select

from central.db.tables import Booking
from tests.booking_world import id_number
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
    yield made
    made.close()


@pytest.mark.clause("S0-10")
@pytest.mark.clause("S0-13")
def test_a_call_is_booked_with_the_keyboard_alone(chromium: Browser, office: DeskOffice) -> None:
    seat = Seat(chromium, office, "operator")
    page, keys = seat.go("/desk"), seat.page.keyboard
    expect(page.locator("#asked")).to_be_focused()
    keys.type("139 0000 0042")
    seat.press("Enter")
    expect(page.get_by_text("Nothing was found")).to_be_visible()
    seat.press("Alt+b")
    expect(page.locator("#f-phone")).to_have_value("139 0000 0042")
    expect(page.locator("#f-matter")).to_be_focused()
    keys.type("J")  # the only one that begins so; letters that come slowly each begin anew
    expect(page.locator("#hk-guide")).to_contain_text("ID card")
    expect(page.locator("#f-matter")).to_be_focused()
    seat.press("Tab")
    seat.press("ArrowRight")
    expect(page.locator("input[name=day]:checked + span")).to_contain_text("Tue, Nov 24")
    seat.press("Tab")
    seat.press("Space")
    seat.press("ArrowRight")
    expect(page.locator("input[name=slot]:checked + span")).to_contain_text("09:30–10:00")
    seat.press("Alt+c")
    keys.type("李小明")
    seat.press("Alt+i")
    keys.type(id_number(42)[:-1])
    seat.press("Enter")
    expect(page.locator("#f-id_number")).to_be_focused()
    expect(page.locator("#fault-id_number")).to_be_visible()
    seat.press("End")
    keys.type(id_number(42)[-1])
    seat.press("Enter")
    expect(page.locator(".hk-read")).to_contain_text("139 0000 0042")
    expect(page.locator("#f-readback")).to_be_focused()
    expect(page.locator("#hk-timer")).to_have_text(re.compile(r"^\d+:\d\d$"))
    seat.press("Space")
    seat.press("Enter")
    expect(page.locator("#hk-code-told")).to_have_text(re.compile(r"^\w{4}-\w{4}-\w{4}$"))
    with office.engine.connect() as connection:
        made = connection.execute(select(Booking.status, Booking.channel, Booking.readback)).one()
    assert tuple(made) == ("confirmed", "hotline", True)
    seat.press("Alt+f")
    expect(page.locator("#asked")).to_be_focused()
    assert all("422" in one for one in seat.faults), "nothing but the refused answer"
    seat.context.close()


@pytest.mark.clause("S0-11")
def test_the_desk_works_without_scripts(chromium: Browser, office: DeskOffice) -> None:
    seat = Seat(chromium, office, "receptionist", scripts=False)
    page = seat.go("/desk/new?channel=onsite")
    page.select_option("#f-matter", "join")
    with page.expect_navigation():
        page.get_by_role("button", name="Show the times").click()
    page.fill("#f-name", "李小明")
    page.fill("#f-phone", "13900000007")
    page.fill("#f-id_number", id_number(7))
    page.locator(".hk-times", has_text="Wed, Nov 25").locator("input[name=slot]").first.check()
    page.press("#f-name", "Enter")
    page.check("#f-readback")
    page.get_by_role("button", name="Book B").click()
    expect(page.locator("#hk-code-told")).to_be_visible()
    expect(page.locator(".hk-tell")).to_contain_text("Wed, Nov 25 09:00–09:30")
    seat.context.close()


@pytest.mark.clause("S0-21")
def test_a_booking_is_found_moved_and_cancelled_with_the_keyboard(chromium: Browser, office: DeskOffice) -> None:
    made = office.booked(1)
    seat = Seat(chromium, office, "operator")
    page, keys = seat.go("/desk"), seat.page.keyboard
    keys.type(made.code)
    seat.press("Enter")
    expect(page.locator("td a.hk-code")).to_be_focused()
    seat.press("Enter")
    expect(page.locator("#act-move")).to_be_visible()
    seat.press("Alt+m")
    expect(page.locator("#act-move")).to_have_attribute("open", "")
    seat.press("Tab")
    seat.press("ArrowRight")
    seat.press("Tab")
    seat.press("Space")
    seat.press("Enter")
    expect(page.locator(".alert-success")).to_contain_text("has its new time")
    expect(page.locator(".hk-facts").first).to_contain_text("Wed, Nov 25 09:00–09:30")
    seat.press("Alt+x")
    seat.press("Tab")
    seat.press("Tab")
    keys.type("fell ill")
    seat.press("Enter")
    expect(page.locator("h1 .badge").last).to_have_text("cancelled")
    assert seat.faults == []
    seat.context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_of_the_desk_draws_and_fits(
    chromium: Browser, office: DeskOffice, size: dict[str, int], language: str
) -> None:
    plain = office.booked(1)
    claim = office.booked(2, matter="claim", detail="A long story. " * 60, name="阿卜杜拉·买买提热夏提·阿不都热合曼")
    office.booked(3, matter="transfer", flags=("disabled", "interpreter"))
    pages = ["/desk", "/desk/new?matter=join", "/desk/new?matter=claim", f"/booking/{plain.id}?told=1",
             f"/booking/{claim.id}", "/review", f"/review/{claim.id}", "/calls", "/calls/1"]  # fmt: skip
    seat = Seat(chromium, office, "supervisor", size=size, language=language)
    for path in pages:
        page = seat.go(path)
        expect(page.locator("h1").last).to_be_visible()
        assert seat.fits(), f"{path} runs out of the window"
    assert seat.faults == []
    seat.context.close()
