"""The customer at the clerk's terminal: who it is, what was brought, which papers come out."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from contract.events import CaseAccepted, IdentityVerified, MaterialsChecked, ResultTold, SupplementNoticeGiven
from edge.devices.ports import Card
from edge.hall.commands import CallNext, LogIn
from tests.browser.staff.conftest import press, serving

LI_MING = "11010519491231002X"


def test_a_card_on_the_reader_is_compared_with_the_first_and_another_person_is_said_loudly(
    hall: Any, counter: Page
) -> None:
    hall.do(CallNext("1"))
    identity = counter.locator("#identity")
    expect(identity).to_contain_text("identity not checked")
    expect(identity).to_contain_text("to be checked before the start")
    read = hall.reception.readings.read
    read("r1", "counter:1", Card("social", "resident-id", LI_MING, "李明"))
    expect(identity.locator("[data-verified=none]")).to_be_visible()
    expect(identity).to_contain_text("李*")
    read("r1", "counter:1", Card("social", "passport", "E12345678", "王芳"))
    expect(identity.locator("[data-verified=other]")).to_contain_text("ANOTHER person")
    expect(identity).to_contain_text("Ask before you go on")
    hall.reception.readings.failed("r1", "counter:1", "pulled", "The card was pulled too early.")
    expect(counter.locator("#toast")).to_contain_text("pulled too early")
    assert LI_MING not in counter.content()


@pytest.mark.clause("S0-35")
def test_a_number_typed_by_hand_needs_a_reason_and_stays_nowhere(hall: Any, counter: Page) -> None:
    hall.do(CallNext("1"))
    expect(counter.locator("#identity")).to_be_visible()
    press(counter, "i")
    counter.fill("#dialog-number", LI_MING[:-1] + "1")
    counter.fill("#dialog-reason", "reader out of order")
    counter.click("#dialog-submit")
    expect(counter.locator("#dialog-problem")).to_contain_text("does not fit")
    counter.fill("#dialog-number", LI_MING)
    counter.click("#dialog-submit")
    expect(counter.locator("#identity [data-verified=none]")).to_be_visible()
    [verified] = hall.events(IdentityVerified)
    assert (verified.method, verified.assurance, verified.by) == ("typed", "low", "1002")
    assert verified.reason == "reader out of order" and LI_MING not in repr(verified) + counter.content()


def test_what_is_wrong_with_a_number_is_said_in_the_pages_language(hall: Any, open_page: Any) -> None:
    hall.do(LogIn("1", "1002"))
    hall.ticket()
    hall.do(CallNext("1"))
    page = open_page("/counter/1?lang=zh")
    expect(page.locator("#identity")).to_be_visible()
    press(page, "i")
    page.fill("#dialog-number", LI_MING[:-1] + "1")
    page.fill("#dialog-reason", "读卡器故障")
    page.click("#dialog-submit")
    expect(page.locator("#dialog-problem")).to_have_text(re.compile("[一-鿿]{6}"))
    expect(page.locator("#dialog-problem")).not_to_have_text("输入内容有误，请核对。")


def test_materials_are_ticked_and_the_receipt_names_them(hall: Any, counter: Page) -> None:
    serving(hall, counter)
    counter.check("[data-material=id-card]")
    expect(counter.locator("#materials h3")).to_have_text("Materials: 1 of 2 seen")
    checked = hall.events(MaterialsChecked)[-1]
    assert (checked.seen, checked.missing) == (("id-card",), ("form",))
    press(counter, "a")
    expect(counter.locator(".dialog-note")).to_contain_text("Identity card")
    counter.fill("#dialog-days", "7")
    counter.click("#dialog-submit")
    expect(counter.locator("#papers")).to_contain_text("accepted: branch")
    [accepted] = hall.events(CaseAccepted)
    assert (accepted.days, accepted.materials) == (7, ("id-card",))
    expect(counter.locator("#dialog")).to_be_hidden()
    assert len(hall.printed) == 1


def test_the_one_time_notice_says_everything_that_lacks_at_once(hall: Any, counter: Page) -> None:
    serving(hall, counter)
    counter.check("[data-material=id-card]")
    expect(counter.locator("#materials h3")).to_contain_text("1 of 2")
    press(counter, "o")
    expect(counter.locator("[data-row='form']")).to_be_visible()
    expect(counter.locator("[data-row='id-card']")).to_have_count(0)
    counter.locator(".free").first.fill("photograph")
    counter.click("#dialog-submit")
    expect(counter.locator("#dialog-problem")).to_contain_text("what is wrong")
    counter.locator("[data-row='']").first.locator(".reason").fill("too old")
    counter.click("#dialog-submit")
    expect(counter.locator("#papers")).to_contain_text("notices given: 1")
    [given] = hall.events(SupplementNoticeGiven)
    assert [(one.material, one.reason) for one in given.items] == [("form", "missing"), ("photograph", "too old")]


def test_a_failure_is_told_with_its_way_out(hall: Any, counter: Page) -> None:
    serving(hall, counter)
    press(counter, "e")
    press(counter, "2")
    expect(counter.locator("#dialog-failure option")).to_have_text(
        "No record found → Bring a certificate from your former employer"
    )
    counter.click("#dialog-submit")
    expect(counter.locator("#papers")).to_contain_text("result told: not done")
    [told] = hall.events(ResultTold)
    assert (told.outcome, told.failure, told.oral, told.printed) == ("failure", "no-record", True, True)


def test_a_paper_that_did_not_come_out_is_printed_again_from_here(hall: Any, counter: Page) -> None:
    serving(hall, counter)
    hall.jam = "The printer is out of paper."
    press(counter, "a")
    counter.click("#dialog-submit")
    banner = counter.locator("#staff")
    expect(banner).to_contain_text("did not come out.")
    [accepted] = hall.events(CaseAccepted)
    expect(banner).to_contain_text(f"The paper {accepted.number} did not come out.")
    with counter.expect_response("**/print"):
        banner.get_by_role("button").click()
    expect(banner.get_by_role("button")).to_be_enabled()
    expect(banner).to_be_visible()
    hall.jam = ""
    banner.get_by_role("button").click()
    expect(banner).to_be_hidden()
    [copy] = hall.printed
    assert accepted.number in copy
