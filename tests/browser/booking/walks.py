"""The walks of a customer in a browser, step by step; `look` is called on every page that comes."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.public_world import details

Look = Callable[[Page, str], None]
WORDS = {
    "book": {"en": "Book a visit", "zh": "立即预约"},
    "matter": {"en": "A new household book", "zh": "户口簿换领、补领"},
    "other": {"en": "Moving a household in", "zh": "户口迁入"},
    "tomorrow": {"en": "Tomorrow", "zh": "明天"},
    "booked": {"en": "Your visit is booked", "zh": "预约成功"},
    "moved": {"en": "Your booking has a new time", "zh": "预约时间已更改"},
    "asked": {"en": "Your wish is with the staff", "zh": "变更申请已提交审核"},
    "cancelled": {"en": "Your booking is cancelled", "zh": "预约已取消"},
}


def fill_in(page: Page, **changes: str) -> None:
    wrote = details(**changes)
    for field in ("name", "id_number", "phone"):
        page.fill(f"#{field}", wrote[field])
    page.check("#consent")


def go(page: Page, selector: str) -> None:
    """Clicks what leads to another page, and is there when that page is."""
    with page.expect_navigation():
        page.click(selector)


def book(page: Page, lang: str, look: Look, **changes: str) -> None:
    """From the first page to the code."""
    look(page, "home")
    go(page, ".halls .button >> nth=0")
    look(page, "matter")
    go(page, f"text={WORDS['matter'][lang]}")
    look(page, "day")
    go(page, f".choices a:has-text('{WORDS['tomorrow'][lang]}')")
    look(page, "time")
    go(page, ".choices a:has-text('10:00–10:30')")
    look(page, "details")
    fill_in(page, **changes)
    go(page, "form button.big")


def look_up(page: Page, url: str, code: str, look: Look) -> None:
    page.goto(f"{url}/b")
    look(page, "look-up")
    page.fill("#code", code)
    page.fill("#tail", "0001")
    go(page, "form button.big")


def move(page: Page, look: Look) -> None:
    go(page, "a[href='/b/move']")
    look(page, "move-day")
    go(page, ".choices a >> nth=2")
    look(page, "move-time")
    go(page, ".choices a >> nth=4")
    look(page, "move-confirm")
    go(page, "form button >> nth=0")


def change(page: Page, lang: str, look: Look) -> None:
    go(page, "a[href='/b/change']")
    look(page, "change-matter")
    go(page, f"text={WORDS['other'][lang]}")
    go(page, ".choices a >> nth=1")
    go(page, ".choices a >> nth=1")
    look(page, "change-confirm")
    go(page, "form button >> nth=0")


def cancel(page: Page, look: Look) -> None:
    go(page, "a[href='/b/cancel']")
    look(page, "cancel")
    go(page, "form button.danger")


def code_of(page: Any) -> str:
    return str(page.inner_text("#code"))
