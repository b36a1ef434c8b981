"""Patience of every test in a browser: a machine with other work may stand still for a while."""

from playwright.sync_api import expect

expect.set_options(timeout=60_000)
