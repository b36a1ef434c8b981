"""The booking window of a hall: sells places of the hall's own share, with a network or without."""

import random
import time
from collections.abc import Sequence
from typing import Any

from hallkeeper.booked import Booked
from hallkeeper.bookings.wishes import LATE_S, Person, person
from hallkeeper.hall_client import HallClient

SOON_MS = (60_000, 25 * 60_000)


class HallDesk:
    """Over the hall's own HTTP interface. `clerks`: ids of those who may be at the desk."""

    def __init__(self, hall: HallClient, clerks: Sequence[str], rng: random.Random) -> None:
        self._hall, self._clerks, self._rng = hall, clerks, rng

    async def sell(self) -> Booked | None:
        """One of the next times; None where the hall has no place of its own left for them."""
        slot = self._soon(await self._hall.get("desk/places"))
        if slot is None:
            return None
        made = await self._hall.post("desk/bookings", self._entries(slot, person(self._rng)))
        if made is None:
            return None
        comes_at = made["starts_at"] - self._rng.randrange(*LATE_S) * 1000
        return Booked(made["code"], made["service"], comes_at)

    def _soon(self, places: dict[str, Any]) -> dict[str, Any] | None:
        now = time.time_ns() // 1_000_000
        soon = [dict(one) for one in places.get("slots", ()) if SOON_MS[0] <= one["starts_at"] - now <= SOON_MS[1]]
        return self._rng.choice(soon) if soon else None

    def _entries(self, slot: dict[str, Any], who: Person) -> dict[str, Any]:
        by = {"by": self._rng.choice(self._clerks)} if self._clerks else {}
        return by | {
            "slot": slot["slot"], "service": slot["service"], "name": who.name, "id_type": "resident-id",
            "id_number": who.id_number, "phone": who.phone, "readback": True,
        }  # fmt: skip
