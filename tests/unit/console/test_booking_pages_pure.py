"""What the booking pages decide without a clock or a database: how pressing work is, how full a slot, a day's plan."""

from typing import Any

import msgspec
import pytest
from starlette.datastructures import FormData

from central.console.booking import forms, plan, urgency
from central.console.booking.desk_form import spaced
from central.console.booking.forms import Typed
from central.console.booking.slots_query import load

HOUR = 3_600_000


class Slot(msgspec.Struct):
    capacity: int = 10
    taken: int = 0
    granted: int = 0
    excess: int = 0
    closed: bool = False
    service: str = "social"
    starts_at: int = 0
    ends_at: int = 1


class Booked(msgspec.Struct):
    matter: str | None
    starts_at: int
    status: str = "confirmed"
    business_type: str = "social"


@pytest.mark.parametrize(
    ("left", "waited", "expected"),
    [(0, 0, "over"), (4 * HOUR, 0, "now"), (4 * HOUR + 1, 0, "soon"), (24 * HOUR, 0, "soon"),
     (24 * HOUR + 1, 0, ""), (48 * HOUR, 24 * HOUR, "soon"), (48 * HOUR, 24 * HOUR - 1, "")],
)  # fmt: skip
def test_a_review_presses_by_its_time_and_by_how_long_it_has_waited(left: int, waited: int, expected: str) -> None:
    assert urgency.of_review(left, waited) == expected


@pytest.mark.parametrize(
    ("left", "expected"), [(-1, "over"), (0, "now"), (HOUR, "now"), (HOUR + 1, "soon"), (4 * HOUR + 1, "")]
)
def test_a_call_presses_by_when_it_is_due(left: int, expected: str) -> None:
    assert urgency.of_task(left) == expected


@pytest.mark.parametrize(
    ("slot", "expected"),
    [(Slot(taken=4), "easy"), (Slot(taken=5), "busy"), (Slot(taken=4, granted=1), "busy"), (Slot(taken=9), "crowded"),
     (Slot(taken=8, granted=2), "full"), (Slot(capacity=0), "full"), (Slot(taken=11, excess=1), "over"),
     (Slot(taken=11, excess=1, closed=True), "closed")],
)  # fmt: skip
def test_a_slot_is_coloured_by_what_is_sold_or_the_halls_own(slot: Slot, expected: str) -> None:
    assert load(slot) == expected


def test_the_plan_names_every_queue_and_every_matter_that_is_coming() -> None:
    counters: list[dict[str, Any]] = [{"id": "1", "serves": [["social"], ["estate"]]}, {"id": "2", "serves": []}]
    social, estate = plan.services([Slot(taken=2), Slot(closed=True)], ["social", "estate"], counters)
    assert (social.counters, social.booked, social.capacity) == (["1"], 2, 10), "a closed one takes nobody"
    assert (estate.counters, estate.periods) == ([], [])
    found = plan.preparations(
        [Booked("claim", 5), Booked("join", 3), Booked("claim", 1), Booked("join", 2, "cancelled"), Booked(None, 9)], {}
    )
    assert [(one.matter, [row.starts_at for row in one.bookings]) for one in found] == [
        ("claim", [1, 5]), ("join", [3]), ("social", [9]),
    ]  # fmt: skip


def test_what_was_searched_for_goes_where_it_belongs() -> None:
    empty = Typed()
    assert forms.started(empty, "138 0000 0001").phone == "138 0000 0001"
    assert forms.started(empty, "110101199003070011").id_number == "110101199003070011"
    assert forms.started(empty, "李小明").name == "李小明"


def test_a_form_is_read_as_it_was_typed_and_no_longer_than_it_may_be() -> None:
    form = FormData(
        [("name", "x" * 9000), ("flags", "disabled"), ("flags", "royal"), ("answers.q1", "yes"), ("channel", "fax"),
         ("began_at", "1000"), ("phone", "1\x002")]
    )  # fmt: skip
    typed = forms.typed(form, 2000)
    assert len(typed.name) == forms.LONGEST and typed.flags == ("disabled",) and typed.answers == {"q1": "yes"}
    assert typed.channel == "hotline" and typed.began_at == 1000 and "\x00" not in typed.phone
    assert forms.typed(form, 1000 + forms.OLDEST_MS + 1).began_at is None, "an old form tells no review time"
    assert forms.typed(form, 999).began_at is None, "nor one from the future"


def test_numbers_are_read_out_in_groups() -> None:
    assert spaced("13812345678") == "138 1234 5678"
    assert spaced("11010119900307001X") == "110101 19900307 001X"
    assert spaced("E12345678") == "E123 4567 8"
