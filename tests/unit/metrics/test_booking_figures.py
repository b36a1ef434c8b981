"""The figures of bookings, against numbers small enough to count by hand."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.booking.life import STATUSES
from central.metrics.booking import booking_figures, each, on_time_rate_of_all
from central.metrics.booking_facts import BookingFacts, SlotFacts
from central.metrics.booking_load import by_day, by_hour, slot_load
from central.metrics.formulas import Rate


def some(status: str, n: int = 1, **more: Any) -> BookingFacts:
    more = {"attempts": n, "confirmed": status not in ("returned", "reviewing", "refused", "expired")} | more
    fixed: dict[str, Any] = {"hall": "h", "matter": "join", "channel": "web", "day": "2026-11-20"}
    return BookingFacts(status=status, n=n, **fixed | more)


@pytest.mark.clause("S0-58")
def test_an_application_with_its_resubmissions_counts_once_and_every_attempt_in_the_second_figure() -> None:
    month = [
        some("served", 60, attempts=70),
        some("cancelled", 10),
        some("expired", 12, attempts=12),
        some("refused", 3, attempts=5),
        some("returned", 10, attempts=14),
        some("reviewing", 5),
    ]
    found = booking_figures(month)
    assert found.success == Rate(70, 100)
    assert found.success_by_attempts == Rate(70, 116)
    assert (found.pending, found.never, found.cancelled, found.came) == (15, 15, 10, 60)


@pytest.mark.clause("S0-20")
@pytest.mark.clause("S0-43")
@pytest.mark.clause("S0-47")
def test_who_came_was_punctual_or_late() -> None:
    day = [
        some("served", 14, arrival="on_time"),
        some("arrived", 2, arrival="on_time"),
        some("served", 2, arrival="late"),
        some("served", 1, arrival="deferred"),
        some("arrived", 1, arrival="lifted"),
        some("confirmed", 9),
    ]
    found = booking_figures(day)
    assert found.punctual == Rate(16, 20)
    assert found.late == Rate(4, 20)
    assert found.overrides == 1


@pytest.mark.clause("S0-45")
def test_no_shows_are_a_share_of_those_that_stood_when_their_time_came() -> None:
    day = [some("void", 3), some("served", 16), some("arrived", 1), some("confirmed", 30), some("cancelled", 8)]
    assert booking_figures(day).no_show == Rate(3, 20)
    assert booking_figures([some("confirmed", 30)]).no_show.share is None, "nobody is missing before the time"


@pytest.mark.clause("S0-21")
def test_only_what_its_customer_cancelled_counts_and_late_where_the_lead_was_not_kept() -> None:
    week = [
        some("served", 30),
        some("cancelled", 6, reason_code="customer"),
        some("cancelled", 2, reason_code="customer", late_cancel=True),
        some("cancelled", 1, reason_code="FM"),
        some("cancelled", 1, reason_code="closure", late_cancel=True),
        some("cancelled", 4, reason_code="customer", confirmed=False),
    ]
    found = booking_figures(week)
    assert found.cancel == Rate(9, 40)
    assert found.late_cancel == Rate(2, 40)
    assert found.cancelled == 14


@pytest.mark.clause("S0-48")
def test_changed_bookings_are_a_share_of_those_confirmed() -> None:
    assert booking_figures([some("served", 7), some("confirmed", 1, changed=True)]).change == Rate(1, 8)


@pytest.mark.clause("S0-59")
def test_on_time_is_finished_by_the_end_of_the_slot_with_two_bases() -> None:
    """K12: the customers with a booking alone; and, after the letter, everybody who was served."""
    day = [some("served", 18, in_time=True), some("served", 6, in_time=False), some("arrived", 5), some("void", 2)]
    assert booking_figures(day).on_time == Rate(18, 24)
    assert on_time_rate_of_all(day, walk_ins=48) == Rate(18, 72)
    assert on_time_rate_of_all(day, walk_ins=48).share == Fraction(1, 4)


@pytest.mark.clause("S0-19")
def test_the_load_of_slots_is_booked_by_capacity() -> None:
    slots = [
        SlotFacts("2026-11-20", 5, 9, 3, 4),
        SlotFacts("2026-11-20", 5, 10, 1, 4),
        SlotFacts("2026-11-27", 5, 9, 4, 4),
    ]
    assert slot_load(slots) == Rate(8, 12)
    assert by_hour(slots) == {(5, 9): Rate(7, 8), (5, 10): Rate(1, 4)}
    assert by_day(slots) == {"2026-11-20": Rate(4, 8), "2026-11-27": Rate(4, 4)}
    assert slot_load([]).share is None


@st.composite
def lifelike(draw: st.DrawFn) -> BookingFacts:
    """Bookings as the tables can hold them."""
    status, n = draw(st.sampled_from(STATUSES)), draw(st.integers(1, 5))
    came = status in ("arrived", "served")
    undecided = status in ("returned", "reviewing", "refused", "expired")
    return some(
        status,
        n,
        channel=draw(st.sampled_from(["web", "app", "hotline"])),
        attempts=n + draw(st.integers(0, 3)),
        confirmed=not undecided and (status != "cancelled" or draw(st.booleans())),
        reason_code=draw(st.sampled_from(["", "customer", "FM", "closure", "office"])),
        late_cancel=status == "cancelled" and draw(st.booleans()),
        changed=draw(st.booleans()),
        arrival=draw(st.sampled_from(["on_time", "late", "deferred", "lifted"])) if came else None,
        in_time=draw(st.booleans()) if status == "served" else None,
    )


@given(st.lists(lifelike(), max_size=30), st.integers(0, 50))
def test_parts_sum_to_the_whole_and_no_rate_leaves_its_bounds(bookings: list[BookingFacts], walk_ins: int) -> None:
    total = booking_figures(bookings)
    counts = (total.pending, total.expected, total.came, total.missed, total.cancelled, total.never)
    assert sum(counts) == total.applied == sum(b.n for b in bookings)
    rates = (
        total.success, total.success_by_attempts, total.punctual, total.late, total.no_show, total.cancel,
        total.late_cancel, total.change, total.on_time, on_time_rate_of_all(bookings, walk_ins),
    )  # fmt: skip
    assert all(0 <= rate.part <= rate.whole for rate in rates)
    assert total.punctual.part + total.late.part == total.punctual.whole == total.late.whole
    assert total.late_cancel.part <= total.cancel.part
    assert total.overrides <= total.late.part


@given(st.lists(lifelike(), max_size=30))
def test_the_channels_add_up(bookings: list[BookingFacts]) -> None:
    total, channels = booking_figures(bookings), each(bookings, lambda b: b.channel).values()
    assert sum(one.applied for one in channels) == total.applied
    for name in ("success", "punctual", "no_show", "cancel", "on_time"):
        assert sum(getattr(one, name).part for one in channels) == getattr(total, name).part
        assert sum(getattr(one, name).whole for one in channels) == getattr(total, name).whole
