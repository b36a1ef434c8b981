"""A customer books on the public site, with nothing but links and forms."""

import pytest
from sqlalchemy import select

from central.db.tables import Booking
from tests.booking_world import id_number
from tests.public_world import PublicWorld, Visitor, words_of


def only(world: PublicWorld) -> object:
    with world.engine.connect() as connection:
        return connection.execute(select(Booking)).one()


@pytest.mark.clause("S0-7")
@pytest.mark.clause("S0-12")
def test_from_the_first_page_to_the_code(public: PublicWorld) -> None:
    visitor = Visitor(public)
    home = words_of(visitor.go("/"))
    assert "City Service Hall" in home and "Open now" in home and "places free" in home
    visitor.follow("Book a visit")
    visitor.follow("A new household book")
    visitor.follow("Tomorrow")
    visitor.follow("10:00–10:30")
    page = visitor.send(
        name="李小明", id_number=id_number(1), phone="138 0000 0001", email="li@example.org", consent="yes"
    )
    booking = only(public)
    assert booking.status == "confirmed" and booking.channel == "web" and booking.day == "2026-11-24"
    assert visitor.path == "/b" and "Your visit is booked" in page
    code = booking.code
    assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in page and "Household book original" in words_of(page)
    assert code not in str(visitor.page.url), "the code stands in no address"
