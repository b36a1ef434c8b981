"""The way of two bookings through the whole house: real broker, centre and hall, over their own interfaces.

One place is sold in the hall while its uplink is cut, and its customer served; the other is booked at the centre, and
its customer checks in at the kiosk.
"""

import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from central.db.tables import Grant
from central.vault import Vault
from contract.person import Person
from edge import config
from edge.document_storage import Paper
from edge.folders import documents_folder
from identity_numbers.gb11643 import check_character
from tests.faults.whole.house import House
from tests.faults.whole.programs import HALL, Office
from tests.waiting import until

NUMBER = "11010119900307013" + check_character("11010119900307013")
SOON_MS = 29 * 60_000
"""Customers may check in half an hour before their time."""
AHEAD_MS = 5 * 60_000
"""Whoever comes before it has begun is on time, however slow the machine."""


def soon(slot: Any) -> bool:
    now = round(time.time() * 1000)
    return bool(now + AHEAD_MS < slot["starts_at"] < now + SOON_MS)


@pytest.fixture(scope="module")
def both(office: Office) -> Iterator[House]:
    made = House(office)
    yield made
    made.database.dispose()


@pytest.mark.clause("S0-11")
@pytest.mark.clause("S0-20")
@pytest.mark.clause("S0-29")
@pytest.mark.timeout(480)
def test_a_place_sold_and_used_while_the_uplink_is_cut_is_one_booking_at_the_centre(both: House) -> None:
    def near() -> Any:
        return [one for one in both.shown("desk/places")["slots"] if soon(one)]

    [place, *_] = until(near, 90, both.office.centre.log)
    before = both.slot(place["slot"])
    assert before.granted >= 1 and before.taken == 0
    both.uplink(False)
    sold = both.hall(
        "desk/bookings", slot=place["slot"], service=place["service"], name="王小红", id_type="resident-id",
        id_number=NUMBER, phone="+33 6 12 34 56 78", readback=True,
    )  # fmt: skip
    arrived = both.hall("checkin", code=sold["code"])
    assert arrived["outcome"] == "on_time" and arrived["service"] == place["service"]
    assert both.shown("panel")["panel"]["link"]["backlog"] >= 3
    assert both.booking(sold["code"]) is None and both.slot(place["slot"]).taken == 0, "nobody else knows of it yet"

    both.uplink(True)
    booking = until(lambda: both.is_(sold["code"], "arrived"), 120, both.office.centre.log)
    assert (booking.channel, booking.ticket, booking.flag) == ("hall", arrived["ticket"], "")
    person = Vault(both.system.secret).person(booking.person, booking.person_kid)
    assert person == Person("王小红", "33612345678", "", "resident-id", NUMBER)
    after = both.slot(place["slot"])
    assert (after.taken, after.granted) == (1, before.granted - 1)
    with both.database.connect() as connection:
        grant = connection.execute(select(Grant).where(Grant.id == booking.grant)).one()
    assert grant.sold == 1
    both.serve(place["service"])
    until(lambda: both.is_(sold["code"], "served"))


@pytest.mark.clause("S0-29")
@pytest.mark.timeout(480)
def test_a_booking_made_at_the_centre_is_on_the_roster_of_the_hall_and_served_there(both: House) -> None:
    offered = both.api("GET", f"/halls/{HALL}/matters")
    matter = next(one for one in offered if not one["detail_required"])
    slots = both.api("GET", f"/halls/{HALL}/slots?matter={matter['matter']}")["slots"]
    slot = next(one for one in slots if one["bookable"] and soon(one))
    made = both.api(
        "POST", "/bookings", hall=HALL, matter=matter["matter"], slot=slot["slot"], name="李小明", phone="13812341234",
        id_type="resident-id", id_number="11010519491231002X",
    )  # fmt: skip
    assert made["status"] == "confirmed"
    code = made["code"]

    roster = documents_folder(config.load(both.system.halls[HALL])) / "roster.json"
    line = until(lambda: _bookings(roster).get(code), 120, both.office.node.log)
    assert (line["name"], line["starts_at"]) == ("李*明", slot["starts_at"])
    assert "13812341234" not in roster.read_text() and "11010519491231002X" not in roster.read_text()
    arrived = both.hall("checkin", code=code.lower())
    assert arrived["outcome"] == "on_time"
    until(lambda: both.is_(code, "arrived"))
    both.serve(arrived["service"])
    served = until(lambda: both.is_(code, "served"))
    assert served.ticket == arrived["ticket"] and served.served_at > served.arrived_at
    assert msgspec.json.encode(both.api("GET", f"/bookings/{code}")).find(b'"served"') > 0


def _bookings(roster: Any) -> dict[str, Any]:
    """By code, out of the file a person can open."""
    return {row["key"]: row["record"] for row in (Paper(roster).read() or {}).get("bookings", {}).values()}
