"""The figures of a Tuesday with every fate, counted by hand, on both databases."""

import pytest
from sqlalchemy import insert, select

from central.db.engine import writing
from central.db.tables import Booking, TicketRow
from central.figures import bookings
from central.figures.bookings import Choice
from central.figures.office import office
from central.figures.public import public_indicators
from central.metrics.booking import BookingFigures, booking_figures, each
from central.metrics.booking_load import by_hour, slot_load
from central.metrics.booking_office import OfficeFigures
from central.metrics.formulas import Rate
from tests.figures_world import TUESDAY, Story

WEEKS = Choice(("hall",), "2026-11-23", "2026-12-07")


def figures(story: Story, choice: Choice = WEEKS) -> BookingFigures:
    with story.engine.connect() as connection:
        return booking_figures(bookings.bookings(connection, choice))


def of_office(story: Story, choice: Choice = WEEKS) -> OfficeFigures:
    with story.engine.connect() as connection:
        return office(connection, choice)


def served(story: Story, ticket: str, booking: str | None = None, wait_s: int = 0, level: int | None = None) -> None:
    """A ticket of that Tuesday, as the projector writes it."""
    row = {"node": "hall", "ticket": ticket, "hall": "hall", "day": TUESDAY, "number": ticket, "service": "social",
           "lane": "ordinary", "source": "kiosk", "status": "done", "booking": booking, "marks": {},
           "issued_at": story.at, "called_at": story.at, "wait_s": wait_s, "handling_s": 300, "level": level,
           }  # fmt: skip
    with writing(story.engine).begin() as connection:
        connection.execute(insert(TicketRow).values(row))


@pytest.mark.clause("S0-58")
def test_twenty_applied_and_seventeen_succeeded(story: Story) -> None:
    found = figures(story)
    assert found.success == Rate(17, 20)
    assert found.success_by_attempts == Rate(17, 22), "one needed three attempts"
    counts = (found.pending, found.expected, found.came, found.missed, found.cancelled, found.never)
    assert counts == (2, 5, 8, 1, 3, 1)


@pytest.mark.clause("S0-20")
@pytest.mark.clause("S0-21")
@pytest.mark.clause("S0-43")
@pytest.mark.clause("S0-45")
def test_who_came_who_did_not_and_who_cancelled(story: Story) -> None:
    found = figures(story)
    assert (found.punctual, found.late, found.overrides) == (Rate(6, 8), Rate(2, 8), 1)
    assert found.no_show == Rate(1, 9), "one who was void, of nine who were waited for"
    assert (found.cancel, found.late_cancel) == (Rate(3, 17), Rate(1, 17))
    assert found.change == Rate(2, 17), "one moved, one with another matter; what the closure moved is not theirs"


@pytest.mark.clause("S0-59")
def test_on_time_is_of_those_booked_and_of_everybody_served(story: Story) -> None:
    assert figures(story).on_time == Rate(6, 7), "the lifted one is still at the window"
    with story.engine.connect() as connection:
        code = connection.scalar(select(Booking.code).where(Booking.channel == "app", Booking.status == "served"))
    served(story, "A1", wait_s=60, level=5)
    served(story, "A2", wait_s=120, level=2)
    served(story, "B1", booking=code, wait_s=180)
    with story.engine.connect() as connection:
        assert bookings.walk_ins(connection, WEEKS) == 2
        month = public_indicators(connection, "hall", "2026-11")
    assert (month.on_time, month.on_time_of_all) == (Rate(6, 7), Rate(6, 9))
    assert (month.served, month.wait.mean, month.satisfied) == (3, 120, Rate(1, 2))
    assert month.success == Rate(15, 18), "two were moved into December"


@pytest.mark.clause("S0-1")
def test_a_month_that_is_none_is_refused(story: Story) -> None:
    with story.engine.connect() as connection, pytest.raises(ValueError, match="month"):
        public_indicators(connection, "hall", "2026-13")


@pytest.mark.clause("S0-19")
def test_the_load_is_what_was_booked_of_each_hour(story: Story) -> None:
    with story.engine.connect() as connection:
        slots = bookings.slots(connection, Choice(("hall",), TUESDAY, TUESDAY))
        estate = bookings.slots(connection, Choice(("hall",), TUESDAY, TUESDAY, matter="transfer"))
    assert by_hour(slots)[2, 9] == Rate(7, 12), "five at nine of one queue, two of the other"
    assert slot_load(estate) == Rate(3, 11), "one of twelve was closed"


@pytest.mark.clause("S0-25")
@pytest.mark.clause("S0-28")
@pytest.mark.clause("S0-48")
def test_what_the_office_did(story: Story) -> None:
    found = of_office(story)
    assert found.review.mean == 600 and found.review_in_time == Rate(1, 2)
    assert found.approval.mean == 3600 and found.approval.n == 2 and found.undecided == 0
    assert (found.called, found.called_in_time) == (Rate(1, 3), Rate(1, 1)), (
        "a change to an important matter is called too"
    )


@pytest.mark.clause("S0-23")
def test_of_the_messages_sent_those_reported_are_delivered(story: Story) -> None:
    found = of_office(story)
    assert found.sms == Rate(2, 4)
    email = found.notices["email"]
    assert (email.sent, email.delivered, email.waiting) == (3, 0, 1)


@pytest.mark.clause("S0-51")
@pytest.mark.clause("S0-52")
def test_a_closure_and_whoever_it_hit(story: Story) -> None:
    found = of_office(story)
    assert found.closures.mean == 1200 and found.closures_in_time == Rate(1, 1)
    assert found.resolved == Rate(1, 1) and found.unreachable == 0


def test_what_is_chosen_is_counted_and_nothing_else(story: Story) -> None:
    def applied(**chosen: str) -> int:
        return figures(story, Choice(("hall",), WEEKS.since, WEEKS.until, **chosen)).applied

    assert applied() == 20
    assert applied(channel="web") == 15 and applied(channel="hotline") == 1 and applied(channel="partner") == 0
    assert applied(matter="transfer") == 3 and applied(matter="claim") == 2
    assert figures(story, Choice(("elsewhere",), WEEKS.since, WEEKS.until)).applied == 0
    assert figures(story, Choice(("hall",), TUESDAY, TUESDAY)).applied == 18
    with story.engine.connect() as connection:
        found = each(bookings.bookings(connection, WEEKS), lambda b: b.channel)
        assert bookings.seen(connection, ["hall"]) == (
            ["claim", "join", "transfer"], ["app", "hotline", "onsite", "web", "wechat"]
        )  # fmt: skip
    assert sum(one.applied for one in found.values()) == 20
