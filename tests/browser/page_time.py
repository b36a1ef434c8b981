"""Pages whose time the test has in its hand."""

import time

from playwright.sync_api import Page

HOUR_S = 3600


def stand_still(page: Page) -> None:
    """Loads the page anew. Its time passes by `page.clock.run_for` alone from then on, however slow the machine is."""
    page.clock.install()
    page.clock.pause_at(time.time() + HOUR_S)
    page.reload()
