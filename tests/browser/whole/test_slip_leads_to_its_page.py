"""From the paper in the customer's hand to the page on the phone: the code is read off the slip's picture."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from hallkeeper.system import System

HALL = "bank-branch"
pytestmark = [pytest.mark.xdist_group("whole-system"), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


def test_the_code_on_the_slip_shows_the_number(browser: Browser, system: System, tmp_path: Path) -> None:
    hall = system.hall_url(HALL)
    panel = browser.new_page(viewport={"width": 1440, "height": 900})
    panel.goto(f"{hall}/?lang=en")
    panel.click("[data-key='ticket:personal']")
    slip = panel.locator("#slips img").first
    expect(slip).to_be_visible()
    picture = tmp_path / "slip.png"
    picture.write_bytes(panel.request.get(hall + str(slip.get_attribute("src"))).body())
    read = subprocess.run(["zbarimg", "-q", "--raw", str(picture)], capture_output=True, text=True, check=True)
    address = read.stdout.strip()
    assert address.startswith(f"{system.centre_url}/t/{HALL}/")

    phone = browser.new_page(viewport={"width": 390, "height": 844}, locale="en")
    phone.goto(address)
    expect(phone.locator("h1")).to_contain_text("A001")
    expect(phone.locator(".what")).to_have_text("You are probably next")
    assert address.rpartition("/")[2] not in phone.content(), "the page does not repeat the secret"
