"""The office of the demo: a hotline and a booking window that book for people, a reviewer, somebody who telephones.

They work at the booking desk as its pages do (central/booking/desk.py), in the demo's own process.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlalchemy import select

from central import config
from central.audit import Actor
from central.booking.application import Application
from central.booking.desk import BookingDesk, Who
from central.db.engine import open_database
from central.db.tables import Booking, BookingChange, ContactTask
from central.errors import CentralError
from central.hooks.outbox import emit
from central.notices.outbox import teller
from central.vault import Vault

log = logging.getLogger("hallkeeper.bookings")

AGENT, CLERK, REVIEWER = Actor("hotline-agent", "hotline"), Actor("booking-clerk", "onsite"), Actor("reviewer")
T = TypeVar("T")
LOOK_S = 4.0
TALK_S = (60, 900)
"""So long a call or a talk is said to have taken, of which the desk may have ten minutes."""
UNCLEAR = {"detail": "请写明办理的原因，并说明是否由本人到场"}


class Office:
    """`close` after use."""

    def __init__(self, configuration: Path, rng: random.Random) -> None:
        settings = config.load(configuration)
        secret = config.secret_key(settings)
        vault = Vault(secret)
        self._desk = BookingDesk(open_database(settings.database), vault, secret, [teller(vault), emit])
        self._rng = rng

    def close(self) -> None:
        self._desk.engine.dispose()

    def assisted(self, channel: str) -> "Assisted":
        """Hotline or onsite."""
        return Assisted(self._desk, channel, AGENT if channel == "hotline" else CLERK, self._rng)

    async def work(self) -> None:
        """Reviews and telephones until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            await asyncio.to_thread(self._round)

    def _round(self) -> None:
        with self._desk.engine.connect() as connection:
            waiting = connection.scalars(select(Booking.code).where(Booking.status == "reviewing")).all()
            changes = connection.scalars(select(BookingChange.id).where(BookingChange.status == "asked")).all()
            calls = connection.scalars(select(ContactTask.id).where(ContactTask.state == "open")).all()
        for code in waiting:
            _tried(self._review, code)
        for change in changes:
            _tried(self._decide, change)
        for task in calls:
            _tried(self._call, task)

    def _review(self, code: str) -> None:
        """Most are clear, some are sent back once, few cannot be done."""
        fate = self._rng.random()
        if fate < 0.15:
            self._desk.send_back(code, REVIEWER, UNCLEAR)
        elif fate < 0.2:
            self._desk.refuse(code, REVIEWER, "本厅不办理此情形，请前往市级中心")
        else:
            self._desk.approve(code, REVIEWER)

    def _decide(self, change: int) -> None:
        self._desk.decide_change(change, REVIEWER, approve=self._rng.random() < 0.85, reason="材料与新事项不符")

    def _call(self, task: int) -> None:
        self._desk.note_call(task, AGENT, "confirmed" if self._rng.random() < 0.7 else "no_answer")


class Assisted:
    """One who is on the telephone or at the window, with staff who book for them (S0-13)."""

    def __init__(self, desk: BookingDesk, channel: str, staff: Actor, rng: random.Random) -> None:
        self._desk, self._channel, self._staff, self._rng = desk, channel, staff, rng

    async def book(self, asked: Application) -> str | None:
        """Read back, and timed from when the talk began (S0-25)."""
        began = time.time_ns() // 1_000_000 - self._rng.randrange(*TALK_S) * 1000
        told = msgspec.structs.replace(asked, readback=True, began_at=began)

        def act() -> str:
            made = self._desk.apply(told, self._channel, self._staff, assisted_by=self._staff.name)
            return str(made.code)

        return await self._in_turn(act)

    async def returned(self, code: str) -> bool:
        return await self._in_turn(lambda: self._desk.find(Who(code)).status == "returned") or False

    async def mend(self, code: str, asked: Application) -> None:
        told = msgspec.structs.replace(asked, readback=True)
        await self._in_turn(lambda: self._desk.resubmit(Who(code), told, self._staff, staff=True))

    async def cancel(self, code: str) -> None:
        await self._in_turn(lambda: self._desk.cancel(Who(code), self._staff, staff=True, reason="客户来电取消"))

    async def move(self, code: str, slot: str) -> bool:
        moved = await self._in_turn(lambda: self._desk.move(Who(code), slot, self._staff, staff=True))
        return moved is not None

    async def change(self, code: str, matter: str, slot: str) -> bool:
        def act() -> int:
            return self._desk.ask_change(Who(code), matter, slot, self._staff, staff=True, channel=self._channel)

        return await self._in_turn(act) is not None

    async def close(self) -> None:
        """Hangs up."""

    async def _in_turn(self, act: Callable[[], T]) -> T | None:
        return await asyncio.to_thread(_tried, act)


def _tried(act: Callable[..., T], *arguments: object) -> T | None:
    """None where the rules, or somebody who was faster, refused it."""
    try:
        return act(*arguments)
    except CentralError as error:
        log.info("the office: %s", error)
        return None
