"""`python -m tests.browser.take_pictures`: takes the pictures of docs/pictures anew, from a system with customers.

Those of the console's booking pages alone: `python -m tests.browser.booking_pictures`.
"""

import asyncio
import random
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.progress import track

from contract.events import TicketIssued
from edge import config
from edge.folders import journal_path
from edge.journal import Reader
from hallkeeper.bookings.by_office import Office
from hallkeeper.bookings.coming import Coming, Ways, desk_of
from hallkeeper.bookings.setup import open_for_booking
from hallkeeper.customers import HallVisitors
from hallkeeper.programs import Programs
from hallkeeper.system import LOGIN, Layout, System, free_port
from tests.browser import booking_pictures

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
BANK, GOVERNMENT = "bank-branch", "government-hall"
SPEED = 120
LIVED_S = 45
"""Real seconds before the first picture, so that there is something to see."""


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        system = System(Path(folder), Layout(free_port(), free_port(), {BANK: free_port(), GOVERNMENT: free_port()}))
        system.enrol()
        with Programs(Path(folder) / "logs") as programs:
            for program in track(system.programs(), "starting"):
                programs.start(program)
            threading.Thread(target=lambda: asyncio.run(_live(system)), daemon=True).start()
            pause = threading.Event()
            for _ in track(range(LIVED_S), "customers come"):
                pause.wait(1)
            _take(system)


async def _live(system: System) -> None:
    """Both halls with their customers, and people who book."""
    keys = await asyncio.to_thread(open_for_booking, system.central, list(system.halls))
    office = Office(system.central, random.Random("office"))
    ways = Ways(system.centre_url, keys, office)
    living = [office.work()]
    for seed, (hall, path) in enumerate(system.halls.items()):
        visitors = HallVisitors(system.hall_url(hall), config.load(path), SPEED, seed, None)
        rng = random.Random(hall)
        living += [visitors.run(), Coming(hall, ways, visitors, desk_of(visitors, rng), rng).run()]
    await asyncio.gather(*living)


def _slip(system: System, hall: str) -> str:
    """The secret of a slip whose customer waits."""
    settings = config.load(system.halls[hall])
    reader = Reader(journal_path(settings))
    try:
        issued = [one.event for one in reader.replay() if isinstance(one.event, TicketIssued)]
        return issued[-1].token
    finally:
        reader.close()


def _take(system: System) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        pages = {
            "front-panel": f"{system.hall_url(BANK)}/",
            "kiosk": f"{system.hall_url(GOVERNMENT)}/kiosk",
            "counter": f"{system.hall_url(GOVERNMENT)}/counter/5",
            "supervisor": f"{system.hall_url(GOVERNMENT)}/supervisor",
            "desk": f"{system.hall_url(GOVERNMENT)}/desk",
            "display": f"{system.hall_url(GOVERNMENT)}/display",
            "guide": f"{system.hall_url(GOVERNMENT)}/guide",
            "slip-in-the-hall": f"{system.hall_url(GOVERNMENT)}/t/{_slip(system, GOVERNMENT)}",
            "slip-at-the-centre": f"{system.centre_url}/t/{GOVERNMENT}/{_slip(system, GOVERNMENT)}",
            "day-sheet": f"{system.hall_url(BANK)}/sheet",
        }
        for language in track(("zh", "en"), "taking pictures"):
            for name, url in pages.items():
                _picture(browser, f"{url}?lang={language}", f"{name}-{language}", WIDE)
                _picture(browser, f"{url}?lang={language}", f"{name}-{language}-phone", PHONE)
            _console(browser, system, language)
        booking_pictures.take(browser)
        browser.close()


def _picture(browser: Browser, url: str, name: str, size: dict[str, int]) -> None:
    page = browser.new_page(viewport=size)  # type: ignore[arg-type]
    page.goto(url)
    page.wait_for_timeout(1500)
    page.screenshot(path=PICTURES / f"{name}.png")
    page.close()


def _console(browser: Browser, system: System, language: str) -> None:
    context = browser.new_context(viewport=WIDE, locale={"zh": "zh-CN", "en": "en"}[language])  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{system.centre_url}/console")
    page.fill("input[name=username]", LOGIN[0])
    page.fill("input[name=password]", LOGIN[1])
    page.keyboard.press("Enter")
    page.wait_for_timeout(3000)
    pages = {
        "live-board": "/console/",
        "today": f"/console/today?hall={GOVERNMENT}",
        "booking-figures": "/console/booking-figures",
        "rules": f"/console/rules?hall={GOVERNMENT}",
        "orders": "/console/orders",
    }
    for name, path in pages.items():
        page.goto(f"{system.centre_url}{path}")
        page.wait_for_timeout(2500)
        page.screenshot(path=PICTURES / f"{name}-{language}.png")
    context.close()


if __name__ == "__main__":
    main()
