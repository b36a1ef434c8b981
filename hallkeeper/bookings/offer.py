"""What the centre offers to book, as every program may ask it: `/api/v1/halls/{hall}/matters` and `/slots`."""

import random
import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import msgspec

from central.booking.application import Application
from hallkeeper.bookings.wishes import Person

SOON_MS = (60_000, 25 * 60_000)
"""Slots that begin within this are booked: their customers come while somebody watches."""


class Slot(msgspec.Struct, frozen=True):
    slot: str
    service: str
    starts_at: int


class Choice(msgspec.Struct, frozen=True):
    """A matter, a time for it, and other times of the same queue."""

    hall: str
    matter: str
    slot: Slot
    others: Sequence[Slot]
    detailed: bool
    """Staff review what the customer wrote of it."""
    questions: Sequence[Mapping[str, Any]] = ()


class Offers:
    """`http`: to the centre."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def choose(self, hall: str, rng: random.Random) -> Choice | None:
        """One of the matters, for one of the next times; None where nothing is left so soon."""
        matters = await self._get(f"/api/v1/halls/{hall}/matters")
        rng.shuffle(matters)
        for matter in matters:
            slots = await self._soon(hall, matter["matter"])
            if slots:
                slot = rng.choice(slots)
                others = [one for one in slots if one != slot]
                return Choice(hall, matter["matter"], slot, others, matter["detail_required"], matter["questions"])
        return None

    async def _soon(self, hall: str, matter: str) -> list[Slot]:
        told = await self._get(f"/api/v1/halls/{hall}/slots", matter=matter)
        now = time.time_ns() // 1_000_000
        return [
            Slot(one["slot"], one["service"], one["starts_at"])
            for one in told["slots"]
            if one["bookable"] and now + SOON_MS[0] <= one["starts_at"] <= now + SOON_MS[1]
        ]

    async def _get(self, path: str, **query: str) -> Any:
        answer = await self._http.get(path, params=query)
        answer.raise_for_status()
        return answer.json()


def application(choice: Choice, person: Person, id_number: str) -> Application:
    """`id_number`: the person's, or a mistaken one."""
    return Application(
        hall=choice.hall,
        matter=choice.matter,
        slot=choice.slot.slot,
        name=person.name,
        phone=person.phone,
        id_number=id_number,
        detail="材料已备齐，请提前准备。" if choice.detailed else "",
        answers={one["id"]: _answer(one) for one in choice.questions if one["required"]},
    )


def _answer(question: Mapping[str, Any]) -> str:
    """The first that is offered, where there is a choice."""
    choices = question.get("choices", ())
    return str(choices[0]["id"]) if choices else "是"
