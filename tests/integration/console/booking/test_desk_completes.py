"""Who a rebuilt booking is for is completed on its page, by what fits; those to complete are listed."""

from typing import Any

import pytest
from sqlalchemy import update

from central.booking.desk import Who
from central.db.engine import writing
from central.db.tables import Booking
from central.guesses import CODE_S, MOST
from contract.booking_code import grouped
from tests.booking_world import id_number
from tests.desk_visitor import Clerk
from tests.desk_world import DeskWorld

CUSTOMER = {
    "name": "李小明", "phone": "138 0000 0001", "id_type": "resident-id", "id_number": id_number(1), "email": "",
    "language": "en",
}  # fmt: skip
UNKNOWN: dict[str, Any] = {
    "person": None, "person_kid": "", "person_key": None, "phone_key": None, "phone_masked": "", "id_masked": "",
    "channel": "rebuilt", "flag": "details_lost",
}  # fmt: skip


def lost(world: DeskWorld, n: int = 1, **changes: Any) -> Any:
    """A booking of which the centre has what a roster gives back."""
    booking = world.booked(n, hall=changes.pop("hall", "hall"))
    with writing(world.engine).begin() as connection:
        connection.execute(update(Booking).where(Booking.id == booking.id).values(**UNKNOWN | changes))
    return world.desk.find(Who(booking.code))


@pytest.mark.fault("F25")
def test_it_is_completed_on_its_page_by_what_fits(world: DeskWorld) -> None:
    booking = lost(world)
    clerk, page = Clerk(world, "receptionist"), f"/booking/{booking.id}"
    assert "the name 李*明" in clerk.page(page).text
    wrong = clerk.fill(f"{page}/act/complete", page, CUSTOMER | {"phone": "13811112222", "name": "赵小明"})
    assert wrong.status_code == 422
    for field, sentence in (
        ("name", "This is not the name the hall has, 李*明"),
        ("phone", "not the telephone number"),
    ):
        assert f'id="fault-{field}"' in wrong.text and sentence in wrong.text
    assert 'id="fault-id_number"' not in wrong.text and 'value="13811112222"' in wrong.text, "nothing typed is lost"
    done = clerk.fill(f"{page}/act/complete", page, CUSTOMER).text
    assert "The details are complete" in done and "138****0001" in done and "details completed" in done
    assert "details given that do not fit" in done, "the try before is told in its story"
    assert 'id="act-complete"' not in done
    assert world.desk.find(Who(booking.code)).flag == ""


@pytest.mark.fault("F50")
def test_wrong_tries_are_limited_as_those_of_a_code_are(world: DeskWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("central.guesses.EQUAL_S", 0)
    booking, other = lost(world), lost(world, 2)
    impossible, wrong = CUSTOMER | {"name": ""}, CUSTOMER | {"name": "赵小明"}
    clerk, page = Clerk(world, "receptionist"), f"/booking/{booking.id}"
    assert "Give the name" in clerk.fill(f"{page}/act/complete", page, impossible).text
    for _ in range(MOST):
        assert "This is not the name the hall has" in clerk.fill(f"{page}/act/complete", page, wrong).text
    shut = clerk.fill(f"{page}/act/complete", page, CUSTOMER)
    assert shut.status_code == 422 and "Too many wrong tries of this code. Try again in 60 minutes" in shut.text
    assert 'value="李小明"' in shut.text, "nothing typed is lost"
    clerk.cookies.set("language", "zh")
    assert "次数过多" in clerk.fill(f"{page}/act/complete", page, CUSTOMER).text
    there = f"/booking/{other.id}"
    mine = CUSTOMER | {"phone": "138 0000 0002", "id_number": id_number(2)}
    assert clerk.fill(f"{there}/act/complete", there, mine).status_code == 200, "another booking is not shut"
    world.at += CODE_S * 1000 + 1
    assert clerk.fill(f"{page}/act/complete", page, CUSTOMER).status_code == 200
    assert world.desk.find(Who(booking.code)).person is not None


def test_those_to_complete_are_listed_and_one_too_many_is_marked(world: DeskWorld) -> None:
    first, second, known = lost(world, 1), lost(world, 2, flag="excess"), world.booked(3)
    page = Clerk(world, "receptionist").page("/lost").text
    assert grouped(first.code) in page and grouped(second.code) in page and grouped(known.code) not in page
    assert page.count("one too many at its time") == 1
    there = lost(world, 4, hall="other")
    elsewhere = Clerk(world, "elsewhere").page("/lost").text
    assert grouped(there.code) in elsewhere and grouped(first.code) not in elsewhere


def test_who_may_not_assist_completes_nothing(world: DeskWorld) -> None:
    booking = lost(world)
    auditor = Clerk(world, "auditor")
    assert 'id="act-complete"' not in auditor.page(f"/booking/{booking.id}").text
    assert auditor.page("/lost").status_code == 403
    assert auditor.fill(f"/booking/{booking.id}/act/complete", "/desk", CUSTOMER).status_code == 403
    assert Clerk(world, "elsewhere").fill(f"/booking/{booking.id}/act/complete", "/desk", CUSTOMER).status_code == 404
    assert world.desk.find(Who(booking.code)).person is None


def test_a_caller_is_found_by_the_number_the_hall_kept(world: DeskWorld) -> None:
    booking = lost(world)
    found = Clerk(world, "operator").fill("/desk", "/desk", {"asked": "138-0000-0001"}).text
    assert "1 found" in found and grouped(booking.code) in found
