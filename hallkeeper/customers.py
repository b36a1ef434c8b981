"""Customers for the demo: walk-ins and booked ones, who use a hall over its own HTTP interface."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from typing import Any

from hallkeeper.arrivals import Customer, day_of_customers
from hallkeeper.booked import Booked
from hallkeeper.clerks import Clerk
from hallkeeper.hall_client import HallClient
from hallkeeper.opening import open_up

JOURNEYS = 0.04
"""The share of walk-ins who take one ticket for several services, where the hall offers that."""

TRIES, AGAIN_S = 6, 8.0
"""How often somebody with a booking tries to check in."""


class HallVisitors:
    """A day's customers and the clerks of one hall. `speed`: simulated seconds to a real one."""

    def __init__(self, address: str, settings: Any, speed: float, seed: int, free_counter: str | None) -> None:
        self.speed = speed
        self.rng = random.Random(seed)
        self.settings = settings
        self.free_counter = free_counter
        self.coming: dict[str, Customer] = {}
        """Ticket to the customer who holds it."""
        self.expected = {s.id: s.expected_s for s in settings.services}
        self.hall = HallClient(address)
        self._booked: asyncio.Queue[Booked] = asyncio.Queue()

    def expect(self, booked: list[Booked]) -> None:
        """Booked customers who will come by themselves."""
        for one in booked:
            self._booked.put_nowait(one)

    async def hall_knows(self, code: str) -> bool:
        """Whether that booking is on the hall's roster."""
        bookings = (await self.hall.get("supervisor/bookings")).get("bookings", ())
        return any(one["code"] == code for one in bookings)

    async def run(self) -> None:
        """Day after day, until cancelled."""
        async with self.hall, asyncio.TaskGroup() as tasks:
            tasks.create_task(open_up(self.hall, self.settings), name="opening")
            tasks.create_task(self._arrive(), name="arrivals")
            tasks.create_task(self._keep_appointments(tasks), name="booked")
            for counter in self.settings.counters:
                if counter.id != self.free_counter:
                    clerk = Clerk(self.hall, self.settings, counter, self.coming, self.rng, self.speed)
                    tasks.create_task(clerk.work(), name=f"clerk {counter.id}")

    async def _customers(self) -> AsyncIterator[Customer]:
        """Each one at the time of arrival; after the last one the next day begins."""
        loop = asyncio.get_running_loop()
        hidden = self.settings.rules.fallback_class
        classes = [c.id for c in self.settings.priority_classes if c.id != hidden]
        while True:
            opened = loop.time()
            for customer in day_of_customers(self.rng, self.expected, len(self.settings.counters), classes):
                await asyncio.sleep(max(0.0, opened + customer.at_s / self.speed - loop.time()))
                yield customer

    async def _arrive(self) -> None:
        async for customer in self._customers():
            body: dict[str, Any] = {"service": customer.service}
            if customer.priority_class:
                body["priority_class"] = customer.priority_class
            elif self.settings.journeys and self.rng.random() < JOURNEYS:
                journey = self.rng.choice(self.settings.journeys)
                body = {"service": journey.services[0], "journey": journey.id}
            if ticket := await self.hall.post("tickets", body):
                self.coming[ticket["ticket"]] = customer

    async def _keep_appointments(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            one = await self._booked.get()
            if one.comes_at is not None:
                tasks.create_task(self._check_in(one, one.comes_at), name=f"booked {one.code}")

    async def _check_in(self, one: Booked, comes_at: int) -> None:
        """Whom the hall does not know yet waits a little: the uplink may be cut."""
        await asyncio.sleep(max(0.0, comes_at / 1000 - time.time()))
        for _ in range(TRIES):
            if ticket := await self.hall.post("checkin", {"code": one.code}):
                self.coming[ticket["ticket"]] = Customer(0, one.service, None, self.expected[one.service], False, 5)
                return
            await asyncio.sleep(AGAIN_S)
