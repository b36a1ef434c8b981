"""The slip's page on a phone: it keeps itself up to date, moves back, rates, and works without any script."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from contract.events import TicketMovedBack, TicketRated
from contract.rating_tags import TAGS
from edge.hall.commands import CallNext, Finish, IssueTicket, Start
from edge.web import progress_api
from tests.browser.kiosk_hall import PHONE, WIDE, CustomersHall
from tests.waiting import until

MINE = "MYOWNTOKEN234"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CustomersHall]:
    """Open pages ask again every second."""
    monkeypatch.setattr(progress_api, "AGAIN_S", 1)
    monkeypatch.setattr(progress_api, "AGAIN_UNKNOWN_S", 1)
    running = CustomersHall(tmp_path)
    yield running
    running.close()


@pytest.fixture
def open_page(browser: Browser, hall: CustomersHall) -> Iterator[Callable[..., Page]]:
    """Opens a page and fails the test if a script of it complained or the policy blocked anything."""
    complaints: list[str] = []
    contexts = []

    def opened(path: str = f"/t/{MINE}?lang=en", size: dict[str, int] = PHONE, scripts: bool = True) -> Page:
        context = browser.new_context(viewport=size, java_script_enabled=scripts)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(hall.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [one for one in complaints if not one.startswith("Failed to load resource")] == []


def test_the_page_follows_the_hall_without_being_loaded_again(hall: CustomersHall, open_page: Any) -> None:
    hall.take("savings"), hall.take("savings", token=MINE)
    phone = open_page()
    expect(phone.locator("#state .what")).to_have_text("1 before you")
    phone.evaluate("window.kept = true")
    hall.do(CallNext("1"))
    expect(phone.locator("#state .what")).to_have_text("You are next")
    hall.do(Start("1"), Finish("1"), CallNext("1"))
    expect(phone.locator("#state .what")).to_have_text("Please go to Counter 1 now")
    expect(phone.locator("#state")).to_have_class(re.compile(r"\bgo\b"))
    hall.do(Start("1"), Finish("1"))
    expect(phone.locator("input[name=level]")).to_have_count(5)
    assert phone.evaluate("window.kept") is True


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_customer_lets_others_go_first(hall: CustomersHall, open_page: Any, scripts: bool) -> None:
    hall.take("savings", token=MINE), hall.take("savings", 2)
    phone = open_page(f"/t/branch/{MINE}?lang=zh", scripts=scripts)
    phone.click("form[action*=move-back] button")
    expect(phone.locator(".told")).to_have_text("号码保留，稍后叫您。")
    [moved] = hall.events(TicketMovedBack)
    assert (moved.number, moved.by) == ("A001", "slip") and moved.after >= 1


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_five_levels_with_the_tags_of_the_one_chosen(hall: CustomersHall, open_page: Any, scripts: bool) -> None:
    hall.take("savings", token=MINE)
    hall.do(CallNext("1"), Start("1"), Finish("1"))
    phone = open_page(scripts=scripts)
    first, other = next(iter(TAGS[2])), next(iter(TAGS[5]))
    expect(phone.locator(f"input[value={first}]")).to_be_hidden()
    phone.check("input[name=level][value='2']")
    phone.check(f"input[value={first}]")
    expect(phone.locator(f"input[value={other}]")).to_be_hidden()
    phone.fill("textarea", "queued for an hour")
    phone.click("form[action*=rating] button")
    expect(phone.locator(".told").first).to_have_text("Thank you: your rating is recorded.")
    [rated] = hall.events(TicketRated)
    assert (rated.level, rated.tags, rated.comment) == (2, (first,), "queued for an hour")
    assert (rated.counter, rated.clerk, rated.source) == ("1", "clerk-1", "slip")


def test_a_form_being_filled_in_is_left_alone(hall: CustomersHall, open_page: Any) -> None:
    hall.take("savings", token=MINE)
    hall.do(CallNext("1"), Start("1"), Finish("1"))
    phone = open_page()
    phone.fill("textarea", "slowly typed")
    for _ in range(2):
        with phone.expect_response(lambda answer: "/t/" in answer.url):
            pass
    expect(phone.locator("textarea")).to_have_value("slowly typed")


def test_a_slip_faster_than_its_news_is_found_when_it_is_known(hall: CustomersHall, open_page: Any) -> None:
    phone = open_page()
    expect(phone.locator("#state")).to_contain_text("No number of this hall belongs to this address.")
    hall.take("savings", token=MINE)
    expect(phone.locator(".mine strong")).to_have_text("A001")


def test_a_hall_out_of_reach_is_said(hall: CustomersHall, open_page: Any) -> None:
    hall.take("savings", token=MINE)
    phone = open_page()
    expect(phone.locator("#old")).to_be_hidden()
    hall.server.stop()
    expect(phone.locator("#old")).to_be_visible()
    expect(phone.locator(".mine strong")).to_have_text("A001")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_the_page_is_no_wider_than_the_phone(
    hall: CustomersHall, open_page: Any, size: dict[str, int], lang: str
) -> None:
    hall.do(IssueTicket("savings", MINE, "test", journey="home"))
    hall.take("savings")
    phone = open_page(f"/t/{MINE}?lang={lang}", size)
    expect(phone.locator(".stages li")).to_have_count(3)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    until(lambda: phone.evaluate("document.fonts.status") == "loaded")
