"""Customers and clerks for the demo: they use a hall over its own HTTP interface, as people would."""

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator
from typing import Any

import httpx

from hallkeeper.arrivals import Customer, day_of_customers

STRANGER = Customer(0, "", None, 300, False, 5)
"""Whoever took a ticket by hand on the front panel."""

log = logging.getLogger("hallkeeper.customers")


class HallVisitors:
    """A day's customers and the clerks of one hall. `speed`: simulated seconds to a real one."""

    def __init__(self, address: str, settings: Any, speed: float, seed: int, free_counter: str | None) -> None:
        self.address = address
        self.speed = speed
        self.rng = random.Random(seed)
        self.settings = settings
        self.free_counter = free_counter
        self.coming: dict[str, Customer] = {}
        """Ticket to the customer who holds it."""
        self.expected = {s.id: s.expected_s for s in settings.services}
        self.client = httpx.AsyncClient(base_url=address, timeout=10)

    async def run(self) -> None:
        """Day after day, until cancelled."""
        async with self.client, asyncio.TaskGroup() as tasks:
            tasks.create_task(self._arrive(), name="arrivals")
            for counter in self.settings.counters:
                if counter.id != self.free_counter:
                    tasks.create_task(self._work(counter.id), name=f"clerk {counter.id}")

    async def _post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The answer, or None when the hall refused (its rules allow that) or is just restarting."""
        try:
            answer = await self.client.post(f"/api/{path}", json=body or {})
        except httpx.HTTPError as error:
            log.info("%s: %s", self.address, error)
            await asyncio.sleep(1)
            return None
        if answer.is_success:
            return dict(answer.json())
        log.debug("%s %s: %s", self.address, path, answer.text)
        return None

    async def _customers(self) -> AsyncIterator[Customer]:
        """Each one at the time of arrival; after the last one the next day begins."""
        loop = asyncio.get_running_loop()
        while True:
            opened = loop.time()
            classes = [c.id for c in self.settings.priority_classes]
            for customer in day_of_customers(self.rng, self.expected, len(self.settings.counters), classes):
                await asyncio.sleep(max(0.0, opened + customer.at_s / self.speed - loop.time()))
                yield customer

    async def _arrive(self) -> None:
        async for customer in self._customers():
            body: dict[str, Any] = {"service": customer.service}
            if customer.priority_class:
                body["priority_class"] = customer.priority_class
            if ticket := await self._post("tickets", body):
                self.coming[ticket["ticket"]] = customer

    async def _work(self, counter: str) -> None:
        """One clerk: calls, serves, passes the absent, rests sometimes."""
        await self._post(f"counters/{counter}/login", {"clerk": f"c{counter}"})
        while True:
            await self._post(f"counters/{counter}/next")
            ticket = await self._at_counter(counter)
            if ticket is None:
                await asyncio.sleep(2)
            else:
                await self._serve(counter, self.coming.pop(ticket, STRANGER))
            if self.rng.random() < 0.02:
                await self._rest(counter)

    async def _at_counter(self, counter: str) -> str | None:
        with contextlib.suppress(httpx.HTTPError):
            view = (await self.client.get("/api/view")).json()
            found: list[str | None] = [c["ticket"] for c in view["counters"] if c["id"] == counter]
            return found[0] if found else None
        return None

    async def _serve(self, counter: str, customer: Customer) -> None:
        if customer.absent:
            for _ in range(2):
                await self._real(20)
                await self._post(f"counters/{counter}/recall")
            await self._real(20)
            await self._post(f"counters/{counter}/pass")
            return
        await self._real(15)
        await self._post(f"counters/{counter}/start")
        await self._real(customer.handling_s)
        await self._post(f"counters/{counter}/finish")
        if customer.level:
            await self._post(f"counters/{counter}/rate", {"level": customer.level})

    async def _rest(self, counter: str) -> None:
        reasons = [r.id for r in self.settings.pause_reasons]
        if not reasons:
            return
        await self._post(f"counters/{counter}/pause", {"reason": self.rng.choice(reasons)})
        await self._real(600)
        await self._post(f"counters/{counter}/resume")

    async def _real(self, simulated_s: float) -> None:
        await asyncio.sleep(max(0.5, simulated_s / self.speed))
