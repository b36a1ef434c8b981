"""A Tuesday of a bookable hall on which every fate of a booking is met once or more; the same every time."""

from typing import Any

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row

from central.audit import CUSTOMER, Actor
from central.booking import hall_news
from central.booking.desk import Who
from central.db.engine import writing
from central.db.tables import ContactTask, OutboxRow
from contract.events import BookingArrived, BookingVoided, ServiceFinished
from tests.booking_world import HOUR, MONDAY, World

CLERK = Actor("wang")
TUESDAY = "2026-11-24"
MINUTE = 60_000
NODE = "hall"


class Story(World):
    """`tell` lives through Monday and Tuesday."""

    def tell(self) -> None:
        """20 bookings are applied for, 17 of them confirmed at some time; then their day comes."""
        served = [self.booked(n) for n in (1, 2, 3, 4)]
        late = self.booked(5, "app")
        lifted = self.booked(6, "app", slot=self.tuesday(2))
        called = self._assisted(7, "hotline", took_s=300, slot=self.tuesday(2))
        missed = self._assisted(8, "onsite", took_s=900, slot=self.tuesday(2))
        mended = self._mended(9)
        self.booked(10, slot=self.tuesday(3), name="")  # returned, and never mended
        self.booked(11, matter="claim", detail="see the letter", slot=self.tuesday(3))  # waits for a reviewer
        moved = self.booked(12, "wechat", slot=self.tuesday(3))
        cancelled = [self.booked(n, slot=self.tuesday(4)) for n in (13, 14, 15)]
        changed = self.booked(16, slot=self.tuesday(4))
        important = [self.booked(17 + n, matter="transfer", slot=self.tuesday(n, "estate")) for n in (0, 1)]
        gone = self.booked(19, slot=self.tuesday(5))  # hit by the closure of Tuesday afternoon
        refused = self.booked(20, matter="claim", detail="see the letter", slot=self.tuesday(5))
        self.at += HOUR
        self.desk.refuse(refused.code, CLERK, "not done in this hall")
        self._changed(changed)
        self.desk.move(Who(moved.code), self.slots()[-1].id)
        self._cancelled(cancelled)
        self._called(important[0])
        self._closed(gone)
        self._notices(served)
        self._tuesday(served, late, lifted, missed, [mended, called])

    def tuesday(self, nth: int, service: str = "social") -> str:
        """Id of the nth slot of that day, from 0: nine o'clock."""
        return [slot for slot in self.slots(service) if slot.day == TUESDAY][nth].id  # type: ignore[no-any-return]

    def _assisted(self, n: int, channel: str, *, took_s: int, **more: Any) -> Row[Any]:
        asked = self.application(n, readback=True, began_at=self.at - took_s * 1000, **more)
        return self.desk.apply(asked, channel, CLERK, assisted_by=CLERK.name)

    def _mended(self, n: int) -> Row[Any]:
        asked = self.application(n, slot=self.tuesday(3))
        returned = self.desk.apply(msgspec.structs.replace(asked, name=""), "web")
        self.desk.resubmit(Who(returned.code), msgspec.structs.replace(asked, name="?"))
        return self.desk.resubmit(Who(returned.code), asked)

    def _changed(self, booking: Row[Any]) -> None:
        """Approved after half an hour; another is refused after one and a half."""
        one = self.desk.ask_change(Who(booking.code), "transfer", self.tuesday(4, "estate"))
        self.at += HOUR // 2
        self.desk.decide_change(one, CLERK, approve=True)
        two = self.desk.ask_change(Who(booking.code), "join", self.tuesday(4))
        self.at += HOUR + HOUR // 2
        self.desk.decide_change(two, CLERK, approve=False, reason="not this one")

    def _cancelled(self, bookings: list[Row[Any]]) -> None:
        """In time; by force majeure; and late, by a clerk on the telephone."""
        early, hindered, late = (Who(one.code) for one in bookings)
        self.desk.cancel(early)
        self.desk.cancel(hindered, CUSTOMER, reason="the bridge is closed", reason_code="FM")
        now, self.at = self.at, bookings[2].starts_at - HOUR
        self.desk.cancel(late, CLERK, staff=True, reason="is ill")
        self.at = now

    def _called(self, booking: Row[Any]) -> None:
        with self.engine.connect() as connection:
            task = connection.scalar(select(ContactTask.id).where(ContactTask.booking == booking.id))
        assert task is not None
        self.desk.note_call(task, CLERK, "confirmed")

    def _closed(self, booking: Row[Any]) -> None:
        """Of one slot, told twenty minutes after it was known; its customer is called, and takes another day."""
        self.desk.close_hall(
            "hall", CLERK, from_at=booking.starts_at, until_at=booking.ends_at, cause="power",
            text={"zh": "停电", "en": "No power"}, known_at=self.at - 20 * MINUTE,
        )  # fmt: skip
        self.desk.move(Who(booking.code), self.slots()[-1].id, CLERK, staff=True, reason_code="closure")

    def _notices(self, bookings: list[Row[Any]]) -> None:
        """As the outbox leaves them."""
        states = ("delivered", "delivered", "sent", "failed")
        rows = [
            {"dedupe": f"{one.id}:{channel}", "event": "booking.confirmed", "booking": one.id, "hall": one.hall,
             "channel": channel, "language": "zh", "address": b"", "address_kid": "", "address_masked": "",
             "variables": {}, "state": state if channel == "sms" else "sent", "next_at": self.at,
             "created_at": self.at}
            for one, state in zip(bookings, states, strict=True) for channel in ("sms", "email")
        ]  # fmt: skip
        with writing(self.engine).begin() as connection:
            connection.execute(insert(OutboxRow), rows)
            connection.execute(update(OutboxRow).values(state="waiting").where(OutboxRow.dedupe == rows[-1]["dedupe"]))

    def _tuesday(
        self, served: list[Row[Any]], late: Row[Any], lifted: Row[Any], missed: Row[Any], others: list[Row[Any]]
    ) -> None:
        for one in (*served, *others):
            self.come(one, minutes=-5, outcome="on_time", finished=20)
        self.come(late, minutes=10, outcome="late", finished=45)
        for one in (lifted, missed):
            self.void(one)
        self.come(lifted, minutes=25, outcome="lifted", finished=None)
        self.at = MONDAY + 34 * HOUR

    def come(self, booking: Row[Any], *, minutes: int, outcome: Any, finished: int | None) -> None:
        """Checks in so long after the slot began, and is finished so many minutes after it began."""
        self.at = booking.starts_at + minutes * MINUTE
        ticket = f"T-{booking.id}"
        arrived = BookingArrived(
            booking.code, ticket, booking.service, booking.starts_at, "code", minutes * 60, outcome
        )
        with self.desk.working(Actor("system")) as work:
            hall_news.arrived(work, "hall", NODE, arrived)
        if finished is not None:
            self.at = booking.starts_at + finished * MINUTE
            with self.desk.working(Actor("system")) as work:
                hall_news.finished(work, NODE, ServiceFinished(ticket, "1", "wang"))

    def void(self, booking: Row[Any]) -> None:
        self.at = booking.starts_at + 15 * MINUTE
        with self.desk.working(Actor("system")) as work:
            hall_news.voided(work, "hall", NODE, BookingVoided(booking.code, booking.service, booking.starts_at, 900))
