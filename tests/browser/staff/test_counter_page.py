"""The clerk's terminal in a real browser, over the real line and journal: by keys, by clicks, by card."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from contract.catalogue import Rules
from contract.events import (
    AlarmRaised,
    CaseSuspended,
    CounterPaused,
    CustomerWelcomed,
    TicketCalled,
    TicketIssued,
    TicketTransferred,
)
from edge.devices.ports import Card
from edge.hall.commands import (
    CallNext,
    ChangeRules,
    DeclareEmergency,
    EndEmergency,
    LogIn,
    Pass,
    Pause,
    RaiseAlarm,
    Start,
)
from tests.browser.page_time import stand_still
from tests.browser.staff.conftest import idle, press, serving

BADGE = "04A23B1C"
PIN = "7294"
MINUTE = 60_000
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


# --- logging in ----------------------------------------------------------------


def test_a_clerk_with_a_pin_types_it_and_a_wrong_one_is_said(hall: Any, open_page: Any) -> None:
    page = open_page("/counter/1?lang=zh")
    page.click("[data-clerk='1001']")
    page.fill("#dialog-pin", "1111")
    page.click("#dialog-submit")
    expect(page.locator("#dialog-problem")).to_have_text("PIN码不正确。")
    assert page.get_attribute("#dialog-pin", "type") == "password"
    page.fill("#dialog-pin", PIN)
    press(page, "Enter")
    expect(page.locator("#clerk")).to_have_text("柜员：王芳")
    assert hall.counter().clerk == "1001"


def test_a_badge_on_the_counters_reader_logs_in_and_a_foreign_one_is_said(hall: Any, open_page: Any) -> None:
    page = open_page("/counter/1?lang=en")
    stand_still(page)
    page.click("[data-clerk='1003']")
    expect(page.locator("#toast")).to_have_text("Please lay the badge on the reader.")
    hall.reception.readings.read("r1", "counter:1", Card("badge", "badge", "04FFFFFF", ""))
    expect(page.locator("#toast")).to_contain_text("Nobody in this hall has this badge")
    hall.reception.readings.read("r1", "counter:1", Card("badge", "badge", BADGE, ""))
    expect(page.locator("#clerk")).to_have_text("Clerk: 赵敏")
    expect(page.locator("#toast")).to_be_hidden()


def test_a_clerk_with_neither_logs_in_by_name_and_out_again(hall: Any, open_page: Any) -> None:
    page = open_page("/counter/1?lang=en")
    page.click("[data-clerk='1002']")
    expect(page.locator("#clerk")).to_have_text("Clerk: 李强")
    page.click("#logout")
    expect(page.locator("#login")).to_be_visible()


# --- room on the screen --------------------------------------------------------


@pytest.mark.parametrize("size", [WIDE, {"width": 1024, "height": 768}], ids=["wide", "small"])
@pytest.mark.parametrize("here", ["nobody", "customer"])
def test_the_keys_stay_in_the_window_however_long_the_lists(
    hall: Any, counter: Page, here: str, size: dict[str, int]
) -> None:
    for _ in range(12):
        hall.ticket()
        hall.do(CallNext("1"), Pass("1"))
    if here == "customer":
        hall.ticket("estate")
        hall.do(CallNext("1"), Start("1"))
    for _ in range(12):
        hall.ticket()
    hall.do(RaiseAlarm("help", "counter:2", "1003"), DeclareEmergency("power", "9001"))
    counter.set_viewport_size(size)  # type: ignore[arg-type]
    expect(counter.locator("#passed li")).to_have_count(12)
    expect(counter.locator("#emergency")).to_be_visible()
    expect(counter.locator("#alarms")).to_be_visible()
    height = "document.documentElement.scrollHeight"
    assert counter.evaluate(f"{height} <= innerHeight")
    for key in counter.locator("#actions .button").all():
        box = key.bounding_box()
        assert box is not None and box["y"] + box["height"] <= size["height"]
    counter.locator("#passed li").last.scroll_into_view_if_needed()
    expect(counter.locator("#passed li").last).to_be_in_viewport()


def test_who_is_here_waited_as_the_hall_counts_it(hall: Any, counter: Page) -> None:
    hall.do(CallNext("1"))
    expect(counter.locator("#now")).to_contain_text(re.compile(r"waited \d+ min before the call"))


def test_during_an_emergency_nobody_is_asked_to_call(hall: Any, counter: Page) -> None:
    expect(counter.locator("#now .idle")).to_have_text("Call the next number")
    hall.do(DeclareEmergency("fire", "9001"))
    expect(counter.locator("#now .idle")).to_have_text("Calls rest during the emergency")
    hall.do(EndEmergency("9001"))
    expect(counter.locator("#now .idle")).to_have_text("Call the next number")


# --- calling -------------------------------------------------------------------


def test_a_double_press_of_next_calls_one_customer(hall: Any, counter: Page) -> None:
    hall.ticket()
    counter.evaluate(
        "for (let n = 0; n < 2; n += 1)"
        " document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'n', bubbles: true}))"
    )
    expect(counter.locator("#now .number")).to_have_text("A001")
    assert hall.counter().waiting == 1


def test_passing_is_offered_after_the_rings_and_the_number_comes_back(hall: Any, counter: Page) -> None:
    counter.click("[data-action=next]")
    expect(counter.locator("#now .number")).to_have_text("A001")
    expect(counter.locator("#offer")).to_be_hidden()
    counter.click("[data-action=recall]")
    idle(counter)
    counter.click("#offer-pass")
    expect(counter.locator("#passed .number")).to_have_text("A001")
    counter.click("[data-action=undo]")
    expect(counter.locator("#now .number")).to_have_text("A001")
    press(counter, "p")
    expect(counter.locator("#passed .number")).to_have_text("A001")
    press(counter, "b")
    press(counter, "1")
    expect(counter.locator("#next-up .number")).to_have_text("A001")
    expect(counter.locator("#passed .number")).to_have_count(0)


def test_why_this_customer_is_said_in_words_and_who_is_next(hall: Any, counter: Page) -> None:
    hall.ticket(priority="elderly")
    hall.do(LogIn("2", "1003"))
    expect(counter.locator("#next-up .number")).to_have_text(["A002", "A001"])
    press(counter, "n")
    expect(counter.locator("#now .number")).to_have_text("A002")
    expect(counter.locator("#now")).to_contain_text("Elderly")
    expect(counter.locator("#now .why")).to_contain_text("priority lane's turn")
    expect(counter.locator("#now .why")).to_contain_text("2 waited")


def test_a_chosen_number_needs_a_reason_which_is_read_back(hall: Any, counter: Page) -> None:
    hall.ticket()
    press(counter, "c")
    counter.fill("#dialog-number", "A002")
    counter.click("#dialog-submit")
    assert counter.locator("#dialog").is_visible()  # no reason yet
    counter.fill("#dialog-reason", "had to fetch a paper")
    counter.click("#dialog-submit")
    expect(counter.locator("#now .number")).to_have_text("A002")
    expect(counter.locator("#now .why")).to_contain_text("Reason: had to fetch a paper")
    assert hall.events(TicketCalled)[-1].why.reason == "had to fetch a paper"


def test_a_customer_is_welcomed_and_sent_on_by_keys(hall: Any, counter: Page) -> None:
    press(counter, "n")
    expect(counter.locator("#status")).to_have_text("called")
    press(counter, "w")
    expect(counter.locator("[data-action=start]")).to_be_enabled()
    press(counter, "s")
    expect(counter.locator("#status")).to_have_text("being served")
    press(counter, "j")
    press(counter, "1")
    expect(counter.locator("#next-up .number")).to_have_text("A001")
    press(counter, "n")
    expect(counter.locator("#now .service")).to_have_text("Real estate")
    expect(counter.locator("#now .journey")).to_contain_text("✓ Social security")
    assert len(hall.events(CustomerWelcomed)) == 1


@pytest.mark.clause("S0-49")
def test_a_change_of_business_is_transferred_with_reason(hall: Any, counter: Page) -> None:
    hall.do(CallNext("1"))
    expect(counter.locator("#now .number")).to_have_text("A001")
    press(counter, "t")
    expect(counter.locator("#dialog-title")).to_have_text("Transfer A001 to")
    counter.fill("#dialog-reason", "change of business")
    counter.click("#dialog-choices >> text=Real estate")
    expect(counter.locator("#status")).to_have_text("free")
    [moved] = hall.events(TicketTransferred)
    assert (moved.to_service, moved.reason) == ("estate", "change of business")


def test_a_case_is_suspended_and_continued(hall: Any, counter: Page) -> None:
    serving(hall, counter)
    press(counter, "h")
    press(counter, "2")  # typed into the reason, since that comes first
    counter.fill("#dialog-reason", "seal")
    counter.click("[data-digit='3']")
    expect(counter.locator("#status")).to_have_text("free")
    case = counter.locator("#cases li")
    expect(case).to_contain_text("A001")
    expect(case).to_contain_text("waits for a step · seal")
    press(counter, "k")
    press(counter, "1")
    expect(counter.locator("#status")).to_have_text("being served")
    assert [one.kind for one in hall.events(CaseSuspended)] == ["step"]


@pytest.mark.clause("S1-23")
def test_a_customer_without_a_ticket_gets_one_at_the_window(hall: Any, open_page: Any) -> None:
    hall.do(LogIn("1", "1002"))
    page = open_page("/counter/1?lang=en")
    expect(page.locator("[data-action=walkup]")).to_be_enabled()
    press(page, "v")
    page.click("#dialog-choices >> text=Social security")
    expect(page.locator("#now .number")).to_have_text("A001")
    [issued] = hall.events(TicketIssued)
    assert issued.cause == "came without a ticket" and hall.events(TicketCalled)[0].counter == "1"
    hall.do(ChangeRules(Rules(adhoc=False)))
    expect(page.locator("[data-action=walkup]")).to_be_disabled()


# --- clocks and pauses -----------------------------------------------------------


@pytest.mark.clause("S0-38")
def test_the_clock_warns_before_the_limit_and_tells_the_overrun_on_both_pages(
    hall: Any, counter: Page, open_page: Any
) -> None:
    """Simple: 15 min, told 2 min before; the supervisor sees the same, and neither by colour alone."""
    serving(hall, counter)
    supervisor = open_page("/supervisor?lang=en")
    card = supervisor.locator("[data-counter='1']")
    expect(counter.locator("#clock")).to_contain_text("of 15 min")
    expect(counter.locator("#warned")).to_be_hidden()
    hall.clock.advance(13 * MINUTE + 1000)
    expect(counter.locator("#clock")).to_contain_text(re.compile(r"[01]:\d\d left"))
    expect(counter.locator("#warned")).to_contain_text("nearly over")
    expect(card).to_contain_text("nearly over")
    hall.clock.advance(3 * MINUTE)
    expect(counter.locator("#clock")).to_contain_text(re.compile(r"over the limit by [1-3]:\d\d"))
    expect(counter.locator("#warned")).to_contain_text("The counter time is over")
    expect(card).to_contain_text("The counter time is over")
    expect(card).to_contain_text("over the limit by")


@pytest.mark.clause("S0-38")
def test_a_complex_service_has_the_longer_limit(hall: Any, open_page: Any) -> None:
    hall.do(LogIn("2", "1002"))
    hall.ticket("estate")
    hall.do(CallNext("2"), Start("2"))
    page = open_page("/counter/2?lang=en")
    expect(page.locator("#clock")).to_contain_text("of 45 min")


@pytest.mark.clause("S1-18")
def test_a_counter_idle_while_people_wait_is_told_of_on_both_pages(hall: Any, counter: Page, open_page: Any) -> None:
    supervisor = open_page("/supervisor?lang=en")
    hall.clock.advance(5 * MINUTE + 1000)
    expect(counter.locator("#warned")).to_contain_text("this counter is idle")
    expect(supervisor.locator("[data-counter='1'] [data-warned=idle]")).to_be_visible()


@pytest.mark.clause("S1-19")
@pytest.mark.clause("S1-20")
def test_a_pause_names_reason_and_cover_lets_others_call_and_is_told_of_when_long(
    hall: Any, counter: Page, open_page: Any
) -> None:
    press(counter, "z")
    counter.select_option("#dialog-cover", "1001")
    counter.check("#dialog-reroute")
    counter.click("#dialog-choices >> text=Meal")
    expect(counter.locator("#now")).to_contain_text("Covered by 王芳")
    expect(counter.locator("#now")).to_contain_text("Meal")
    [paused] = hall.events(CounterPaused)
    assert (paused.reason, paused.cover) == ("meal", "1001")
    hall.clock.advance(15 * MINUTE + 1000)
    expect(counter.locator("#warned")).to_contain_text("longer than the rules allow")
    counter.click("[data-action=pause]")
    expect(counter.locator("#status")).to_have_text("free")


# --- help ------------------------------------------------------------------------


@pytest.mark.clause("S1-13")
def test_help_is_seen_by_colleagues_and_a_silent_alarm_by_the_supervisor_alone(
    hall: Any, counter: Page, open_page: Any
) -> None:
    colleague, supervisor = open_page("/counter/2?lang=en"), open_page("/supervisor?lang=en")
    press(counter, "x")
    press(counter, "1")
    expect(colleague.locator("#alarms")).to_have_text("Help wanted: Counter 1")
    idle(counter)
    before = counter.locator("body").inner_text()
    press(counter, "F9")
    expect(supervisor.locator("[data-alarm=silent]")).to_contain_text("Counter 1")
    assert [one.kind for one in hall.events(AlarmRaised)] == ["help", "silent"]
    for page in (counter, colleague):
        expect(page.locator("body")).not_to_contain_text(re.compile("silent", re.IGNORECASE))
    assert "Silent" not in before


def test_an_emergency_stops_calling_and_says_so(hall: Any, counter: Page) -> None:
    hall.do(DeclareEmergency("fire", "9001"))
    expect(counter.locator("#emergency")).to_contain_text("Fire")
    expect(counter.locator("[data-action=next]")).to_be_disabled()
    hall.do(EndEmergency("9001"))
    expect(counter.locator("#emergency")).to_be_hidden()
    expect(counter.locator("[data-action=next]")).to_be_enabled()


# --- looks -----------------------------------------------------------------------


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_terminal_fits_its_screen(hall: Any, open_page: Any, lang: str, size: dict[str, int]) -> None:
    hall.do(LogIn("1", "1002"), LogIn("2", "1003"), Pause("2", "meal"), RaiseAlarm("help", "counter:3", "desk"))
    hall.ticket()
    hall.do(CallNext("1"), Start("1"))
    hall.clock.advance(14 * MINUTE)
    page = open_page(f"/counter/1?lang={lang}", size)
    expect(page.locator("#warned")).to_be_visible()
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if size is WIDE:  # every key in sight without scrolling, with two banners up
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    for key in ("t", "h", "i", "o", "e"):
        press(page, key)
        box = page.locator("#dialog").bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
        page.click("#dialog-close")
