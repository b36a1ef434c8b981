"""What the desk does by itself: opens slots, tells halls their matters and rosters, ends what was not mended."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Engine

from central.audit import SYSTEM
from central.booking import closing, expiring, opening, retention, roster, seeding, shares
from central.booking.desk import BookingDesk
from central.booking.following import Follower
from central.clockwork import Job
from central.masters import telling

ROSTER = "roster"


def seed_calendar(desk: BookingDesk, at: int) -> None:
    """This year's working days and the next one's, where they are announced; before anything asks for them."""
    if seeding.seed(desk.engine, datetime.fromtimestamp(at / 1000, UTC).year, at):
        desk.offers.forget()


Tell = Callable[[Engine, int], int]
"""Tells halls what is owed at that moment (ms); how much it was."""


def jobs(desk: BookingDesk, wake: Callable[[], object]) -> list[Job]:
    """`wake` is called when there is something to tell a hall."""

    def open_slots(at: int) -> None:
        seed_calendar(desk, at)
        opening.open_all(desk.engine, desk.offers, at)

    def telling_by(tell: Tell) -> Callable[[int], None]:
        def act(at: int) -> None:
            if tell(desk.engine, at):
                wake()

        return act

    follower = Follower(desk)

    def share(at: int) -> None:
        for hall in desk.halls():
            with desk.working(SYSTEM) as work:
                offer = work.offer(hall)
                told = shares.give(work, offer) + shares.recall_wanted(work, offer)
                shares.settle_past(work, hall)
            if told:
                wake()

    def closures(_at: int) -> None:
        with desk.working(SYSTEM, staff=True) as work:
            told = closing.keep_time(work)
        if told:
            wake()

    return [
        Job("closures", 20, closures),
        Job("halls", 0.5, follower.follow),
        Job("shares", 60, share),
        Job("slots", 60, open_slots),
        Job("deadlines", 20, lambda at: expiring.expire(desk, at)),
        Job("matters", 15, telling_by(telling.tell)),
        Job(ROSTER, 15, telling_by(roster.tell)),
        Job("retention", 6 * 3600, lambda at: retention.clear(desk.engine, desk.vault, at)),
    ]
