"""How many visits a matter took: a visit that goes on with an earlier one is no new case (S1-5)."""

from fractions import Fraction

import pytest

from central.audit import SYSTEM, Actor
from central.booking import store
from central.booking.desk import Who
from central.booking.rebooking import rebook
from central.booking.written import Caller
from central.figures.bookings import Choice
from central.figures.visits import visits
from tests.booking_world import DAY, World

CLERK = Actor("wang")


@pytest.fixture
def world(database_url: str) -> World:
    return World(database_url)


def serve(world: World, code: str) -> None:
    with world.desk.working(SYSTEM) as work:
        row = store.by_code(work.connection, code, lock=True)
        assert row is not None
        store.change(work.connection, row, status="served", open=False, served_at=work.at)


def again(world: World, old: str, n: int) -> str:
    """The same person once more, as a case linked to the one before (S0-50)."""
    caller = Caller("hotline", world.desk.roster_key("hall"), None, "wang")
    with world.desk.working(CLERK, staff=True) as work:
        row = store.by_code(work.connection, old, lock=True)
        assert row is not None
        return str(rebook(work, row, world.application(n, readback=True), caller).code)


@pytest.mark.clause("S1-5")
@pytest.mark.clause("S0-50")
def test_a_matter_that_had_to_be_redone_took_two_visits_and_is_one_case(world: World) -> None:
    first, other = world.booked(1).code, world.booked(2).code
    serve(world, first), serve(world, other)
    world.at += DAY
    second = again(world, first, 1)
    before, now = world.desk.find(Who(first)), world.desk.find(Who(second))
    assert (before.rebooked_as, now.rebooked_from) == (second, first), "each names the other"
    assert before.status == "served", "what is done stays done"
    serve(world, second)
    with world.engine.connect() as connection:
        [found] = visits(connection, Choice(("hall",), "2026-11-23", "2026-12-07"))
    assert (found.matter, found.steps, found.published) == ("join", 1, 1)
    assert (found.served, found.again, found.cases, found.mean) == (3, 1, 2, Fraction(3, 2))


def test_who_missed_a_visit_and_came_later_is_one_visit(world: World) -> None:
    missed = world.booked(1).code
    with world.desk.working(SYSTEM) as work:
        row = store.by_code(work.connection, missed, lock=True)
        assert row is not None
        store.change(work.connection, row, status="void", open=False)
    world.at += DAY
    serve(world, again(world, missed, 1))
    with world.engine.connect() as connection:
        [found] = visits(connection, Choice(("hall",), "2026-11-23", "2026-12-07"))
    assert (found.served, found.cases, found.mean) == (1, 1, Fraction(1))
