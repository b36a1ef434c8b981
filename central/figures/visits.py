"""How often customers came for a matter, counted by the database."""

from sqlalchemy import Connection, and_, case, exists, func, select
from sqlalchemy.orm import aliased

from central.db.tables import Booking, Matter
from central.figures.bookings import Choice
from central.metrics.visits import Visits


def visits(connection: Connection, choice: Choice) -> list[Visits]:
    """One for each matter with a served booking, by id."""
    earlier = aliased(Booking)
    again = exists().where(and_(earlier.code == Booking.rebooked_from, earlier.status == "served"))
    query = (
        select(Booking.matter, func.count(), func.sum(case((again, 1), else_=0)))
        .where(choice.of_bookings(), Booking.status == "served", Booking.matter.is_not(None))
        .group_by(Booking.matter)
    )
    counted = {matter: (served, continued) for matter, served, continued in connection.execute(query)}
    known = select(Matter.id, Matter.steps, Matter.visits).where(Matter.id.in_(counted)).order_by(Matter.id)
    return [
        Visits(id_, len(steps), published, counted[id_][0], int(counted[id_][1]))
        for id_, steps, published in connection.execute(known)
    ]
