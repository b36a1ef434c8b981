"""A hall with bookings, on a real database, for tests of what is told."""

from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from central.db import migrate
from central.db.engine import engine, writing
from central.db.tables import Booking, BusinessType, Hall, HallPage, Matter, OutboxRow
from central.vault import Vault
from contract.person import Person

SECRET = "a secret of at least thirty-two characters"
NOON = 1_785_556_800_000
"""2026-08-01 12:00 in Shanghai, a Saturday."""
MINUTE = 60_000
HOUR = 60 * MINUTE
PERSON = Person("李明", phone="13812345678", email="li.ming@example.org", id_number="11010519491231002X")
_TEXT: dict[str, str] = {}


class NoticesWorld:
    """`book` makes a booking of the matter `pension` in the hall `bank`; nothing else is in the database."""

    def __init__(self, url: str) -> None:
        self.database: Engine = engine(url)
        migrate.upgrade(self.database)
        self.vault = Vault(SECRET)
        with writing(self.database).begin() as connection:
            _masters(connection)
        self._count = 0

    def book(self, person: Person | None = PERSON, **other: Any) -> int:
        """The id of a new booking, at noon tomorrow unless `other` says else."""
        self._count += 1
        kept = self.vault.keep_person(person) if person else None
        values: dict[str, Any] = {
            "code": f"CODE{self._count:04}",
            "hall": "bank",
            "matter": "pension",
            "business_type": "social",
            "service": "personal",
            "day": "2026-08-02",
            "starts_at": NOON + 24 * HOUR,
            "ends_at": NOON + 24 * HOUR + 30 * MINUTE,
            "status": "confirmed",
            "channel": "web",
            "person": kept.text if kept else None,
            "person_kid": kept.kid if kept else "",
            "has_email": bool(person and person.email),
            "flags": [],
            "faults": [],
            "applied_at": NOON,
            "confirmed_at": NOON,
        }
        with writing(self.database).begin() as connection:
            made = connection.execute(insert(Booking).values(**(values | other)).returning(Booking.id))
            return int(made.scalar_one())

    def booking(self, id_: int) -> Any:
        """Its row."""
        with self.database.connect() as connection:
            return connection.execute(select(Booking.__table__).where(Booking.id == id_)).one()

    def rows(self, table: type = OutboxRow) -> list[Any]:
        """All of a table, in the order they were made."""
        columns = table.__table__  # type: ignore[attr-defined]
        with self.database.connect() as connection:
            return list(connection.execute(select(columns).order_by(columns.c.id)))

    def close(self) -> None:
        self.database.dispose()


def _masters(connection: Connection) -> None:
    connection.execute(insert(Hall).values(id="bank", name={"zh": "城东大厅", "en": "East hall"}, created_at=NOON))
    connection.execute(
        insert(HallPage).values(
            hall="bank", address={"zh": "东风路 1 号", "en": "1 Dongfeng Road"}, way=_TEXT, phone="010-12345"
        )
    )
    connection.execute(insert(BusinessType).values(id="social", name={"zh": "社会保险", "en": "Social insurance"}))
    texts = {"guide": _TEXT, "sample": _TEXT, "legal_basis": _TEXT, "steps": [], "materials": [], "questions": []}
    connection.execute(
        insert(Matter).values(
            id="pension",
            business_type="social",
            name={"zh": "养老金", "en": "Pension"},
            notes={"zh": "请带身份证原件", "en": "Bring your identity card"},
            **texts,
        )
    )
