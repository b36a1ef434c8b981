"""The supervisor's page in a real browser: the hall at a glance, and orders that are proven."""

from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from contract.directives import BookingAdded
from contract.events import AlarmClosed, ChecklistTicked, DirectiveTaken, EpochBegun, HallSuspended, VoidLifted
from edge.hall.commands import CallNext, LogIn, RaiseAlarm, Record, Start

PIN = "7294"
MINUTE = 60_000
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def page(hall: Any, open_page: Any) -> Page:
    opened: Page = open_page("/supervisor?lang=en")
    expect(opened.locator("#queues tr")).to_have_count(2)
    return opened


def prove(page: Page, pin: str = PIN) -> None:
    page.select_option("#dialog-by", "9001")
    page.fill("#dialog-pin", pin)
    page.click("#dialog-submit")


def booked(hall: Any, code: str, starts_at: int) -> None:
    told = BookingAdded(code, "2026-09-22", "social", starts_at, starts_at + 15 * MINUTE, "李*明")
    hall.do(Record(DirectiveTaken("g1", 1, f"d-{code}", "fact", "BookingAdded", msgspec.to_builtins(told))))


def test_queues_and_counters_follow_the_hall(hall: Any, page: Page) -> None:
    social, one = page.locator("[data-service=social]"), page.locator("[data-counter='1']")
    hall.ticket()
    expect(social.locator("[data-label=Waiting]")).to_have_text("1")
    expect(social).to_contain_text("none open")
    hall.do(LogIn("1", "1001"), CallNext("1"), Start("1"))
    expect(one).to_contain_text("being served")
    expect(one).to_contain_text("A001")
    expect(one).to_contain_text("王芳")
    expect(one.locator("[data-clock]")).to_contain_text("of 15 min")
    expect(social.locator("[data-label=Waiting]")).to_have_text("0")
    one.locator("a").click()
    expect(page.locator("#counter-name")).to_have_text("Counter 1")


def test_slips_an_old_image_does_not_know_are_named(hall: Any, page: Page) -> None:
    expect(page.locator("#lost-card")).to_be_hidden()
    hall.ticket()
    hall.do(Record(EpochBegun("e1", "the centre: an old image", 9, number_floor=200)))
    expect(page.locator("#lost-what")).to_contain_text("slips A002–A200")
    expect(page.locator("#lost-when")).to_contain_text("old or damaged record")


def test_the_hall_is_closed_with_a_reason_by_who_proves_it(hall: Any, page: Page) -> None:
    page.click("#suspend")
    page.fill("#dialog-reason", "power failure")
    prove(page, "1111")
    expect(page.locator("#dialog-problem")).to_contain_text("PIN is wrong")
    assert hall.line.view.suspended is None
    prove(page)
    expect(page.locator("#suspended")).to_contain_text("power failure")
    assert [(one.reason, one.by) for one in hall.events(HallSuspended)] == [("power failure", "9001")]
    page.click("#resume")
    prove(page)
    expect(page.locator("#suspended")).to_be_hidden()


def test_an_emergency_takes_two_steps_and_no_pin(hall: Any, page: Page) -> None:
    page.click("#declare")
    page.click("#dialog-choices >> text=Fire")
    assert hall.line.view.emergency is None
    expect(page.locator("#dialog-title")).to_have_text("Declare: Fire?")
    expect(page.locator("#dialog-pin")).to_have_count(0)
    page.click("#dialog-submit")
    expect(page.locator("#emergency")).to_contain_text("Fire")
    assert hall.line.view.emergency == "fire"
    page.click("#end-emergency")
    expect(page.locator("#dialog-pin")).to_be_visible()
    prove(page)
    expect(page.locator("#emergency")).to_be_hidden()


@pytest.mark.clause("S1-13")
def test_an_alarm_is_shown_at_once_and_closed_with_what_was_done(hall: Any, page: Page) -> None:
    hall.do(RaiseAlarm("help", "counter:2", "1002"))
    alarm = page.locator("[data-alarm=help]")
    expect(alarm).to_contain_text("Counter 2")
    alarm.locator("button").click()
    page.fill("#dialog-note", "an upset customer, spoken with")
    prove(page)
    expect(page.locator("#alarms")).to_contain_text("No alarm is open")
    [closed] = hall.events(AlarmClosed)
    assert (closed.by, closed.note) == ("9001", "an upset customer, spoken with")


@pytest.mark.clause("S2-3")
def test_the_opening_checklist_is_gone_through_beside_the_devices_test(hall: Any, page: Page) -> None:
    expect(page.locator("[data-list=opening]")).to_contain_text("late: due at 08:45")
    expect(page.locator("[data-close=opening]")).to_be_disabled()
    page.click("[data-item=tidy] [aria-label='In order']")
    page.click("#dialog-submit")
    expect(page.locator("[data-item=tidy]")).to_contain_text("in order")
    page.click("[data-item=devices] [aria-label='Not in order']")
    page.click("#dialog-submit")
    assert page.locator("#dialog").is_visible()  # what is wrong must be said
    page.fill("#dialog-note", "board 2 dark")
    page.click("#dialog-submit")
    expect(page.locator("[data-item=devices]")).to_contain_text("board 2 dark")
    page.click("[data-close=opening]")
    prove(page)
    expect(page.locator("[data-list=opening]")).to_contain_text("closed late")
    assert [(one.item, one.ok) for one in hall.events(ChecklistTicked)] == [("tidy", True), ("devices", False)]
    page.click("#test")
    page.click("#dialog-submit")
    expect(page.locator("#toast")).to_have_text("1 device failed.")
    assert len(hall.tested) == 1


@pytest.mark.clause("S0-47")
def test_a_void_booking_is_lifted_with_reason_and_consent(hall: Any, page: Page) -> None:
    booked(hall, "BK1", hall.now() + MINUTE)
    line = page.locator("[data-booking=BK1]")
    expect(line).to_contain_text("expected")
    hall.clock.advance(20 * MINUTE)
    expect(line).to_contain_text("void")
    line.locator("button").click()
    page.fill("#dialog-reason", "train was late")
    prove(page)
    assert page.locator("#dialog").is_visible() and hall.events(VoidLifted) == []  # nobody was asked
    page.check("#dialog-consent")
    prove(page)
    expect(line).to_contain_text("arrived")
    expect(line).to_contain_text("A001")
    [lifted] = hall.events(VoidLifted)
    assert (lifted.by, lifted.reason, lifted.consent) == ("9001", "train was late", True)


def test_devices_slips_and_rules_are_there(hall: Any, page: Page, open_page: Any) -> None:
    expect(page.locator("[data-device=printer]")).to_contain_text("ok")
    hall.panel.paper_out = True
    expect(page.locator("[data-device=printer]")).to_contain_text("paper is out")
    expect(page.locator("#rules li").first).to_contain_text("1 of 3 calls go to the priority lane")
    chinese = open_page("/supervisor?lang=zh")
    expect(chinese.locator("#rules li").first).to_contain_text("每3次叫号中有1次叫优先通道")
    expect(page.locator("nav a[href^='/sheet']")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_fits_its_screen(hall: Any, open_page: Any, lang: str, size: dict[str, int]) -> None:
    hall.do(LogIn("1", "1001"), RaiseAlarm("silent", "counter:1", "1001"))
    hall.ticket()
    booked(hall, "BK1", hall.now() + MINUTE)
    page = open_page(f"/supervisor?lang={lang}", size)
    expect(page.locator("[data-booking=BK1]")).to_be_visible()
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
