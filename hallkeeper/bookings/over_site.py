"""A customer with a browser: fills in the forms of the public site, as they stand on its pages."""

import logging
import re
from html.parser import HTMLParser

import httpx

from central.booking.application import Application
from contract.booking_code import tidy

log = logging.getLogger("hallkeeper.bookings")


class OverSite:
    """One customer, with the cookies of one browser; closed by `aclose` of its client."""

    def __init__(self, site: str) -> None:
        self._http = httpx.AsyncClient(base_url=site, timeout=10, follow_redirects=True)

    async def close(self) -> None:
        await self._http.aclose()

    async def book(self, asked: Application) -> str | None:
        """The code on the page that the form leads to; None where a fault stands on it instead."""
        page = f"/h/{asked.hall}/book"
        filled = {"name": asked.name, "id_type": asked.id_type, "id_number": asked.id_number, "phone": asked.phone,
                  "detail": asked.detail, "consent": "yes"}  # fmt: skip
        answers = {f"answers.{id_}": text for id_, text in asked.answers.items()}
        where = {"matter": asked.matter, "slot": asked.slot}
        if await self._fill(page, where, filled | answers) is None:
            return None
        shown = await self._http.get("/b")
        found = re.search(r'id="code">([^<]+)<', shown.text)
        return tidy(found[1]) if found else None

    async def returned(self, _code: str) -> bool:
        """Where there is nothing to mend, its page leads back to the booking."""
        return (await self._http.get("/b/mend")).url.path == "/b/mend"

    async def mend(self, _code: str, asked: Application) -> None:
        await self._fill("/b/mend", {}, {"id_type": asked.id_type, "id_number": asked.id_number,
                                         "detail": asked.detail})  # fmt: skip

    async def cancel(self, _code: str) -> None:
        await self._fill("/b/cancel", {}, {"reason": "计划有变"})

    async def move(self, _code: str, slot: str) -> bool:
        return await self._fill("/b/move", {"slot": slot}, {}) is not None

    async def change(self, _code: str, matter: str, slot: str) -> bool:
        return await self._fill("/b/change", {"matter": matter, "slot": slot}, {"reason": "换一个事项"}) is not None

    async def _fill(self, page: str, where: dict[str, str], filled: dict[str, str]) -> httpx.Response | None:
        """Opens a page and sends its form, hidden fields and all. None where the site took it not."""
        try:
            opened = await self._http.get(page, params=where)
            form = _Form()
            form.feed(opened.text)
            sent = await self._http.post(form.action or page, data=form.hidden | filled)
        except httpx.HTTPError as error:
            log.info("%s: %s", page, error)
            return None
        if not sent.is_success:
            log.info("%s: %s", page, sent.status_code)
            return None
        return sent


class _Form(HTMLParser):
    """The first form of the page: where it goes, and what it has ready."""

    def __init__(self) -> None:
        super().__init__()
        self.action, self.hidden = "", dict[str, str]()
        self._over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and found.get("method") == "post" and not self.action:
            self.action = found.get("action", "")
        elif tag == "input" and found.get("type") == "hidden" and self.action and not self._over:
            self.hidden[found["name"]] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._over = self._over or (tag == "form" and bool(self.action))
