"""What goes wrong on a day in the demo: on the twins of one hall, through its front panel, and put right again."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

from hallkeeper.hall_client import HallClient

EVERY_S = 75.0
"""Real seconds between two mishaps."""
LASTS_S = 25.0
READ_S = 3.0
SOLD_OFFLINE = 2
STUCK_S = 20.0
"""A key that stays down this long is noticed (debounce.py)."""


class Mishaps:
    """One after the other, until cancelled: paper out, a card pulled, the uplink cut, a stuck key, a printer unplugged,
    help wanted. `sell`: the hall's desk sells a place of its own share."""

    def __init__(self, address: str, settings: Any, rng: random.Random, sell: Callable[[], Awaitable[object]]) -> None:
        self._hall, self._settings, self._rng, self._sell = HallClient(address), settings, rng, sell

    async def run(self) -> None:
        async with self._hall:
            while True:
                for mishap in self._known():
                    await asyncio.sleep(EVERY_S)
                    await mishap()

    def _known(self) -> list[Callable[[], Awaitable[None]]]:
        known: list[Callable[[], Awaitable[None]]] = [
            self._paper_out, self._uplink_cut, self._unplugged, self._stuck_key, self._help,
        ]  # fmt: skip
        if self._settings.readers:
            known.insert(1, self._card_pulled)
        return known

    async def _paper_out(self) -> None:
        await self._for_a_while(self._settings.printers[0].id, "paper_out")

    async def _unplugged(self) -> None:
        await self._for_a_while(self._settings.printers[0].id, "unplugged")

    async def _uplink_cut(self) -> None:
        """Nobody in the hall need notice: tickets, check-ins, and bookings at the desk go on."""
        await self._hall.post("panel/uplink", {"on": False})
        try:
            for _ in range(SOLD_OFFLINE):
                await asyncio.sleep(LASTS_S / SOLD_OFFLINE)
                await self._sell()
        finally:
            await self._hall.post("panel/uplink", {"on": True})

    async def _for_a_while(self, device: str, what: str) -> None:
        await self._hall.post("panel/switch", {"device": device, "what": what, "on": True})
        try:
            await asyncio.sleep(LASTS_S)
        finally:
            await self._hall.post("panel/switch", {"device": device, "what": what, "on": False})

    async def _card_pulled(self) -> None:
        reader = self._settings.readers[0].id
        panel = (await self._hall.get("panel")).get("panel", {})
        cards = next((each["cards"] for each in panel.get("readers", ()) if each["id"] == reader), ())
        if not cards:
            return
        switch = {"device": reader, "what": "pulled_early"}
        await self._hall.post("panel/switch", switch | {"on": True})
        await self._hall.post("panel/card", {"reader": reader, "card": self._rng.choice(cards)["name"]})
        await asyncio.sleep(READ_S)
        await self._hall.post("panel/card", {"reader": reader, "card": None})
        await self._hall.post("panel/switch", switch | {"on": False})

    async def _stuck_key(self) -> None:
        keys = next((each for each in self._settings.keys if any("ticket:" in act for act in each.bind.values())), None)
        if keys is None:
            return
        key = next(key for key, action in keys.bind.items() if action.startswith("ticket:"))
        await self._hall.post("panel/switch", {"device": keys.id, "what": "stick", "on": True})
        try:
            await self._hall.post("panel/press", {"device": keys.id, "key": key})
            await asyncio.sleep(STUCK_S)
        finally:
            await self._hall.post("panel/switch", {"device": keys.id, "what": "stick", "on": False})

    async def _help(self) -> None:
        counter = self._rng.choice(self._settings.counters).id
        raised = await self._hall.post(f"counters/{counter}/alarm", {"kind": "help"})
        if raised is None:
            return
        await asyncio.sleep(LASTS_S)
        for event in raised["events"]:
            body = {"by": "c1", "note": "the customer has calmed down"}
            await self._hall.post(f"supervisor/alarms/{event['alarm']}/close", body)
