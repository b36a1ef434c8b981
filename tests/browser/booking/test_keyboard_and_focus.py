"""The public site by keyboard: where one is can be seen, the header can be skipped, what is wrong comes first."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.booking import walks
from tests.browser.booking.conftest import Opener
from tests.browser.booking.walks import WORDS

FOCUS = """() => {
  const one = document.activeElement, look = getComputedStyle(one), box = one.getBoundingClientRect();
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const channel = (part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const light = (colour) => { const [r, g, b] = numbers(colour);
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b) };
  const clear = (one) => numbers(getComputedStyle(one).backgroundColor)[3] === 0;
  let ground = one.parentElement;
  while (ground.parentElement && clear(ground)) ground = ground.parentElement;
  const [a, b] = [light(look.outlineColor), light(getComputedStyle(ground).backgroundColor)].sort((x, y) => x - y);
  return { what: one.outerHTML.slice(0, 90), body: one === document.body, wide: parseFloat(look.outlineWidth),
    solid: look.outlineStyle === 'solid', contrast: (b + 0.05) / (a + 0.05), seen: box.width > 0 && box.height > 0 };
}"""
STOPS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter((one) => one.type !== 'hidden' && one.checkVisibility()).length"""


def tab_through(page: Page) -> int:
    """From the top to the end of the page: every stop has an outline that stands out. Gives how many there are."""
    stops = 0
    for _ in range(page.evaluate(STOPS)):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["body"]:
            break
        assert focus["seen"] and focus["solid"] and focus["wide"] >= 2 and focus["contrast"] >= 3, focus
        stops += 1
    return stops


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_stop_of_the_keyboard_is_seen(site: Any, opened: Opener, scheme: str) -> None:
    page = opened("phone", "en", color_scheme=scheme)
    slot = site.slots(service="household")[2].id
    details = f"/h/central-hall/book?matter=household-book&slot={slot}"
    for path in ("/", "/h/central-hall", details, "/b", "/how"):
        page.goto(site.url + path)
        assert tab_through(page) >= page.evaluate(STOPS) - 1, path


def test_the_header_is_skipped(site: Any, opened: Opener) -> None:
    page = opened("wide", "en", path="/b")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#code")).to_be_focused()


def test_what_is_wrong_is_focused_first_and_leads_to_its_field(site: Any, opened: Opener) -> None:
    page = opened("phone", "en", path="/b")
    page.fill("#code", "ABCDEFGH2345")
    page.fill("#tail", "1234")
    walks.go(page, "form button.big")
    expect(page.locator(".errors")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#code")).to_be_focused()
    walks.book(page_at_home(page, site), "en", lambda *_: None)
    walks.go(page, "a[href='/b/hindrance']")
    walks.go(page, "a[href='/b/cancel?fm=1']")
    page.fill("#reason", " ")
    walks.go(page, "form button.danger")
    expect(page.locator(".errors")).to_be_focused()
    page.click(".errors a")
    expect(page.locator("#reason")).to_be_focused()


@pytest.mark.parametrize("script", [True, False])
def test_another_language_keeps_short_forms_too(site: Any, opened: Opener, script: bool) -> None:
    page = opened("phone", "en", script=script, path="/b/K7PM29QX4TWA")
    page.fill("#code", "k7pm-29q")
    page.fill("#tail", "12")
    walks.go(page, ".languages button:visible")
    expect(page.locator("h1")).to_have_text("查询预约")
    expect(page.locator("#code")).to_have_value("k7pm-29q")
    expect(page.locator("#tail")).to_have_value("12")
    walks.book(page_at_home(page, site), "zh", lambda *_: None)
    walks.go(page, "a[href='/b/cancel']")
    page.fill("#reason", "家中有事")
    walks.go(page, ".languages button:visible")
    expect(page.locator("h1")).to_have_text("Cancel the booking")
    expect(page.locator("#reason")).to_have_value("家中有事")
    walks.go(page, "form button.danger")
    expect(page.locator("[role=status]")).to_contain_text(WORDS["cancelled"]["en"])


@pytest.mark.parametrize("script", [True, False])
def test_another_time_keeps_the_details_and_the_same_again_is_said(site: Any, opened: Opener, script: bool) -> None:
    slot = site.slots(service="household")[2].id
    page = opened("phone", "en", script=script, path=f"/h/central-hall/book?matter=household-book&slot={slot}")
    walks.fill_in(page)
    page.fill("#detail", "first time")
    walks.go(page, ".change button >> nth=1")
    walks.go(page, ".choices button >> nth=5")
    expect(page.locator("#name")).to_have_value("李小明")
    expect(page.locator("#detail")).to_have_value("first time")
    expect(page.locator("#consent")).to_be_checked()
    walks.go(page, "form button.big")
    expect(page.locator("[role=status]")).to_contain_text(WORDS["booked"]["en"])
    page.goto(f"{site.url}/h/central-hall/book?matter=household-book&slot={slot}")
    walks.fill_in(page)
    walks.go(page, "form button.big")
    expect(page.locator(".errors")).to_contain_text("has an open booking for this kind of business")


def page_at_home(page: Page, site: Any) -> Page:
    page.goto(site.url + "/")
    return page
