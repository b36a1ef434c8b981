"""The site as part of the whole centre."""

from pathlib import Path

from starlette.testclient import TestClient

from central.app import Centre
from central.config import parse
from central.db import migrate
from tests.booking_world import SECRET


def test_the_first_page_is_the_sites_and_staff_find_the_console(tmp_path: Path) -> None:
    settings = parse(
        {
            "database": {"url": f"sqlite:///{tmp_path}/centre.db"},
            "secrets": {"key": SECRET},
            "http": {"allowed_hosts": ["halls.example"], "https": True},
            "site": {"name": {"en": "Our halls"}, "hotline": "12345"},
        }
    )
    centre = Centre(settings)
    migrate.upgrade(centre.database)
    browser = TestClient(centre.app, base_url="https://halls.example", headers={"Accept-Language": "en"})
    home = browser.get("/", follow_redirects=False)
    assert home.status_code == 200 and "Our halls" in home.text and 'href="tel:12345"' in home.text
    assert 'href="/console"' in home.text and browser.get("/console").status_code == 200
    cookie = browser.get("/b").headers["set-cookie"]
    assert cookie.startswith("visit=") and "Secure" in cookie
    assert browser.get("/t/nowhere/none").status_code == 404, "the pages of slips are there too"
    lost = browser.get("/halls", headers={"Accept": "text/html,*/*;q=0.8"})
    assert lost.status_code == 404 and "There is no such page" in lost.text and 'href="/"' in lost.text
    for path, accept in (("/halls", "application/json"), ("/api/v1/nothing", "text/html"), ("/api", "text/html")):
        told = browser.get(path, headers={"Accept": accept})
        assert told.status_code == 404 and told.json()["error"], "programs get the one shape"
    assert browser.get("/", headers={"Host": "evil.example"}).status_code == 400
    centre.database.dispose()
