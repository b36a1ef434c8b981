"""What the desk does by itself: opens slots, tells halls their rosters, ends what was not mended in time."""

from collections.abc import Callable
from datetime import UTC, datetime

from central.booking import expiring, opening, roster, seeding
from central.booking.desk import BookingDesk
from central.clockwork import Job

ROSTER = "roster"


def jobs(desk: BookingDesk, wake: Callable[[], object]) -> list[Job]:
    """`wake` is called when there is something to tell a hall."""

    def open_slots(at: int) -> None:
        year = datetime.fromtimestamp(at / 1000, UTC).year
        if seeding.seed(desk.engine, year, at):
            desk.offers.forget()
        opening.open_all(desk.engine, desk.offers, at)

    def tell_rosters(at: int) -> None:
        if roster.tell(desk.engine, desk.offers, at):
            wake()

    return [
        Job("slots", 300, open_slots),
        Job("deadlines", 20, lambda at: expiring.expire(desk, at)),
        Job(ROSTER, 15, tell_rosters),
    ]
