"""Bookings of the demo over its real programs: every channel books, what is wrong is mended, messages are delivered,
the hall's desk sells its own share."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import msgspec
import pytest
from sqlalchemy import Row, func, select

from central import config
from central.db.engine import open_database
from central.db.tables import Booking, Grant, OutboxRow
from edge import config as hall_config
from hallkeeper.bookings.by_office import Office
from hallkeeper.bookings.coming import Coming, Ways, desk_of
from hallkeeper.bookings.offer import Offers, application
from hallkeeper.bookings.setup import open_for_booking
from hallkeeper.bookings.wishes import Channel, mistaken, person
from hallkeeper.customers import HallVisitors
from hallkeeper.programs import Programs
from hallkeeper.system import Layout, System, free_port
from tests.centre import eventually

pytestmark = pytest.mark.timeout(400)
HALL = "government-hall"
T = TypeVar("T")
CHANNELS: tuple[Channel, ...] = ("web", "wechat", "app", "partner", "hotline", "onsite")


class Town:
    """The running system with everybody who books there."""

    def __init__(self, system: System) -> None:
        self.system, self.rng = system, random.Random(7)
        self.keys = open_for_booking(system.central, [HALL])
        self.database = open_database(config.load(system.central).database)

    def rows(self, query: Any) -> list[Row[Any]]:
        with self.database.connect() as connection:
            return list(connection.execute(query))

    def booking(self, code: str) -> Row[Any]:
        (found,) = self.rows(select(Booking).where(Booking.code == code))
        return found

    def run(self, act: Callable[[Ways], Awaitable[T]]) -> T:
        """With the channels open."""

        async def whole() -> T:
            office = Office(self.system.central, self.rng)
            ways = Ways(self.system.centre_url, self.keys, office)
            try:
                return await act(ways)
            finally:
                office.close()
                await ways.http.aclose()

        return asyncio.run(whole())


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder: Path = tmp_path_factory.mktemp("demo")
    layout = Layout(free_port(), free_port(), {HALL: free_port()}, gateway=free_port(), grace_s=300, switched_off=0.5)
    system = System(folder, layout)
    system.enrol()
    with Programs(folder / "logs") as programs:
        for program in system.programs():
            programs.start(program)
        made = Town(system)
        # what a hall offers is looked up anew every two seconds
        matters = f"{system.centre_url}/api/v1/halls/{HALL}/matters"
        eventually(lambda: httpx.get(matters, timeout=60).json())
        yield made
        made.database.dispose()


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_booking_is_made_mended_moved_and_given_up(town: Town, channel: Channel) -> None:
    who = person(town.rng)

    async def book(ways: Ways) -> tuple[str, str, str]:
        choice = await Offers(ways.http).choose(HALL, town.rng)
        assert choice is not None
        sound, way = application(choice, who, who.id_number), ways.of(channel)
        code = await way.book(msgspec.structs.replace(sound, id_number=mistaken(who.id_number)))
        assert code is not None and await way.returned(code)
        await way.mend(code, sound)
        first = town.booking(code)
        if first.status == "confirmed":
            assert await way.move(code, choice.others[0].slot)
        now = town.booking(code)
        await way.cancel(code)
        await way.close()
        return code, now.slot if first.status == "confirmed" else choice.others[0].slot, choice.others[0].slot

    code, moved, wanted = town.run(book)
    booking = town.booking(code)
    assert (booking.channel, booking.attempts, booking.status) == (channel, 2, "cancelled")
    assert moved == wanted


def test_whoever_is_booked_is_told_and_the_gateway_reports_it(town: Town) -> None:
    yours = town.run(lambda ways: _yours(town, ways))
    assert [one.tail for one in yours] == ["0001", "0002"]
    agreed = eventually(lambda: _agreed(town), 180)
    for one in yours:
        masked = f"199****{one.tail}"
        assert agreed[masked, "delivered"] + agreed[masked, "failed"] >= 1
    page = httpx.get(town.system.gateway_url, timeout=60).text
    assert "19900000001" in page and yours[0].code[:4] in page
    became = Counter(state for _, state in agreed.elements())
    assert became["delivered"] and became["failed"], "of two telephones one is switched off, so this shows either"


ARTICLE = re.compile(r"<span>(\d{3})\d{4}(\d{4})</span><span class=\"(sent|delivered|failed)\">")


def _agreed(town: Town) -> Counter[tuple[str, str]] | None:
    """Telephone and what became of a message to number of those, where the centre knows of each what the twin did with
    it; None while it is not so, or something is on its way."""
    found = ARTICLE.findall(httpx.get(town.system.gateway_url, timeout=60).text)
    twin = Counter((f"{head}****{tail}", state) for head, tail, state in found)
    rows = town.rows(
        select(OutboxRow.address_masked, OutboxRow.state, OutboxRow.failures).where(OutboxRow.channel == "sms")
    )
    known: Counter[tuple[str, str]] = Counter()
    for row in rows:
        known[row.address_masked, "failed"] += row.failures  # one not delivered is sent again a minute later
        known[row.address_masked, "delivered"] += row.state == "delivered"
    return twin if twin and twin == known and not any(row.state == "sent" for row in rows) else None


async def _yours(town: Town, ways: Ways) -> Any:
    visitors = HallVisitors(town.system.hall_url(HALL), hall_config.load(town.system.halls[HALL]), 20, 0, None)
    async with visitors.hall:
        return await Coming(HALL, ways, visitors, desk_of(visitors, town.rng), town.rng).yours()


def test_the_halls_desk_sells_a_place_of_its_own(town: Town) -> None:
    eventually(lambda: town.rows(select(func.count()).select_from(Grant).where(Grant.state == "issued"))[0][0], 180)

    async def sell() -> Any:
        visitors = HallVisitors(town.system.hall_url(HALL), hall_config.load(town.system.halls[HALL]), 20, 0, None)
        async with visitors.hall:
            desk = desk_of(visitors, town.rng)
            for _ in range(900):
                if (sold := await desk.sell()) is not None:
                    return sold
                await asyncio.sleep(0.2)
        return None

    sold = asyncio.run(sell())
    assert sold is not None
    found = eventually(lambda: town.rows(select(Booking).where(Booking.code == sold.code)))
    assert (found[0].channel, found[0].status) == ("hall", "confirmed")
