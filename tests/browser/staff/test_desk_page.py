"""The service desk in a real browser, over the real line and journal: who asks, who arrives, who has a number."""

import re
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from contract import directives
from contract.events import (
    AlarmRaised,
    BookingArrived,
    DirectiveTaken,
    EnquiryAnswered,
    EnquiryOpened,
    IdentityVerified,
    TicketIssued,
    TicketMovedBack,
    VisitorRegistered,
)
from edge.devices.ports import Card
from edge.hall.commands import LogIn, OpenEnquiry, Record
from tests.browser.staff.conftest import idle, press
from tests.waiting import until

LI_MING = "11010519491231002X"
MINUTE = 60_000
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def desk(hall: Any, open_page: Any) -> Page:
    """In English; counter 1 is open and one customer waits."""
    hall.do(LogIn("1", "1002"))
    hall.ticket()
    page: Page = open_page("/desk?lang=en")
    expect(page.locator("[data-service=social]")).to_be_visible()
    page.select_option("#who", "1003")
    return page


def book(hall: Any, code: str, in_min: int, **more: Any) -> None:
    starts = hall.now() + in_min * MINUTE
    fact = directives.BookingAdded(
        code=code, day=hall.line.view.plan.day, service="social", starts_at=starts, ends_at=starts + 30 * MINUTE,
        name="李*", **more,
    )  # fmt: skip
    n = hall.line.view.seq
    hall.do(Record(DirectiveTaken("g", n, f"d{n}", "fact", "BookingAdded", msgspec.to_builtins(fact))))


# --- who asks --------------------------------------------------------------------


@pytest.mark.clause("S3-46")
def test_the_clock_of_an_enquiry_is_seen_and_turns_late(hall: Any, desk: Page) -> None:
    desk.click("#ask")
    clock = desk.locator("#open [data-asked]")
    expect(clock).to_contain_text("of 2:00")
    expect(clock).not_to_have_class(re.compile("over"))
    hall.clock.advance(121_000)
    desk.reload()  # a page is told the node's time every few seconds; one just opened at once
    expect(clock).to_have_class(re.compile("over"))
    expect(clock).to_contain_text("late")
    desk.fill("#summary", "opening hours")
    press(desk, "Enter")
    expect(desk.locator("#open li")).to_have_count(0)
    [told] = hall.events(EnquiryAnswered)
    assert (told.outcome, told.summary, told.late, told.by) == ("solved", "opening hours", True, "1003")
    expect(desk.locator("#figures")).to_contain_text("1 late")


@pytest.mark.clause("S2-8")
def test_a_first_solution_is_two_touches(hall: Any, desk: Page) -> None:
    press(desk, "a")
    expect(desk.locator("#open li")).to_have_count(1)
    desk.click("[data-category=policy]")
    expect(desk.locator("[data-category=policy]")).to_have_attribute("aria-pressed", "true")
    idle(desk)
    desk.click("#solved")
    expect(desk.locator("#toast")).to_contain_text("Helped in 0:")
    [told] = hall.events(EnquiryAnswered)
    assert (told.outcome, told.summary, told.ticket) == ("solved", "policy", None)
    expect(desk.locator("#figures")).to_contain_text("100 % at first contact")


@pytest.mark.clause("S2-8")
def test_the_right_window_is_shown_and_the_ticket_written(hall: Any, desk: Page) -> None:
    desk.click("#ask")
    expect(desk.locator("#open li")).to_have_count(1)
    desk.click("[data-service=social]")
    detail = desk.locator("#service")
    for words in ("Waiting: 1", "Windows: Counter 1", "Identity card", "original"):
        expect(detail).to_contain_text(words)
    desk.select_option("#priority", "elderly")
    idle(desk)
    desk.click("#write")
    expect(desk.locator("#sent")).to_contain_text("A002")
    expect(desk.locator("#sent")).to_contain_text("Counter 1")
    expect(desk.locator("#sent")).to_contain_text("The slip is being printed.")
    [told] = hall.events(EnquiryAnswered)
    issued = hall.events(TicketIssued)[-1]
    assert (told.outcome, told.ticket) == ("routed", issued.ticket)
    assert (issued.source, issued.priority_class) == ("desk", "elderly")


def test_a_double_press_gives_one_answer(hall: Any, desk: Page) -> None:
    desk.fill("#summary", "hours")
    desk.evaluate("for (let n = 0; n < 2; n += 1) document.getElementById('solved-form').requestSubmit()")
    expect(desk.locator("#toast")).to_contain_text("Helped")
    assert len(hall.events(EnquiryOpened)) == len(hall.events(EnquiryAnswered)) == 1


def test_several_wait_for_an_answer_and_the_chosen_one_gets_it(hall: Any, desk: Page) -> None:
    first = hall.do(OpenEnquiry("1003")).events[0].event.enquiry
    second = hall.do(OpenEnquiry("1003")).events[0].event.enquiry
    desk.click(f"[data-enquiry='{second}']")
    idle(desk)
    desk.click("#gone")
    expect(desk.locator("#open li")).to_have_count(1)
    desk.click("#has-number")
    desk.fill("#dialog-number", "a001")
    desk.click("#dialog-submit")
    expect(desk.locator("#open li")).to_have_count(0)
    told = hall.events(EnquiryAnswered)
    assert [(one.enquiry, one.outcome) for one in told] == [(second, "gone"), (first, "routed")]
    assert told[1].ticket.endswith("A001")


def test_what_is_kept_may_hold_no_long_number(hall: Any, open_page: Any) -> None:
    page = open_page("/desk?lang=zh")
    expect(page.locator("[data-service=social]")).to_be_visible()
    page.fill("#summary", LI_MING)
    idle(page)
    page.click("#solved")
    expect(page.locator("#toast")).to_contain_text("请勿填写长串号码")
    assert hall.events(EnquiryAnswered) == []


# --- who arrives -------------------------------------------------------------------


def test_a_card_on_the_desks_reader_checks_in_with_one_touch(hall: Any, desk: Page) -> None:
    book(
        hall, "K1001", 10, id_hmac=hall.reception.checkins.card(Card("social", "resident-id", LI_MING, ""), "x").id_hmac
    )
    expect(desk.locator("[data-booking=K1001]")).to_contain_text("expected")
    hall.reception.readings.read("r9", "desk", Card("social", "resident-id", LI_MING, "李明"))
    expect(desk.locator("#found")).to_contain_text("A booking of today waits for it.")
    expect(desk.locator("body")).not_to_contain_text(LI_MING)
    desk.click("#found-checkin")
    expect(desk.locator("#arrived")).to_contain_text("A002")
    expect(desk.locator("[data-booking=K1001]")).to_contain_text("arrived")
    [seen] = hall.events(IdentityVerified)
    assert (seen.by, seen.stage, seen.assurance) == ("1003", "arrival", "high")


def test_a_card_without_a_booking_is_said(hall: Any, desk: Page) -> None:
    hall.reception.readings.read("r9", "desk", Card("social", "resident-id", LI_MING, "李明"))
    expect(desk.locator("#found")).to_contain_text("No booking of today was found for this.")
    expect(desk.locator("#found-checkin")).to_have_count(0)
    hall.reception.readings.failed("r9", "desk", "pulled", "The card was pulled too early.")
    expect(desk.locator("#toast")).to_contain_text("pulled too early")


def test_by_hand_with_the_code_or_a_typed_number_and_a_reason(hall: Any, desk: Page) -> None:
    hmac = hall.reception.checkins.card(Card("social", "resident-id", LI_MING, ""), "x").id_hmac
    book(hall, "K1", 5)
    book(hall, "K2", 10, id_hmac=hmac)
    desk.fill("#dialog-code", "k1")
    desk.click("#checkin-send")
    expect(desk.locator("#arrived")).to_contain_text("A002")
    desk.click("[data-way=number]")
    desk.fill("#dialog-id_number", LI_MING)
    desk.fill("#dialog-reason", "card left at home")
    desk.click("#checkin-send")
    expect(desk.locator("#arrived")).to_contain_text("A003")
    expect(desk.locator("#dialog-id_number")).to_have_value("")
    [seen] = hall.events(IdentityVerified)
    assert (seen.method, seen.assurance, seen.reason, seen.by) == ("typed", "low", "card left at home", "1003")
    assert len(hall.events(BookingArrived)) == 2


# --- a number in hand, papers, help --------------------------------------------------


def test_a_number_is_explained_printed_again_and_moved_back(hall: Any, desk: Page) -> None:
    hall.ticket()
    desk.fill("#number", "a001")
    press(desk, "Enter")
    expect(desk.locator("#slip-said")).to_contain_text("It waits in its turn.")
    idle(desk)
    desk.click("#reprint")
    expect(desk.locator("#slip-said")).to_contain_text("A copy of A001 is printed.")
    assert [one.rpartition("-")[2] for one in hall.reprinted] == ["A001"]
    idle(desk)
    desk.click("#move-back")
    expect(desk.locator("#slip-said")).to_contain_text("A001 was moved back: 1 are before it now.")
    [moved] = hall.events(TicketMovedBack)
    assert moved.by == "1003"
    idle(desk)
    desk.click("#move-back")
    expect(desk.locator("#toast")).to_contain_text("Nobody waits behind A001")


def test_papers_of_the_desk_come_out_and_again(hall: Any, desk: Page) -> None:
    desk.click("#guide")
    press(desk, "1")
    expect(desk.locator("#toast")).to_have_text("The guidance sheet is printed.")
    desk.click("#visitor")
    for field, text in (("name", "王小明"), ("host", "李强"), ("purpose", "meeting")):
        desk.fill(f"#dialog-{field}", text)
    desk.click("#dialog-submit")
    expect(desk.locator("#dialog")).to_be_hidden()  # the toast before this one says "is printed" as well
    [visitor] = hall.events(VisitorRegistered)
    expect(desk.locator("#toast")).to_have_text(f"{visitor.number} is printed.")
    assert "小明" not in visitor.name_masked
    desk.click("#paper")
    desk.fill("#dialog-number", "X-1")
    desk.click("#dialog-submit")
    expect(desk.locator("#dialog-problem")).to_have_text("There is no paper with this number.")
    desk.fill("#dialog-number", visitor.number)
    desk.click("#dialog-submit")
    expect(desk.locator("#dialog")).to_be_hidden()
    assert len(hall.printed) == 3


def test_help_and_a_crowd_are_told_and_the_silent_alarm_shows_nothing(hall: Any, desk: Page) -> None:
    press(desk, "F9")
    desk.click("#crowd")
    desk.click("#dialog-submit")
    expect(desk.locator("#alarms")).to_contain_text("Service desk")
    desk.click("#help")
    press(desk, "1")
    expect(desk.locator("#toast")).to_have_text("Help has been called.")
    until(lambda: sorted(one.kind for one in hall.events(AlarmRaised)) == ["crowd", "help", "silent"])
    expect(desk.locator("#alarms")).not_to_contain_text(re.compile("silent", re.IGNORECASE))


# --- looks -----------------------------------------------------------------------


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_desk_fits_its_screen_and_names_every_field(
    hall: Any, open_page: Any, lang: str, size: dict[str, int]
) -> None:
    hall.do(LogIn("1", "1002"), OpenEnquiry("1003"))
    book(hall, "K1", 5)
    page = open_page(f"/desk?lang={lang}", size)
    page.click("[data-service=social]")
    expect(page.locator("[data-booking=K1]")).to_be_visible()
    for way in ("number", "phone", "code"):
        page.click(f"[data-way={way}]")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        nameless = page.evaluate(
            "[...document.querySelectorAll('main input, main select, main button, header select, header button')]"
            ".filter((one) => one.checkVisibility() && !(one.labels?.length || one.getAttribute('aria-label')"
            " || one.textContent.trim())).map((one) => one.id)"
        )
        assert nameless == []
    if lang == "zh":
        left = page.evaluate("document.querySelector('main').innerText.match(/[a-z]{4,}/g)")
        assert left is None, "words left in English"
