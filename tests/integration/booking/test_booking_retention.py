"""What is known of persons goes when its time is over, and the job says what it did."""

import pytest
from sqlalchemy import select, update

from central.booking import retention
from central.booking.desk import Who
from central.db.tables import AuditRow, Booking
from tests.booking_world import DAY, World


def gone_by(world: World, code: str, days: int) -> None:
    """The booking ended so many days ago."""
    ended = world.at - days * DAY
    with world.engine.begin() as connection:
        connection.execute(
            update(Booking).where(Booking.code == code).values(open=False, status="served", ends_at=ended)
        )


@pytest.mark.clause("S4-56")
def test_numbers_go_after_ninety_days_and_persons_after_two_years(world: World) -> None:
    fresh, older, old, flagged = (world.booked(n).code for n in (1, 2, 3, 4))
    gone_by(world, fresh, 89), gone_by(world, older, 91), gone_by(world, old, 731), gone_by(world, flagged, 731)
    with world.engine.begin() as connection:
        connection.execute(update(Booking).where(Booking.code == flagged).values(flag="excess"))
    assert retention.clear(world.engine, world.vault, world.at) == {"numbers": 1, "persons": 1}
    kept = world.desk.find(Who(fresh))
    assert kept.person_key and world.vault.person(kept.person, kept.person_kid).id_number
    less = world.desk.find(Who(older))
    person = world.vault.person(less.person, less.person_kid)
    assert (person.id_number, person.name, less.person_key, less.id_masked) == ("", "李小明", None, "")
    nobody = world.desk.find(Who(old))
    assert (nobody.person, nobody.name_masked, nobody.phone_key, nobody.detail) == (None, "", None, None)
    assert nobody.status == "served", "it still counts"
    assert world.desk.find(Who(flagged)).person is not None, "somebody must look at it first"
    with world.engine.connect() as connection:
        [row] = connection.execute(select(AuditRow).where(AuditRow.action == "retention.cleared")).all()
    assert row.after == {"numbers": 1, "persons": 1}
    assert retention.clear(world.engine, world.vault, world.at) == {"numbers": 0, "persons": 0}
