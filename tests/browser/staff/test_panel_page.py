"""The front panel in a real browser: keys, lamps, switches, cards, codes for terminals."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from edge.hall.commands import DeclareEmergency, EndEmergency, RaiseAlarm, ResumeHall, SuspendHall
from edge.web.panel import VoiceLine
from tests.browser.page_time import stand_still
from tests.waiting import until

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


def test_the_front_panel_presses_shows_lamps_and_switches(hall: Any, open_page: Any) -> None:
    panel = open_page("/?lang=en")
    panel.click("[data-key='ticket:social']")
    expect(panel.locator("[data-key='ticket:social']")).to_contain_text("1 waiting")
    board = panel.locator("[data-board=summary]")
    expect(board).to_be_visible()
    lamp = "(c, [x, y]) => c.getContext('2d').getImageData(x * 4 + 2, y * 4 + 2, 1, 1).data[0]"
    panel.wait_for_function(
        "() => { const c = document.querySelector('[data-board=summary]');"
        " return c.getContext('2d').getImageData(2, 2, 1, 1).data[0] > 200; }"
    )
    assert [board.evaluate(lamp, [x, y]) > 200 for x, y in ((0, 0), (1, 0), (15, 0), (0, 1))] == [
        True, False, True, False,
    ]  # fmt: skip
    panel.click(".machine [data-switch='printer-paper_out']")
    expect(panel.locator("[data-device=printer]")).to_contain_text("paper is out")
    panel.click("[data-switch=uplink]")
    expect(panel.locator("#link")).to_contain_text("3 events wait to be delivered.")


def test_a_terminal_is_paired_with_the_code_on_the_panel(hall: Any, open_page: Any) -> None:
    panel = open_page("/?lang=en")
    panel.select_option("#role", "counter:2")
    panel.click("text=Show a code")
    code = panel.locator("[data-code]").get_attribute("data-code")
    terminal = open_page("/pair?lang=en")
    terminal.fill("#code", str(code).lower())
    terminal.fill("#name", "desk two")
    terminal.click("button:has-text('Pair')")
    expect(terminal.locator("#counter-name")).to_have_text("Counter 2")
    # Paired for counter 2, this browser is no longer "somebody at the node".
    terminal.goto(hall.url + "/counter/1?lang=en")
    expect(terminal.locator("h2")).to_have_text("This page cannot be shown here")
    terminal.click("#forget")
    expect(terminal.locator("#login")).to_be_visible()
    [paired] = hall.terminals.paired()
    assert (paired.name, paired.role) == ("desk two", "counter:2")


@pytest.mark.parametrize(
    ("role", "asked", "shown"),
    [
        ("supervisor", "", "/supervisor?lang=en"),
        ("desk", "", "/desk?lang=en"),
        ("supervisor", "/sheet", "/sheet?lang=en"),
        ("desk", "/", "/desk?lang=en"),
        ("desk", "//elsewhere.example/desk", "/desk?lang=en"),
        ("desk", "/\\elsewhere.example", "/desk?lang=en"),
    ],
)
def test_a_paired_terminal_goes_to_the_page_asked_for_or_its_own(
    hall: Any, open_page: Any, role: str, asked: str, shown: str
) -> None:
    code = hall.terminals.new_code(role)
    terminal = open_page(f"/pair?lang=en&next={quote(asked)}")
    terminal.fill("#code", code.text)
    terminal.click("button:has-text('Pair')")
    expect(terminal).to_have_url(hall.url + shown)


def test_an_emergency_is_a_banner_and_the_ticket_keys_rest(hall: Any, open_page: Any) -> None:
    panel = open_page("/?lang=en")
    ground = "(key) => getComputedStyle(key).backgroundColor"
    key = panel.locator("[data-key='ticket:social']")
    usual = key.evaluate(ground)
    hall.do(DeclareEmergency("fire", "9001"))
    expect(panel.locator("#emergency")).to_have_text("Emergency: Fire. Nobody is called until it ends.")
    assert key.evaluate(ground) != usual
    hall.do(EndEmergency("9001"))
    expect(panel.locator("#emergency")).to_be_hidden()
    assert key.evaluate(ground) == usual


@pytest.mark.parametrize(("lang", "words"), [("zh", "暂停取号"), ("en", "tickets are suspended at present")])
def test_a_key_whose_tickets_cannot_be_had_says_so_and_looks_so(
    hall: Any, open_page: Any, lang: str, words: str
) -> None:
    panel = open_page(f"/?lang={lang}")
    ground = "(key) => getComputedStyle(key).backgroundColor"
    key = panel.locator("[data-key='ticket:social']")
    usual = key.evaluate(ground)
    hall.do(SuspendHall("power failure", "9001"))
    expect(key).to_contain_text(words)
    assert key.evaluate(ground) != usual
    hall.do(ResumeHall("9001"))
    expect(key).not_to_contain_text(words)
    assert key.evaluate(ground) == usual


def test_a_key_turned_down_is_answered_at_its_card_for_a_while(hall: Any, open_page: Any) -> None:
    panel = open_page("/?lang=zh")
    stand_still(panel)
    note = panel.locator("[data-counter='1'] .note")
    for _ in range(2):  # the same refusal again is seen again
        panel.click("[data-key='counter:1:next']")
        expect(note).to_have_text("本窗口无人登录。")
        panel.clock.run_for(7_000)
        expect(note).to_have_count(0)
    expect(panel.locator("[data-device=buttons]")).to_contain_text("n1: 本窗口无人登录。")
    panel.reload()  # what was turned down before the page was opened is not news
    expect(panel.locator("[data-device=buttons]")).to_contain_text("n1:")
    expect(note).to_have_count(0)


def test_the_panel_reads_calls_as_spoken_and_causes_in_its_own_language(hall: Any, open_page: Any) -> None:
    hall.panel.spoken = [VoiceLine(5, "en", "Ticket A001"), VoiceLine(5, "zh", "请A001号"), VoiceLine(4, "en", "old")]
    hall.panel.cause = "the printer is out of paper: put in a new roll"
    panel = open_page("/?lang=zh")
    expect(panel.locator("#voice")).to_have_text(re.compile(r"^请A001号\s+Ticket A001$"))
    panel.click(".machine [data-switch='printer-paper_out']")
    expect(panel.locator("[data-device=printer]")).to_contain_text("打印机缺纸，请更换纸卷")
    hall.panel.cause = "a cause no catalogue knows"
    expect(panel.locator("[data-device=printer]")).to_contain_text("a cause no catalogue knows")


def test_a_card_is_laid_on_a_reader_pulled_away_and_a_code_scanned(hall: Any, open_page: Any) -> None:
    panel = open_page("/?lang=zh")
    reader = panel.locator("[data-reader=desk-reader]")
    expect(reader).to_contain_text("1号窗口")
    reader.locator("select").select_option("badge-1")
    panel.click("[data-lay=desk-reader]")
    expect(reader.locator(".sample")).to_have_text("工牌04A1B2C3D4E501")
    assert hall.panel.lies == "badge-1"
    panel.click("[data-pull=desk-reader]")
    expect(reader.locator(".sample")).to_have_count(0)
    assert hall.panel.lies is None
    reader.locator("input").fill("BK-2026")
    panel.keyboard.press("Enter")
    expect(reader.locator("input")).to_have_value("")
    until(lambda: hall.panel.scanned == ["BK-2026"])


def test_contacts_of_the_building_are_keys_and_open_alarms_are_shown(hall: Any, open_page: Any) -> None:
    panel = open_page("/?lang=en")
    expect(panel.locator("[data-key='alarm:fire:east stairs']")).to_have_text(re.compile("Fire alarm.*east stairs"))
    hall.do(RaiseAlarm("fire", "east stairs", "keys"))
    expect(panel.locator("#alarms")).to_contain_text("Fire alarm · east stairs")
    hall.do(DeclareEmergency("fire", "9001"))
    expect(panel.locator("#alarms b")).to_have_text("Fire")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_panel_fits_its_screen(hall: Any, open_page: Any, lang: str, size: dict[str, int]) -> None:
    panel = open_page(f"/?lang={lang}", size)
    expect(panel.locator("[data-reader]")).to_be_visible()
    assert panel.evaluate("document.documentElement.scrollWidth <= innerWidth")
