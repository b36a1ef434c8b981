"""The bookings of a day: list, file, schedule confirmed, materials prepared."""

import csv
import io

import pytest
from sqlalchemy import select, update

from central.booking.desk import Who
from central.db.engine import writing
from central.db.tables import AuditRow, Matter
from contract.booking_code import grouped
from tests.booking_world import DAY
from tests.desk_visitor import Clerk
from tests.desk_world import DeskWorld

TUESDAY = "hall=hall&day=2026-11-24"


def trail(world: DeskWorld, subject: str) -> list[tuple[str, str, str]]:
    query = select(AuditRow.actor, AuditRow.action, AuditRow.subject_id).where(AuditRow.subject == subject)
    with world.engine.connect() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(query.order_by(AuditRow.id))]


def test_the_list_shows_the_day_in_the_order_of_time_and_filters(world: DeskWorld) -> None:
    first, other = world.booked(1), world.booked(2, matter="transfer")
    gone = world.booked(3)
    world.desk.cancel(Who(gone.code))
    clerk = Clerk(world, "receptionist")
    page = clerk.page(f"/bookings?{TUESDAY}").text
    assert all(grouped(one.code) in page for one in (first, other, gone))
    assert "李*明" in page and "李小明" not in page and "13800000001" not in page
    page = clerk.page(f"/bookings?{TUESDAY}&service=social&status=confirmed").text
    assert grouped(first.code) in page and grouped(other.code) not in page and grouped(gone.code) not in page
    assert grouped(first.code) not in clerk.page("/bookings?hall=other&day=2026-11-24").text
    assert "No bookings." in clerk.page("/bookings").text, "today"
    assert clerk.page("/bookings?day=tomorrow").status_code == 400
    assert Clerk(world, "elsewhere").page("/bookings?hall=hall").status_code == 404


@pytest.mark.fault("F52")
def test_the_file_has_masked_people_and_no_formulas(world: DeskWorld) -> None:
    world.booked(1, channel="hotline", ref="=CMD()", readback=True)
    with writing(world.engine).begin() as connection:
        connection.execute(update(Matter).where(Matter.id == "join").values(name={"zh": "=1+1", "en": "=1+1"}))
    answer = Clerk(world, "supervisor").page(f"/bookings/export?{TUESDAY}")
    assert answer.headers["content-disposition"].endswith("bookings-hall-2026-11-24.csv")
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["from"], row["until"], row["customer"], row["phone"]) == ("09:00", "09:30", "李*明", "138****0001")
    assert row["matter"] == "'=1+1"
    assert "CMD" not in answer.text and "李小明" not in answer.text
    assert trail(world, "hall")[-1] == ("supervisor", "bookings.exported", "hall")


@pytest.mark.clause("S2-5")
def test_the_days_schedule_names_every_service_and_is_confirmed_by_a_person(world: DeskWorld) -> None:
    world.booked(1)
    supervisor = Clerk(world, "supervisor")
    page = supervisor.page(f"/bookings/plan?{TUESDAY}").text
    assert "Social insurance" in page and "Real estate" in page, "also the one nobody has booked"
    assert "1 of " in page and "0 of " in page and "Counter 1, Counter 2, Counter 3" in page
    assert "Nobody has confirmed this plan yet." in page
    form = {"hall": "hall", "day": "2026-11-24", "bookings": "1"}
    done = supervisor.fill("/bookings/plan/confirm", "/bookings/plan", form).text
    assert "Confirmed by supervisor at Mon, Nov 23 09:00 with 1 booking." in done and "it has changed" not in done
    assert trail(world, "hall_day") == [("supervisor", "day.confirmed", "hall 2026-11-24")]
    world.booked(2)
    assert "Since then it has changed." in supervisor.page(f"/bookings/plan?{TUESDAY}").text
    refused = Clerk(world, "receptionist").fill("/bookings/plan/confirm", "/bookings/plan", form)
    assert refused.status_code == 403


@pytest.mark.clause("S0-17")
def test_what_is_coming_is_prepared_by_matter(world: DeskWorld) -> None:
    world.booked(1)
    world.booked(2, flags=("disabled",))
    gone = world.booked(3)
    world.desk.cancel(Who(gone.code))
    clerk = Clerk(world, "receptionist")
    page = clerk.page(f"/bookings/plan?{TUESDAY}").text
    joining = page[page.index("hk-prepare") :]
    assert "Joining" in joining and "ID card" in joining and joining.count("李*明") == 2, "not the cancelled one"
    assert "Customers with special needs" in page and "disabled" in page
    form = {"hall": "hall", "day": "2026-11-24", "matter": "join"}
    assert "prepared by receptionist, 09:00" in clerk.fill("/bookings/plan/prepared", "/bookings/plan", form).text
    assert trail(world, "hall_day") == [("receptionist", "day.prepared", "hall 2026-11-24 join")]
    world.at += DAY
    assert "prepared by receptionist" in clerk.page("/bookings/plan").text, "today's plan, the day after"
