"""The public site in a real browser: the whole walk, with and without scripts, on every size, in both languages."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from central.audit import SYSTEM
from central.db.engine import writing
from central.db.tables import Booking, Slot
from tests.booking_world import DAY, HOUR
from tests.browser.booking import walks
from tests.browser.booking.conftest import Opener
from tests.browser.booking.walks import WORDS

WITHOUT_NAME = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a[href]')]
  .filter((one) => {
    const named = one.labels?.length || one.getAttribute('aria-label') || one.innerText?.trim()
      || one.querySelector('[alt]:not([alt=""])');
    return !named && getComputedStyle(one).display !== 'none';
  }).map((one) => one.outerHTML)"""
TARGETS = "button, .button, .choices a, .places a, .languages a, select, input"
SMALL_TARGETS = """(targets) => [...document.querySelectorAll(targets)]
  .filter((one) => !['hidden', 'checkbox'].includes(one.type) && one.getBoundingClientRect().height > 0)
  .filter((one) => one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML)"""
FAINT = """() => {
  const channel = (part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const found = parts(getComputedStyle(one).backgroundColor);
      if (found[3] !== 0) return found;
    }
    return [255, 255, 255];
  };
  const written = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.body.querySelectorAll('*')].filter((one) => one.checkVisibility() && written(one))
    .filter((one) => {
      const [a, b] = [light(parts(getComputedStyle(one).color)), light(ground(one))].sort((x, y) => x - y);
      return (b + 0.05) / (a + 0.05) < 4.5;
    }).map((one) => one.outerHTML);
}"""
TWICE = """() => { const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
  return ids.filter((one, at) => ids.indexOf(one) !== at) }"""


class Look:
    """Every page that comes: it fits, can be read, everything has a name and can be hit; a picture is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, page: Page, name: str) -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert page.evaluate(WITHOUT_NAME) == [], name
        assert page.evaluate(SMALL_TARGETS, TARGETS) == [], name
        assert page.evaluate(TWICE) == [], name
        assert page.evaluate(FAINT) == [], name
        assert page.locator("h1").count() == 1 and page.locator("main").count() == 1, name
        assert page.title().strip(" ·"), name
        page.screenshot(path=self._folder / f"{name}.png", full_page=True)


def only(site: Any) -> Any:
    with site.engine.connect() as connection:
        return connection.execute(select(Booking)).one()


@pytest.mark.clause("S0-7")
@pytest.mark.clause("S0-12")
@pytest.mark.clause("S0-21")
@pytest.mark.clause("S0-48")
@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_book_look_up_move_change_cancel(site: Any, opened: Opener, tmp_path: Path, size: str, lang: str) -> None:
    page, look = opened(size, lang), Look(tmp_path)
    expect(page.locator("html")).to_have_attribute("lang", {"en": "en", "zh": "zh-CN"}[lang])
    walks.book(page, lang, look)
    expect(page.locator("[role=status]")).to_contain_text(WORDS["booked"][lang])
    look(page, "booked")
    code = walks.code_of(page)
    assert code.replace("-", "") == only(site).code and only(site).code not in page.url

    other = opened(size, lang)
    walks.look_up(other, site.url, code, look)
    expect(other.locator("#code")).to_have_text(code)
    walks.move(other, look)
    expect(other.locator("[role=status]")).to_contain_text(WORDS["moved"][lang])
    walks.change(other, lang, look)
    expect(other.locator("[role=status]")).to_contain_text(WORDS["asked"][lang])
    look(other, "asked")
    walks.cancel(other, look)
    expect(other.locator("[role=status]")).to_contain_text(WORDS["cancelled"][lang])
    look(other, "cancelled")
    assert only(site).status == "cancelled"


@pytest.mark.parametrize("size", ["phone", "small"])
def test_the_same_without_scripts(site: Any, opened: Opener, tmp_path: Path, size: str) -> None:
    page, look = opened(size, "zh", script=False), lambda *_: None
    walks.book(page, "zh", look)
    expect(page.locator("[role=status]")).to_contain_text(WORDS["booked"]["zh"])
    expect(page.locator("#keep")).to_be_hidden()
    code = walks.code_of(page)
    other = opened(size, "zh", script=False)
    walks.look_up(other, site.url, code, look)
    walks.move(other, look)
    expect(other.locator("[role=status]")).to_contain_text(WORDS["moved"]["zh"])
    walks.cancel(other, look)
    expect(other.locator("[role=status]")).to_contain_text(WORDS["cancelled"]["zh"])


@pytest.mark.clause("S0-24")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_error_is_said_at_the_top_and_beside_its_field(site: Any, opened: Opener, tmp_path: Path, lang: str) -> None:
    page, look = opened("phone", lang), Look(tmp_path)
    walks.book(page, lang, lambda *_: None, id_number="110101199003070000")
    expect(page.locator("[role=alert]")).to_be_focused()
    look(page, "mend")
    page.click("[role=alert] a")
    expect(page.locator("#id_number")).to_be_focused()
    expect(page.locator("#id_number")).to_have_attribute("aria-invalid", "true")
    described = str(page.get_attribute("#id_number", "aria-describedby")).split()
    assert "id_number-error" in described
    expect(page.locator("#id_number-error")).not_to_be_empty()
    assert page.locator("#phone").count() == 0


def test_a_browser_itself_asks_for_what_is_missing(site: Any, opened: Opener) -> None:
    page = opened("phone", "en", path=f"/h/central-hall/book?matter=household-book&slot={site.slots()[0].id}")
    page.goto(f"{site.url}/h/central-hall/book?matter=household-book&slot={site.slots(service='household')[0].id}")
    page.click("form button.big")
    expect(page.locator("#name")).to_be_focused()


@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_pages_before_booking(site: Any, opened: Opener, tmp_path: Path, size: str, scheme: str, lang: str) -> None:
    day = site.at // DAY * DAY + DAY
    closing = {"zh": "台风红色预警，暂停办公。", "en": "Typhoon warning: the hall is closed."}
    site.desk.close_hall(
        "north-hall", SYSTEM, from_at=day - 8 * HOUR, until_at=day + 16 * HOUR, cause="weather", text=closing
    )
    page, look = opened(size, lang, color_scheme=scheme), Look(tmp_path)
    look(page, "home")
    for path in ("/h/central-hall", "/h/north-hall", "/h/central-hall/guide/estate-inherit", "/how", "/results",
                 "/offline", "/h/nowhere"):  # fmt: skip
        page.goto(site.url + path)
        look(page, path.strip("/").replace("/", "-"))
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(242, 245, 247)" if scheme == "light" else "rgb(7, 23, 36)"
        )


@pytest.mark.clause("S0-53")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_pages_when_something_comes_between(
    site: Any, opened: Opener, tmp_path: Path, scheme: str, lang: str
) -> None:
    told: list[str] = []
    site.desk._listeners = [lambda _c, _event, _b, _at, extra: told.append(extra.get("offer", ""))]
    page, look = opened("phone", lang, color_scheme=scheme), Look(tmp_path)
    walks.book(page, lang, lambda *_: None)
    walks.go(page, "a[href='/b/hindrance']")
    look(page, "hindrance")
    walks.go(page, "a[href='/b/move?fm=1']")
    walks.go(page, ".choices a >> nth=2")
    walks.go(page, ".choices a >> nth=3")
    look(page, "hindered-move")
    page.fill("#reason", "台风")
    walks.go(page, "form button >> nth=0")
    day = only(site).starts_at // DAY * DAY
    closing = {"zh": "台风红色预警，暂停办公。", "en": "Typhoon warning: the hall is closed."}
    site.desk.close_hall(
        "central-hall", SYSTEM, from_at=day - 8 * HOUR, until_at=day + 16 * HOUR, cause="weather", text=closing
    )
    page.goto(f"{site.url}/b")
    look(page, "displaced")
    [token] = [one for one in told if one]
    page.goto(f"{site.url}/offers/{token}")
    look(page, "offers")
    walks.go(page, "button[name=slot] >> nth=1")
    look(page, "offer-taken")
    assert only(site).status == "confirmed"
    page.goto(f"{site.url}/offers/{token}")
    look(page, "offer-gone")


@pytest.mark.fault("F50")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_pages_of_a_guesser(site: Any, opened: Opener, tmp_path: Path, lang: str) -> None:
    page, look = opened("phone", lang), Look(tmp_path)
    for n in range(11):
        page.goto(f"{site.url}/b")
        page.fill("#code", f"GUESS{n:07d}")
        page.fill("#tail", "0001")
        walks.go(page, "form button.big")
        expect(page.locator("[role=alert]")).to_be_visible()
        look(page, f"guess-{n}")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_time_that_is_gone(site: Any, opened: Opener, tmp_path: Path, lang: str) -> None:
    page, look = opened("phone", lang), Look(tmp_path)
    slot = site.slots(service="household")[0]
    page.goto(f"{site.url}/h/central-hall/book?matter=household-book&slot={slot.id}")
    walks.fill_in(page)
    with writing(site.engine).begin() as connection:
        connection.execute(update(Slot).where(Slot.id == slot.id).values(taken=slot.capacity))
    walks.go(page, "form button.big")
    look(page, "gone")
    expect(page.locator("#name")).to_have_value("李小明")
    walks.go(page, "form button.big")
    expect(page.locator("[role=status]")).to_contain_text(WORDS["booked"][lang])


def test_keyboard_alone(site: Any, opened: Opener) -> None:
    page = opened("wide", "en")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.locator("a:focus")).to_contain_text("Book a visit")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/h/central-hall/book$"))


def test_the_language_is_kept_from_page_to_page(site: Any, opened: Opener) -> None:
    page = opened("phone", "en")
    walks.go(page, "text=中文")
    walks.go(page, ".halls .button >> nth=0")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    walks.go(page, "text=户口簿换领、补领")
    walks.go(page, "text=English")
    expect(page.locator("h1")).to_contain_text("Which day?")
    assert "matter=household-book" in page.url


def test_a_printed_booking_has_the_code_and_what_to_bring(site: Any, opened: Opener, tmp_path: Path) -> None:
    page = opened("wide", "en")
    walks.book(page, "en", lambda *_: None)
    page.emulate_media(media="print")
    expect(page.locator("#code")).to_be_visible()
    expect(page.locator(".materials")).to_contain_text("Household book")
    expect(page.locator(".materials")).to_be_visible()
    expect(page.locator("text=Cancel the booking")).to_be_hidden()
    page.screenshot(path=tmp_path / "print.png", full_page=True)


def test_the_code_on_the_screen_is_what_a_scanner_reads(site: Any, opened: Opener, tmp_path: Path) -> None:
    page = opened("phone", "en")
    walks.book(page, "en", lambda *_: None)
    page.locator(".qr").screenshot(path=tmp_path / "qr.png")
    read = subprocess.run(["zbarimg", "-q", "--raw", str(tmp_path / "qr.png")], capture_output=True, text=True)
    assert read.stdout.strip() == only(site).code


@pytest.mark.clause("S0-8")
def test_the_app_without_a_network_still_shows_the_code(site: Any, opened: Opener, tmp_path: Path) -> None:
    page = opened("phone", "en", path="/?src=app")
    walks.book(page, "en", lambda *_: None)
    assert only(site).channel == "app"
    page.check("#keep input")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    code = walks.code_of(page)
    page.wait_for_function("() => caches.match('/offline').then((kept) => kept !== undefined)")
    page.reload()
    page.context.set_offline(True)
    page.goto(f"{site.url}/b")
    expect(page.locator("h1")).to_contain_text("No network")
    expect(page.locator("#kept .code")).to_have_text(code)
    page.screenshot(path=tmp_path / "offline.png", full_page=True)


def test_a_language_keeps_what_was_typed_and_enter_still_books(site: Any, opened: Opener) -> None:
    slot = site.slots(service="household")[2].id
    page = opened("phone", "en", path=f"/h/central-hall/book?matter=household-book&slot={slot}")
    page.fill("#name", "李小明")
    page.click(".languages button:visible")
    expect(page.locator("h1")).to_have_text("填写信息")
    assert page.input_value("#name") == "李小明" and page.locator(".errors").count() == 0
    walks.fill_in(page)
    page.press("#name", "Enter")
    expect(page.locator("main")).to_contain_text(WORDS["booked"]["zh"])
