"""Clerks for the demo: they call, serve, suspend, send on, write papers, and rest."""

import asyncio
import random
from collections.abc import MutableMapping
from typing import Any

from hallkeeper.arrivals import Customer
from hallkeeper.hall_client import HallClient

STRANGER = Customer(0, "", None, 300, False, 5)
"""Whoever took a ticket by hand on the front panel."""
LOOK_S = 2.0


class Clerk:
    """One window. `coming`: ticket to its customer; `speed`: simulated seconds to a real one."""

    def __init__(
        self,
        hall: HallClient,
        settings: Any,
        counter: Any,
        coming: MutableMapping[str, Customer],
        rng: random.Random,
        speed: float,
    ) -> None:
        self._hall, self._settings, self._counter = hall, settings, counter.id
        self._serves = [service for group in counter.serves for service in group]
        self._coming, self._rng, self._speed = coming, rng, speed
        known = [one.id for one in settings.clerks]
        nth = [one.id for one in settings.counters].index(counter.id)
        self._clerk = known[nth % len(known)] if known else f"c{counter.id}"

    async def work(self) -> None:
        """Until cancelled."""
        await self._step("login", clerk=self._clerk)
        while True:
            await self._step("next")
            here = await self._hall.counter(self._counter)
            if here.get("ticket") is None:
                if here.get("suspended_cases") and await self._continue(here["suspended_cases"][0]["number"]):
                    continue
                await asyncio.sleep(LOOK_S)
            else:
                await self._serve(self._coming.pop(here["ticket"], STRANGER), here)
            if self._rng.random() < 0.02:
                await self._rest()

    async def _step(self, step: str, **body: Any) -> dict[str, Any] | None:
        return await self._hall.post(f"counters/{self._counter}/{step}", body)

    async def _serve(self, customer: Customer, here: dict[str, Any]) -> None:
        if customer.absent:
            for _ in range(2):
                await self._real(20)
                await self._step("recall")
            await self._real(20)
            await self._step("pass")
            return
        await self._real(15)
        await self._step("start")
        if here.get("materials"):
            await self._step("materials", seen=here["materials"])
        fate = self._rng.random()
        if fate < 0.03:
            await self._real(customer.handling_s / 4)
            self._coming[here["ticket"]] = customer
            await self._send_on()
            return
        if fate < 0.06:
            await self._real(customer.handling_s / 4)
            await self._step("suspend", kind="papers_out", reason="缺少复印件")
            return
        await self._real(customer.handling_s)
        await self._end(customer)

    async def _end(self, customer: Customer) -> None:
        await self._step("finish")
        if customer.level:
            await self._step("rate", level=customer.level)

    async def _send_on(self) -> None:
        """To another service that this hall has open."""
        others = [one.id for one in self._settings.services if one.id not in self._serves[:1]]
        if others:
            await self._step("transfer", to_service=self._rng.choice(others), reason="改办其他业务")

    async def _continue(self, number: str) -> bool:
        """Whoever came back with the copy."""
        if await self._step("continue", number=number) is None:
            return False
        await self._real(120)
        await self._end(STRANGER)
        return True

    async def _rest(self) -> None:
        reasons = [one.id for one in self._settings.pause_reasons]
        if not reasons:
            return
        await self._step("pause", reason=self._rng.choice(reasons))
        await self._real(600)
        await self._step("resume")

    async def _real(self, simulated_s: float) -> None:
        await asyncio.sleep(max(0.5, simulated_s / self._speed))
