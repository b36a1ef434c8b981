"""Centre and hall by their own interfaces, and what the centre has written down."""

import secrets
from typing import Any

import httpx
from sqlalchemy import Row, select

from central.config import load as centre_settings
from central.db.engine import open_database
from central.db.tables import Booking, Slot
from hallkeeper.bookings.setup import open_for_booking
from tests.faults.whole.load import Hall
from tests.faults.whole.programs import HALL, Office
from tests.waiting import until


class House:
    """Both sides by their own calls, and what the centre has written down."""

    def __init__(self, office: Office) -> None:
        self.office, self.system = office, office.system
        self.keys = open_for_booking(self.system.central, [HALL])
        office.centre.end()
        office.centre.start()  # so that the hall is given its share now, and not in a minute
        self.database = open_database(centre_settings(self.system.central).database)

    def hall(self, path: str, **body: Any) -> Any:
        status, answer = Hall(self.office.port).post(f"/api/{path}", body)
        assert status < 300, f"{path}: {answer}"
        return answer

    def shown(self, path: str) -> Any:
        return Hall(self.office.port).get(f"/api/{path}")

    def uplink(self, on: bool) -> None:
        self.hall("panel/uplink", on=on)
        until(lambda: self.shown("panel")["panel"]["link"]["online"] == on, 60)

    def api(self, method: str, path: str, **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.keys['app']}", "Idempotency-Key": secrets.token_hex(8)}
        url = f"{self.system.centre_url}/api/v1{path}"
        answer = httpx.request(method, url, headers=headers, json=body or None, timeout=60)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def booking(self, code: str) -> Row[Any] | None:
        with self.database.connect() as connection:
            return connection.execute(select(Booking).where(Booking.code == code)).first()

    def slot(self, id_: str) -> Row[Any]:
        with self.database.connect() as connection:
            return connection.execute(select(Slot).where(Slot.id == id_)).one()

    def is_(self, code: str, status: str) -> Row[Any] | None:
        found = self.booking(code)
        return found if found is not None and found.status == status else None

    def serve(self, service: str) -> None:
        """A clerk comes to a window of that service and serves whoever is next."""
        counter = next(one["id"] for one in self.shown("view")["counters"] if service in one["serves"])
        if next(one for one in self.shown("view")["counters"] if one["id"] == counter)["status"] == "closed":
            self.hall(f"counters/{counter}/login", clerk="w07")
        for step in ("next", "start", "finish"):
            self.hall(f"counters/{counter}/{step}")
