"""Addresses nobody gets by the console's own links: each is answered with a page, on either database."""

from urllib.parse import quote

from central.console.people.accounts import create_user
from tests.desk_visitor import Clerk
from tests.desk_world import PASSWORD, DeskWorld

DAYS = ("0001-01-01", "9999-12-31", "2026-W48-1", "x")
OF_A_DAY = (
    "/today?day=", "/bookings?day=", "/bookings/plan?day=", "/slots?day=", "/calendar?day=", "/booking-figures?since=",
    "/booking-figures?until=", "/audit?since=", "/audit?until=", "/outbox?since=", "/deliveries?until=",
)  # fmt: skip
NUMBERS = ("²", "-1", "9" * 18, "9" * 40)
"""What Python takes for a digit is not always one."""
OF_A_NUMBER = (
    "/audit?before=", "/outbox?before=", "/deliveries?key=", "/desk/new?again=", "/closures/new?from=",
    "/calendar?year=", "/booking/", "/review/", "/calls/", "/closures/", "/contacts/", "/watchers/",
    "/keys/", "/people/",
)  # fmt: skip
OF_A_NAME = ("/nodes/", "/masters/matters/", "/masters-halls/", "/today?hall=", "/hours?hall=", "/desk?asked=")


def test_none_is_a_fault_of_the_centre(world: DeskWorld) -> None:
    create_user(world.engine, "boss", PASSWORD, "admin")
    boss = Clerk(world, "boss")
    asked = [f"{page}{day}" for page in OF_A_DAY for day in DAYS]
    asked += [f"{page}{quote(number)}" for page in OF_A_NUMBER for number in NUMBERS]
    asked += [f"{page}%00" for page in OF_A_NAME]
    assert [page for page in asked if boss.get(f"/console{page}").status_code not in (200, 400, 404, 422)] == []
