"""Bookings of one hall in the demo, from the wish to the door: made, mended, moved, given up, and kept."""

import asyncio
import random
import time
from collections.abc import Callable
from typing import Protocol

import httpx
import msgspec

from central.booking.application import Application
from hallkeeper.booked import Booked
from hallkeeper.bookings.at_desk import HallDesk
from hallkeeper.bookings.by_office import Office
from hallkeeper.bookings.offer import Choice, Offers, Slot, application
from hallkeeper.bookings.over_api import OverApi
from hallkeeper.bookings.over_site import OverSite
from hallkeeper.bookings.wishes import Channel, Wish, mistaken, person, wish
from hallkeeper.customers import HallVisitors

AT_FIRST = 6
"""Customers who book at once."""
EVERY_S = 20.0
"""Real seconds between two bookings of a hall …"""
SOLD_EVERY_S = 60.0
"""… and between two that its own desk sells."""
THINKS_S = (8, 25)
"""How long somebody takes to mend, move or cancel a booking."""
WAY_MS = 20_000
"""Nobody is there sooner."""
YOURS = 2
YOUR_SLOT_MS = 12 * 60_000
"""Bookings for whoever watches begin no sooner."""


class Way(Protocol):
    """A channel as one customer uses it."""

    async def book(self, asked: Application) -> str | None: ...
    async def returned(self, code: str) -> bool: ...
    async def mend(self, code: str, asked: Application) -> None: ...
    async def cancel(self, code: str) -> None: ...
    async def move(self, code: str, slot: str) -> bool: ...
    async def change(self, code: str, matter: str, slot: str) -> bool: ...
    async def close(self) -> None: ...


class Yours(msgspec.Struct, frozen=True):
    """A booking for whoever watches. `tail`: the last four digits of its telephone number."""

    code: str
    tail: str
    starts_at: int


class Ways:
    """Every channel. `keys`: channel to API key."""

    def __init__(self, centre: str, keys: dict[str, str], office: Office) -> None:
        self.http = httpx.AsyncClient(base_url=centre, timeout=10)
        self._centre, self._keys, self._office = centre, keys, office

    def of(self, channel: Channel) -> Way:
        if channel == "web":
            return OverSite(self._centre)
        if channel in self._keys:
            return OverApi(self.http, self._keys[channel])
        return self._office.assisted(channel)


class Coming:
    """`run` until cancelled; `yours` before it."""

    def __init__(self, hall: str, ways: Ways, visitors: HallVisitors, desk: HallDesk, rng: random.Random) -> None:
        self._hall, self._ways, self._visitors, self._desk, self._rng = hall, ways, visitors, desk, rng
        self._offers = Offers(ways.http)

    async def yours(self) -> list[Yours]:
        """Bookings that the person at the demo may check in with, look up, move or cancel."""
        made = []
        for n in range(1, YOURS + 1):
            who = msgspec.structs.replace(person(self._rng), phone=f"1990000{n:04d}")
            choice = await self._choose(lambda one: not one.detailed and _ahead(one.slot) > YOUR_SLOT_MS)
            way = self._ways.of("web")
            code = await way.book(application(choice, who, who.id_number))
            await way.close()
            if code is not None:
                made.append(Yours(code, who.phone[-4:], choice.slot.starts_at))
        return made

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._sell(), name=f"desk of {self._hall}")
            for n in range(AT_FIRST):
                tasks.create_task(self._live(wish(self._rng)), name=f"first booking {n}")
            while True:
                await asyncio.sleep(EVERY_S)
                one = wish(self._rng)
                tasks.create_task(self._live(one), name=f"booking of {one.person.phone}")

    async def sold_at_the_desk(self) -> None:
        """One place of the hall's own share."""
        if booked := await self._desk.sell():
            self._visitors.expect([booked])

    async def _sell(self) -> None:
        while True:
            await asyncio.sleep(SOLD_EVERY_S)
            await self.sold_at_the_desk()

    async def _live(self, one: Wish) -> None:
        """A whole booking. Where the centre is away the customer gives up, as people do."""
        way = self._ways.of(one.channel)
        try:
            await self._book(one, way)
        except httpx.HTTPError:
            return
        finally:
            await way.close()

    async def _book(self, one: Wish, way: Way) -> None:
        choice = await self._choose(lambda _found: True)
        sound = application(choice, one.person, one.person.id_number)
        first = msgspec.structs.replace(sound, id_number=mistaken(one.person.id_number)) if one.mistaken else sound
        code = await way.book(first)
        if code is None:
            return
        if one.mistaken or choice.detailed:
            await self._think(2)
            if await way.returned(code):
                await way.mend(code, sound)
        slot = await self._think_better(one, way, code, choice)
        if slot is not None and one.fate != "stays away":
            comes_at = max(slot.starts_at - one.early_s * 1000, _now() + WAY_MS)
            self._visitors.expect([Booked(code, slot.service, comes_at)])

    async def _think_better(self, one: Wish, way: Way, code: str, choice: Choice) -> Slot | None:
        """The time the customer comes for in the end; None: not at all."""
        if one.fate == "cancels":
            await self._think(1)
            await way.cancel(code)
            return None
        if one.fate == "moves" and choice.others:
            await self._think(1)
            other = self._rng.choice(choice.others)
            return other if await way.move(code, other.slot) else choice.slot
        if one.fate == "changes":
            await self._think(1)
            await self._change(way, code, choice)
        return choice.slot

    async def _change(self, way: Way, code: str, choice: Choice) -> None:
        """To another matter at the same time, so that the customer comes then whatever the reviewer says."""
        found = await self._choose(lambda one: one.matter != choice.matter)
        same = [slot for slot in (found.slot, *found.others) if slot.starts_at == choice.slot.starts_at]
        if same:
            await way.change(code, found.matter, same[0].slot)

    async def _choose(self, wanted: Callable[[Choice], bool]) -> Choice:
        while True:
            found = await self._offers.choose(self._hall, self._rng)
            if found is not None and wanted(found):
                return found
            await asyncio.sleep(1)

    async def _think(self, times: int) -> None:
        await asyncio.sleep(times * self._rng.uniform(*THINKS_S))


def _now() -> int:
    return time.time_ns() // 1_000_000


def _ahead(slot: Slot) -> int:
    return slot.starts_at - _now()


def desk_of(visitors: HallVisitors, rng: random.Random) -> HallDesk:
    return HallDesk(visitors.hall, [one.id for one in visitors.settings.clerks], rng)
