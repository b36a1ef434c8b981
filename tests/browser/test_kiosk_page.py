"""The kiosk in a real browser over the real line: numbers, check-in by every way, the demonstration, an empty screen
for the next customer."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from contract.directives import MatterPublished
from contract.events import BookingArrived, DirectiveTaken, IdentityVerified, KioskSessionEnded, TicketIssued
from contract.matters import Matter, ToBring
from edge.hall.commands import DeclareEmergency, EndEmergency, Record
from tests.browser.kiosk_hall import LI_MING, PHONE, PHONE_NUMBER, UPRIGHT, WIDE, CustomersHall
from tests.browser.page_time import stand_still
from tests.waiting import until


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[CustomersHall]:
    running = CustomersHall(tmp_path)
    yield running
    running.close()


@pytest.fixture
def open_page(browser: Browser, hall: CustomersHall) -> Iterator[Callable[..., Page]]:
    """Opens a page and fails the test if a script of it complained or the policy blocked anything."""
    complaints: list[str] = []
    contexts = []

    def opened(path: str = "/kiosk?lang=en", size: dict[str, int] = WIDE) -> Page:
        context = browser.new_context(viewport=size)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(hall.url + path)
        expect(page.locator("[data-service=savings]")).to_be_visible()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [one for one in complaints if not one.startswith("Failed to load resource")] == []


def way(kiosk: Page, name: str) -> None:
    kiosk.click("#checkin-open")
    kiosk.click(f"[data-way={name}]")


# --- taking a number ---------------------------------------------------------------


def test_a_simple_service_is_one_touch(hall: CustomersHall, open_page: Any) -> None:
    kiosk = open_page()
    kiosk.click("[data-service=savings]")
    expect(kiosk.locator("#ticket-number")).to_have_text("A001")
    assert len(hall.events(TicketIssued)) == 1


@pytest.mark.clause("S2-50")
def test_guide_materials_wait_and_other_ways_are_told_before_the_number(hall: CustomersHall, open_page: Any) -> None:
    hall.take("permits", 2)
    kiosk = open_page()
    kiosk.click("[data-service=permits]")
    said = kiosk.locator("#service-said")
    expect(said).to_contain_text("Come in person the first time")
    expect(said.locator("li").first).to_contain_text("Resident ID card")
    expect(said.locator("li").first.locator(".chip")).to_have_text("original")
    expect(said.locator(".wait")).to_contain_text(re.compile(r"Wait: about \d+ to \d+ min"))
    expect(said.locator(".wait")).to_contain_text("The wait is long at present.")
    for other in ("Renew online without coming.", "The west hall", "Less wait at present: ", "010-12345"):
        expect(said.locator(".list.ways")).to_contain_text(other)
    assert len(hall.events(TicketIssued)) == 2, "nothing is taken before the customer says so"
    kiosk.click("#service-take")
    expect(kiosk.locator("#ticket-number")).to_have_text("B003")


def test_the_matters_of_a_service_can_be_read_before_the_number(hall: CustomersHall, open_page: Any) -> None:
    """S1-14: as they are published, in both languages."""
    matter = Matter(
        id="first", version=2, service="permits", name={"zh": "首次申领", "en": "First permit"},
        sample={"zh": "王女士首次申领。", "en": "Ms Wang applies for the first time."}, limit_days=5,
        materials=(ToBring(id="lease", name={"zh": "租赁合同", "en": "Lease"}, original=True),),
    )  # fmt: skip
    fact = MatterPublished(matter)
    hall.do(Record(DirectiveTaken("g", 1, "d1", "fact", "MatterPublished", msgspec.to_builtins(fact))))
    for lang, words in (
        ("zh", ("租赁合同", "5 个工作日内办结", "王女士首次申领", "发布版本 2")),
        ("en", ("Lease", "within 5 working days", "Ms Wang applies", "Published version 2")),
    ):
        kiosk = open_page(f"/kiosk?lang={lang}")
        kiosk.click("[data-service=permits]")
        kiosk.click("#service-said .matter summary")
        for one in words:
            expect(kiosk.locator("#service-said .matter")).to_contain_text(one)


def test_a_service_that_is_closed_tells_other_ways_and_gives_no_number(hall: CustomersHall, open_page: Any) -> None:
    hall.take("permits", 3)
    kiosk = open_page()
    kiosk.click("[data-service=permits]")
    expect(kiosk.locator("#service-said")).to_contain_text("today's tickets are all taken")
    expect(kiosk.locator("#service-said")).to_contain_text("Renew online")
    expect(kiosk.locator("#service-take")).to_be_disabled()


def test_a_journey_takes_one_number_for_all(hall: CustomersHall, open_page: Any) -> None:
    kiosk = open_page()
    expect(kiosk.locator("[data-journey=home]")).to_contain_text("Enquiries → Residence permits → Taxes")
    kiosk.click("[data-journey=home]")
    expect(kiosk.locator("#ticket-number")).to_have_text("A001")
    [issued] = hall.events(TicketIssued)
    assert (issued.journey, issued.then) == ("home", ("permits", "tax"))


def test_the_class_for_failed_flows_is_not_for_choosing(hall: CustomersHall, open_page: Any) -> None:
    kiosk = open_page()
    expect(kiosk.locator("#classes button")).to_have_text(["Elderly"])


# --- checking in -------------------------------------------------------------------


@pytest.mark.clause("S4-29", "S0-29")
def test_a_card_checks_in_and_the_result_is_on_the_screen(hall: CustomersHall, open_page: Any) -> None:
    hall.book("BK1")
    kiosk = open_page()
    hall.lay()
    expect(kiosk.locator("#found .who")).to_contain_text("110***********002X")
    expect(kiosk.locator("#found .who")).to_contain_text("李*明")
    expect(kiosk.locator("body")).not_to_contain_text(LI_MING)
    kiosk.click("#found-checkin")
    expect(kiosk.locator("#ticket-number")).to_have_text("B001")
    expect(kiosk.locator("#ticket-outcome")).to_contain_text("You are checked in for 16:10")
    expect(kiosk.locator("#ticket-windows")).to_contain_text("Counter 2")
    expect(kiosk.locator("#ticket-place")).to_contain_text("Area B")
    expect(kiosk.locator("#ticket-advice")).to_contain_text("Please take your slip")
    [arrived] = hall.events(BookingArrived)
    [issued] = hall.events(TicketIssued)
    assert (arrived.method, arrived.ticket, issued.booking) == ("card", issued.ticket, "BK1")
    until(lambda: len(hall.events(IdentityVerified)) == 1)
    assert hall.events(IdentityVerified)[0].match == "same"


def test_a_code_by_the_keypad_alone(hall: CustomersHall, open_page: Any) -> None:
    hall.book("BK1")
    kiosk = open_page()
    way(kiosk, "code")
    for key in ("B", "K", "7", "back", "1"):
        kiosk.click(f"[data-key='{key}']")
    expect(kiosk.locator("#code")).to_have_value("BK1")
    kiosk.click("#entry-send")
    expect(kiosk.locator("#ticket-number")).to_have_text("B001")


def test_everything_goes_by_the_keyboard(hall: CustomersHall, open_page: Any) -> None:
    hall.book("BK1")
    kiosk = open_page()
    kiosk.focus("#checkin-open")
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#checkin-title")).to_be_focused()
    kiosk.keyboard.press("Tab")
    expect(kiosk.locator("[data-way=code]")).to_be_focused()
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#code")).to_be_focused()
    kiosk.keyboard.type("bk1")
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#ticket-number")).to_have_text("B001")
    expect(kiosk.locator("#ticket-done")).to_be_focused()


def test_phone_and_code(hall: CustomersHall, open_page: Any) -> None:
    hall.book("BK1")
    kiosk = open_page()
    way(kiosk, "phone")
    kiosk.fill("#phone", PHONE_NUMBER[:9])
    expect(kiosk.locator("#phone-hint")).to_have_text("9 of 11 digits")
    kiosk.fill("#phone", PHONE_NUMBER)
    kiosk.fill("#code", "BK1")
    kiosk.click("#entry-send")
    expect(kiosk.locator("#ticket-number")).to_have_text("B001")
    assert hall.events(BookingArrived)[0].method == "phone"


@pytest.mark.parametrize("how", ["reader", "typed"])
def test_a_scanned_code_is_found_whoever_types_it(hall: CustomersHall, open_page: Any, how: str) -> None:
    hall.book("BK1234")
    kiosk = open_page()
    if how == "reader":
        hall.scan("BK1234")
    else:
        stand_still(kiosk)  # between two letters of a scanner no time passes
        expect(kiosk.locator("[data-service=savings]")).to_be_visible()
        kiosk.keyboard.type("BK1234")
        kiosk.keyboard.press("Enter")
    kiosk.click("#found-checkin")
    expect(kiosk.locator("#ticket-number")).to_have_text("B001")


def test_the_code_of_a_slip_shows_its_number(hall: CustomersHall, open_page: Any) -> None:
    hall.take("savings", token="MYOWNTOKEN234")
    kiosk = open_page()
    hall.scan("https://halls.example/t/branch/MYOWNTOKEN234")
    expect(kiosk.locator("#slip-number")).to_have_text("A001")
    expect(kiosk.locator("#slip-state")).to_contain_text("0 before you")
    kiosk.click("#slip-done")
    expect(kiosk.locator("#slip")).to_be_hidden()


@pytest.mark.clause("S4-28")
def test_a_number_is_checked_while_it_is_typed(hall: CustomersHall, open_page: Any) -> None:
    hall.book("BK1")
    kiosk = open_page()
    way(kiosk, "number")
    hint = kiosk.locator("#id-number-hint")
    kiosk.fill("#id-number", LI_MING[:10])
    expect(hint).to_have_text("10 of 18 characters")
    kiosk.fill("#id-number", LI_MING[:-1] + "1")
    expect(hint).to_contain_text("The last character does not fit the others.")
    expect(kiosk.locator("#id-number")).to_have_attribute("aria-invalid", "true")
    kiosk.fill("#id-number", LI_MING)
    expect(hint).to_have_text("This number can be right.")
    kiosk.click("#entry-send")
    expect(kiosk.locator("#ticket-number")).to_have_text("B001")
    until(lambda: len(hall.events(IdentityVerified)) == 1)
    [verified] = hall.events(IdentityVerified)
    assert (verified.assurance, verified.reason) == ("low", "The card cannot be read")
    assert LI_MING not in kiosk.content()


@pytest.mark.clause("S4-25", "S4-27")
def test_steps_and_prompts_go_along_with_the_flow(hall: CustomersHall, open_page: Any) -> None:
    kiosk = open_page()
    expect(kiosk.locator(".doors .steps li")).to_have_text(
        ["Choose your business", "Take your slip", "Go to the window when your number is called"]
    )
    kiosk.click("#checkin-open")
    step, prompt = kiosk.locator("#checkin-steps [aria-current=step]"), kiosk.locator("#prompt")
    expect(step).to_have_text("Choose how")
    expect(prompt).to_have_text("Lay your card on the reader, or choose another way.")
    kiosk.click("[data-way=code]")
    expect(step).to_have_text("Show or type")
    expect(prompt).to_have_text("Hold the code under the scanner, or type it.")
    assert prompt.get_attribute("aria-live") == "polite"
    hall.fail("pulled", "The card was taken away too early.")
    expect(prompt).to_have_text("Please try once more, or choose another way below.")


# --- when it fails -----------------------------------------------------------------


def test_a_card_pulled_too_early_is_said_with_the_other_ways(hall: CustomersHall, open_page: Any) -> None:
    kiosk = open_page("/kiosk?lang=zh")
    hall.fail("pulled", "The card was taken away too early.")
    expect(kiosk.locator("#wrong")).to_contain_text("证件取走过早")
    expect(kiosk.locator("[data-way=number]")).to_be_visible()
    assert hall.events(BookingArrived) == []


@pytest.mark.clause("S4-31")
def test_a_failed_check_in_says_why_and_sends_to_a_window_with_priority(hall: CustomersHall, open_page: Any) -> None:
    hall.take("savings")
    kiosk = open_page()
    way(kiosk, "code")
    kiosk.fill("#code", "NOPE1")
    kiosk.click("#entry-send")
    expect(kiosk.locator("#wrong")).to_be_visible()
    expect(kiosk.locator("#sorry")).to_be_hidden()
    kiosk.click("#entry-send")
    expect(kiosk.locator("#sorry-reason")).to_contain_text("No booking belongs to this")
    kiosk.click("[data-fallback=savings]")
    expect(kiosk.locator("#ticket-number")).to_have_text("A002")
    issued = hall.events(TicketIssued)[-1]
    assert (issued.priority_class, issued.lane, issued.cause) == ("helped", "priority", "checkin_no_booking")


def test_a_void_booking_is_told_at_once(hall: CustomersHall, open_page: Any) -> None:
    hall.book("BK1", minutes=-30)
    kiosk = open_page("/kiosk?lang=zh")
    way(kiosk, "code")
    kiosk.fill("#code", "BK1")
    kiosk.click("#entry-send")
    expect(kiosk.locator("#sorry-reason")).to_contain_text("预约作废")


# --- an emergency ------------------------------------------------------------------


@pytest.mark.parametrize("size", [WIDE, UPRIGHT, PHONE], ids=["wide", "upright", "phone"])
def test_an_emergency_covers_everything_and_ends_by_itself(
    hall: CustomersHall, open_page: Any, size: dict[str, int]
) -> None:
    hall.book("BK1")
    kiosk = open_page(size=size)
    kiosk.click("[data-service=permits]")
    expect(kiosk.locator("#service")).to_be_visible()
    hall.do(DeclareEmergency("fire", "chief"))
    told = kiosk.locator("#emergency")
    expect(told).to_contain_text("火警")
    expect(told).to_contain_text("FIRE")
    at_each_corner = (
        "([x, y]) => document.elementFromPoint(x * (innerWidth - 2) + 1, y * (innerHeight - 2) + 1)"
        ".closest('#emergency') !== null"
    )
    assert all(kiosk.evaluate(at_each_corner, [x, y]) for x in (0, 0.5, 1) for y in (0, 0.5, 1))
    assert kiosk.locator("button:visible, a:visible, input:visible").count() == 0
    assert told.evaluate("(box) => box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight")
    hall.lay()
    hall.do(EndEmergency("chief"))
    expect(told).to_be_hidden()
    expect(kiosk.locator("[data-service=savings]")).to_be_visible()
    expect(kiosk.locator("#service")).to_be_hidden()
    expect(kiosk.locator("body")).not_to_contain_text("李*明")
    assert hall.events(TicketIssued) == []


# --- for everybody -----------------------------------------------------------------


@pytest.mark.clause("S4-24")
def test_who_is_here_for_the_first_time_is_shown_how(hall: CustomersHall, open_page: Any) -> None:
    kiosk = open_page()
    expect(kiosk.locator("#demo-open")).to_have_text("First time here? Show me how")
    kiosk.click("#demo-open")
    seen = []
    for _ in range(4):
        picture = kiosk.locator("#demo [data-picture]:visible")
        expect(picture).to_have_count(1)
        expect(kiosk.locator("#demo-text")).not_to_be_empty()
        seen.append(picture.get_attribute("data-picture"))
        kiosk.click("#demo-next")
    assert seen == ["choose", "slip", "called", "booking"]
    expect(kiosk.locator("#demo")).to_be_hidden()
    until(lambda: len(hall.events(KioskSessionEnded)) == 1)
    assert (hall.events(KioskSessionEnded)[0].flow, hall.events(KioskSessionEnded)[0].outcome) == ("demo", "completed")


def test_larger_type_and_high_contrast_are_one_touch(open_page: Any) -> None:
    kiosk = open_page()
    size = "() => parseFloat(getComputedStyle(document.querySelector('.service strong')).fontSize)"
    ground = "() => getComputedStyle(document.body).backgroundColor"
    before = kiosk.evaluate(size)
    kiosk.click("#larger"), kiosk.click("#contrast")
    assert kiosk.evaluate(size) > before
    assert kiosk.evaluate(ground) == "rgb(0, 0, 0)"
    expect(kiosk.locator("#contrast")).to_have_attribute("aria-pressed", "true")
    assert kiosk.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.clause("S4-39")
@pytest.mark.parametrize("what", ["typed", "card"])
def test_the_next_customer_finds_nothing_of_the_one_before(hall: CustomersHall, open_page: Any, what: str) -> None:
    hall.book("BK1")
    kiosk = open_page("/kiosk?lang=zh")
    stand_still(kiosk)
    kiosk.click("#contrast")
    if what == "typed":
        way(kiosk, "number")
        kiosk.fill("#id-number", LI_MING)
    else:
        hall.lay()
        expect(kiosk.locator("#found")).to_contain_text("李*明")
    expect(kiosk.locator("#leaving")).to_be_hidden()
    kiosk.clock.run_for(55_000)
    expect(kiosk.locator("#leaving")).to_be_visible()
    kiosk.clock.run_for(6_000)
    expect(kiosk.locator("#home")).to_be_visible()
    left = kiosk.evaluate(
        "document.documentElement.outerHTML + [...document.querySelectorAll('input')].map((i) => i.value).join()"
    )
    assert LI_MING not in left and "李*明" not in left and "110***" not in left
    expect(kiosk.locator("#contrast")).to_have_attribute("aria-pressed", "false")
    until(lambda: len(hall.events(KioskSessionEnded)) == 1)
    assert hall.events(KioskSessionEnded)[0].outcome == "abandoned"


@pytest.mark.clause("S4-39")
def test_a_number_is_read_in_twenty_seconds_and_a_touch_gives_as_many_again(
    hall: CustomersHall, open_page: Any
) -> None:
    kiosk = open_page("/kiosk?lang=en")
    stand_still(kiosk)
    kiosk.clock.run_for(15_000)
    kiosk.click("[data-service=savings]")
    number, left = kiosk.locator("#ticket-number"), kiosk.locator("#ticket-left")
    expect(number).to_have_text("A001")
    expect(left).to_have_text("20")
    kiosk.clock.run_for(18_000)
    expect(left).to_have_text("2")
    kiosk.keyboard.press("Shift")
    kiosk.clock.run_for(18_000)
    expect(number).to_have_text("A001")
    kiosk.clock.run_for(3_000)
    expect(number).to_have_text("")


def test_a_number_taken_leaves_the_screen_when_its_customer_is_done(hall: CustomersHall, open_page: Any) -> None:
    kiosk = open_page("/kiosk?lang=en")
    kiosk.click("[data-service=savings]")
    expect(kiosk.locator("#ticket-number")).to_have_text("A001")
    kiosk.click("#ticket-done")
    expect(kiosk).to_have_url(hall.url + "/kiosk")
    expect(kiosk.locator("#ticket-number")).to_have_text("")
    until(lambda: len(hall.events(KioskSessionEnded)) == 1)
    [ended] = hall.events(KioskSessionEnded)
    assert (ended.flow, ended.outcome) == ("ticket", "completed")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [WIDE, UPRIGHT, PHONE], ids=["wide", "upright", "phone"])
def test_no_screen_of_the_kiosk_is_wider_than_it_is(
    hall: CustomersHall, open_page: Any, size: dict[str, int], lang: str
) -> None:
    kiosk = open_page(f"/kiosk?lang={lang}", size)

    def fits() -> bool:
        return bool(kiosk.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    assert fits()
    kiosk.click("#checkin-open")
    assert fits()
    for name in ("code", "phone", "number"):
        kiosk.click(f"[data-way={name}]")
        assert fits(), name
        if size != PHONE:
            send = kiosk.locator("#entry-send")
            expect(send).to_be_in_viewport()
        kiosk.click("#checkin-back")
