"""Booking at the desk on its page: a slot, the details, the read-back, and a code in the customer's hand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from playwright.sync_api import Page, expect

from contract import directives
from contract.booking_code import grouped
from contract.events import DirectiveTaken, PlaceSold, ShareReturned
from contract.matters import Matter, ToBring
from edge.hall.commands import CheckIn, Record
from tests.browser.staff.conftest import PHONE, WIDE

LI_MING, NAME = "11010519491231002X", "李小明"
ZONE = ZoneInfo("Asia/Shanghai")


def told(hall: Any, fact: msgspec.Struct) -> None:
    n = hall.line.view.seq
    hall.do(Record(DirectiveTaken("g", n, f"d{n}", "fact", type(fact).__name__, msgspec.to_builtins(fact))))


def grant(hall: Any, id_: str, service: str, day: int, hour: float, n: int = 2) -> None:
    """Places of a slot `day` days from today."""
    midnight = datetime.fromtimestamp(hall.now() / 1000, ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = midnight + timedelta(days=day, hours=hour)
    at = round(starts.timestamp() * 1000)
    slot = (f"{service}-{day}-{hour}", starts.date().isoformat(), service, at, at + 1_800_000)
    told(hall, directives.ShareGranted(id_, "branch-1", hall.line.journal.epoch, *slot, n))


@pytest.fixture
def places(hall: Any) -> Any:
    """Two services, three days."""
    for number, (service, day, hour) in enumerate(
        [
            ("social", 1, 9),
            ("social", 1, 9.5),
            ("social", 1, 10),
            ("social", 2, 9),
            ("estate", 1, 14),
            ("estate", 3, 15),
        ]
    ):
        grant(hall, f"G{number}", service, day, hour, 2 + number % 2)
    return hall


def at_desk(open_page: Callable[..., Page], size: dict[str, int] = WIDE, lang: str = "en", who: str = "1003") -> Page:
    page = open_page(f"/desk?lang={lang}", size)
    expect(page.locator("#place-services button").first).to_be_visible()
    page.select_option("#who", who)
    return page


def choose(page: Page, slot: str = "social-1-9.5") -> None:
    page.click("#place-services [data-pick=social]")
    page.locator("#place-days button").first.click()
    page.click(f'#place-slots [data-pick="{slot}"]')


def fill(page: Page, number: str = LI_MING) -> None:
    page.fill("#place-fields [data-field=name]", NAME)
    page.fill("#place-fields [data-field=phone]", "138 1234 5678")
    page.fill("#place-fields [data-field=id_number]", number)


@pytest.mark.clause("S0-11", "S0-13")
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_customer_books_at_the_desk_and_leaves_with_a_code(
    places: Any, open_page: Callable[..., Page], size: dict[str, int], lang: str
) -> None:
    page = at_desk(open_page, size, lang)
    choose(page)
    fill(page)
    page.click("#place-book")
    assert places.events(PlaceSold) == [], "the browser itself asks for the tick"
    page.check("#place-fields [data-field=readback]")
    page.click("#place-book")
    expect(page.locator("#place-code")).to_be_visible()
    [sold] = places.events(PlaceSold)
    expect(page.locator("#place-code")).to_have_text(grouped(sold.code))
    assert (sold.slot, sold.name, sold.by, sold.readback) == ("social-1-9.5", "李*明", "1003", True)
    assert grouped(sold.code) in places.printed[0]
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= size["width"], "nothing is cut off or scrolls sideways"
    assert LI_MING not in page.content() and NAME not in page.content()
    for field in ("name", "phone", "id_number"):
        assert page.locator(f"#place-fields [data-field={field}]").input_value() == ""
    page.click("#place-again")
    expect(page.locator("#toast")).to_contain_text(grouped(sold.code))
    assert "COPY" in places.printed[1]


def test_a_wrong_number_is_said_beside_its_field_and_nothing_typed_is_lost(
    places: Any, open_page: Callable[..., Page]
) -> None:
    page = at_desk(open_page)
    choose(page)
    fill(page, "110105194912310021")
    page.check("#place-fields [data-field=readback]")
    page.click("#place-book")
    number = page.locator("#place-fields [data-field=id_number]")
    expect(page.locator("#problem-id_number")).to_contain_text("last character does not fit")
    expect(number).to_be_focused()
    expect(number).to_have_attribute("aria-invalid", "true")
    assert page.locator("#place-fields [data-field=name]").input_value() == NAME
    number.fill(LI_MING)
    tick = page.locator("#place-fields [data-field=readback]")
    expect(tick).not_to_be_checked()  # what was changed has not been read back
    tick.check()
    page.click("#place-book")
    expect(page.locator("#place-code")).to_be_visible()
    expect(page.locator("#problem-id_number")).to_be_hidden()


def test_another_slot_keeps_what_was_typed_and_a_sold_one_is_gone(places: Any, open_page: Callable[..., Page]) -> None:
    page = at_desk(open_page)
    choose(page)
    fill(page)
    page.click('#place-slots [data-pick="social-1-10"]')
    assert page.locator("#place-fields [data-field=name]").input_value() == NAME
    expect(page.locator("#place-chosen")).to_contain_text("10:00–10:30")
    expect(page.locator('#place-slots [data-pick="social-1-10"]')).to_contain_text("2 left")
    page.check("#place-fields [data-field=readback]")
    page.click("#place-book")
    expect(page.locator('#place-slots [data-pick="social-1-10"]')).to_contain_text("1 left")


def test_places_are_given_back_by_a_supervisor(places: Any, open_page: Callable[..., Page]) -> None:
    page = at_desk(open_page)
    choose(page)
    page.click("#place-return")
    page.click("#dialog-submit")
    expect(page.locator("#dialog-problem")).to_contain_text("supervisor")
    page.click("#dialog-close")
    page.select_option("#who", "9001")
    page.click("#place-return")
    page.click("#dialog-submit")
    expect(page.locator('#place-slots [data-pick="social-1-9.5"]')).to_have_count(0)
    assert [(each.n, each.by) for each in places.events(ShareReturned)] == [(3, "9001")]


def test_a_hall_without_places_says_who_books(hall: Any, open_page: Callable[..., Page]) -> None:
    page = open_page("/desk?lang=en")
    expect(page.locator("#places-none")).to_contain_text("no places to book")
    expect(page.locator("#places")).to_be_hidden()


def test_the_supervisor_sees_whom_the_office_cancelled_too_late(hall: Any, open_page: Callable[..., Page]) -> None:
    page = open_page("/supervisor?lang=en")
    starts = hall.now() + 600_000
    day = hall.line.view.plan.day
    told(hall, directives.BookingAdded("K7PM29QX4TWA", day, "social", starts, starts + 1_800_000, "李*明"))
    hall.do(CheckIn("ABCDEFGHIJK9999", "kiosk", "code", "K7PM29QX4TWA"))
    expect(page.locator("#cancelled-card")).to_be_hidden()
    told(hall, directives.BookingCancelled("K7PM29QX4TWA"))
    line = page.locator("[data-cancelled=K7PM29QX4TWA]")
    expect(line).to_contain_text("李*明")
    expect(line).to_contain_text("A001")


def test_the_matter_is_asked_for_and_its_materials_are_on_the_slip(places: Any, open_page: Callable[..., Page]) -> None:
    for id_, name in (("join", "Joining"), ("claim", "Claims")):
        papers = (ToBring(id="proof", name={"zh": "证明", "en": f"Proof for {name}"}),)
        matter = Matter(id=id_, version=1, service="social", name={"zh": name, "en": name}, materials=papers)
        told(places, directives.MatterPublished(matter))
    page = at_desk(open_page)
    choose(page)
    page.select_option("#place-matter select", "claim")
    fill(page)
    page.check("#place-fields [data-field=readback]")
    page.select_option("#place-matter select", "join")
    expect(page.locator("#place-fields [data-field=readback]")).not_to_be_checked()
    page.check("#place-fields [data-field=readback]")
    page.click("#place-book")
    expect(page.locator("#place-code")).to_be_visible()
    [sold] = places.events(PlaceSold)
    assert sold.matter == "join"
    assert "Joining" in places.printed[-1] and "Proof for Joining" in places.printed[-1]
