"""A channel with a key of its own, over the JSON API: the app, the WeChat program, a partner."""

import logging
from itertools import count
from typing import Any

import httpx
import msgspec

from central.booking.application import Application

log = logging.getLogger("hallkeeper.bookings")

_NUMBERS = count(1)
_OF_THE_ENTRIES = ("name", "phone", "email", "id_type", "id_number", "detail", "answers", "language")


class OverApi:
    """`key`: as `hallkeeper central key add` prints it."""

    def __init__(self, http: httpx.AsyncClient, key: str) -> None:
        self._http, self._key = http, key

    async def book(self, asked: Application) -> str | None:
        """The code; None where the centre refused."""
        entries = _entries(asked) | {"hall": asked.hall, "matter": asked.matter, "slot": asked.slot}
        made = await self._say("POST", "", entries)
        return str(made["code"]) if made else None

    async def returned(self, code: str) -> bool:
        told = await self._say("GET", f"/{code}", None)
        return bool(told and told["status"] == "returned")

    async def mend(self, code: str, asked: Application) -> None:
        await self._say("PUT", f"/{code}", _entries(asked))

    async def cancel(self, code: str) -> None:
        await self._say("POST", f"/{code}/cancel", {"reason": "计划有变"})

    async def move(self, code: str, slot: str) -> bool:
        return await self._say("POST", f"/{code}/move", {"slot": slot}) is not None

    async def change(self, code: str, matter: str, slot: str) -> bool:
        return await self._say("POST", f"/{code}/change", {"matter": matter, "slot": slot}) is not None

    async def close(self) -> None:
        """Its connection is shared."""

    async def _say(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any] | None:
        headers = {"Authorization": f"Bearer {self._key}", "Idempotency-Key": f"demo-{next(_NUMBERS)}"}
        try:
            answer = await self._http.request(method, f"/api/v1/bookings{path}", json=body, headers=headers)
        except httpx.HTTPError as error:
            log.info("%s %s: %s", method, path, error)
            return None
        if not answer.is_success:
            log.info("%s %s: %s", method, path, answer.text)
            return None
        return dict(answer.json())


def _entries(asked: Application) -> dict[str, Any]:
    told = msgspec.to_builtins(asked)
    return {name: told[name] for name in _OF_THE_ENTRIES}
