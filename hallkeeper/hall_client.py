"""A hall over its own HTTP interface, as its pages use it."""

import asyncio
import contextlib
import logging
from typing import Any

import httpx

log = logging.getLogger("hallkeeper.customers")


class HallClient:
    """Shared by everybody in one simulated hall. `async with` opens and closes it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._http = httpx.AsyncClient(base_url=address, timeout=10)

    async def __aenter__(self) -> "HallClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The answer, or None when the hall refused (its rules allow that) or is just restarting."""
        try:
            answer = await self._http.post(f"/api/{path}", json=body or {})
        except httpx.HTTPError as error:
            log.info("%s: %s", self.address, error)
            await asyncio.sleep(1)
            return None
        if answer.is_success:
            return dict(answer.json())
        log.debug("%s %s: %s", self.address, path, answer.text)
        return None

    async def get(self, path: str) -> dict[str, Any]:
        """Empty when there is no answer."""
        with contextlib.suppress(httpx.HTTPError):
            answer = await self._http.get(f"/api/{path}")
            if answer.is_success:
                return dict(answer.json())
        return {}

    async def counter(self, counter: str) -> dict[str, Any]:
        """The counter as the hall shows it; empty when it cannot be had."""
        view = await self.get("view")
        return next((dict(one) for one in view.get("counters", ()) if one["id"] == counter), {})
