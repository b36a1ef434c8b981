"""A centre with one hall that can be booked: matters, hours and slots, on either database."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Engine, insert, select
from sqlalchemy.engine import Row

from central.booking import opening
from central.booking.application import Application
from central.booking.desk import BookingDesk
from central.booking.work import Listener
from central.db import migrate
from central.db.engine import engine as open_engine
from central.db.engine import writing
from central.db.tables import BusinessType, CatalogueRow, HallMatter, MaterialRow, Matter, Slot
from central.registry import enrol
from central.vault import Vault
from contract.catalogue import Catalogue, Counter, PriorityClass, Service
from identity_numbers.gb11643 import check_character

SECRET = "a secret of at least thirty-two characters"
MONDAY = 1_795_395_600_000
"""2026-11-23 09:00 in Shanghai, a Monday; ms."""
HOUR = 3_600_000
DAY = 24 * HOUR

CATALOGUE = Catalogue(
    1,
    "hall",
    {"zh": "示例大厅", "en": "Example hall"},
    (
        Service("social", "A", {"zh": "社会保险", "en": "Social insurance"}, expected_s=600),
        Service("estate", "B", {"zh": "不动产", "en": "Real estate"}, expected_s=900, important=True),
    ),
    (
        *(Counter(i, {"zh": f"{i}号窗口", "en": f"Counter {i}"}, (("social",), ("estate",))) for i in ("1", "2", "3")),
        Counter("4", {"zh": "4号窗口", "en": "Counter 4"}, (("estate",),)),
    ),
    priority_classes=(PriorityClass("elderly", {"zh": "老人", "en": "Elderly"}),),
)


def id_number(n: int = 1, birth: str = "19900307") -> str:
    """A resident identity number that passes its check; another one for each `n` below 1000."""
    body = f"110101{birth}{n:03d}"
    return body + check_character(body)


class World:
    """`desk` books; `at` is its clock (ms), Monday nine o'clock until a test moves it."""

    def __init__(self, url: str, *, listeners: Sequence[Listener] = (), halls: Sequence[str] = ("hall",)) -> None:
        self.at = MONDAY
        self.engine: Engine = open_engine(url, pool_size=20)
        migrate.upgrade(self.engine)
        self.vault = Vault(SECRET)
        self.desk = BookingDesk(self.engine, self.vault, SECRET, listeners, wall=lambda: self.at)
        for hall in halls:
            enrol(self.engine, hall, hall, {"zh": "示例大厅", "en": "Example hall"}, at=self.at)
        with writing(self.engine).begin() as connection:
            self._masters(connection, halls)
        self.open()

    def _masters(self, connection: Any, halls: Sequence[str]) -> None:
        text = {"zh": "文字", "en": "Text"}
        for id_, zh, en in (("social", "社会保险", "Social insurance"), ("estate", "不动产登记", "Real estate")):
            connection.execute(insert(BusinessType).values(id=id_, name={"zh": zh, "en": en}))
        connection.execute(
            insert(MaterialRow).values(id="id-card", name={"zh": "身份证", "en": "ID card"}, original=True, note={})
        )
        common = {"guide": text, "notes": text, "steps": [text], "sample": {}, "questions": [], "legal_basis": text,
                  "materials": ["id-card"], "complexity": "simple", "important": False, "detail_required": False,
                  "limit_days": 1, "visits": 1, "active": True, "version": 1}  # fmt: skip
        matters: tuple[tuple[str, str, dict[str, str], dict[str, Any]], ...] = (
            ("join", "social", {"zh": "参保登记", "en": "Joining"}, {}),
            ("claim", "social", {"zh": "待遇申领", "en": "Claim"}, {"detail_required": True}),
            ("transfer", "estate", {"zh": "转移登记", "en": "Transfer"}, {"important": True}),
        )
        for id_, kind, name, more in matters:
            connection.execute(insert(Matter).values(id=id_, business_type=kind, name=name, **common | more))
            for hall in halls:
                connection.execute(insert(HallMatter).values(hall=hall, matter=id_, service=kind, bookable=True))
        for hall in halls:
            connection.execute(
                insert(CatalogueRow).values(
                    node=hall, hall=hall, version=1, catalogue=msgspec.to_builtins(CATALOGUE), at=self.at
                )
            )

    def open(self) -> None:
        """Opens the slots of the days ahead."""
        self.desk.offers.forget()
        opening.open_all(self.engine, self.desk.offers, self.at)

    def slots(self, service: str = "social", hall: str = "hall") -> list[Row[Any]]:
        """From now on, in the order of time."""
        query = select(Slot).where(Slot.hall == hall, Slot.service == service, Slot.starts_at > self.at)
        with self.engine.connect() as connection:
            return list(connection.execute(query.order_by(Slot.starts_at)))

    def slot(self, id_: str) -> Row[Any]:
        with self.engine.connect() as connection:
            return connection.execute(select(Slot).where(Slot.id == id_)).one()

    def application(self, n: int = 1, **changes: Any) -> Application:
        """A sound one of the n-th person, for the first slot of tomorrow."""
        matter = changes.get("matter", "join")
        service = {"join": "social", "claim": "social", "transfer": "estate"}[matter]
        later = self.slots(service, changes.get("hall", "hall"))
        tomorrow = [slot for slot in later if slot.starts_at > self.at + 12 * HOUR]
        asked = Application(
            hall="hall", matter="join", slot=tomorrow[0].id, name="李小明", phone=f"138{n:08d}", id_number=id_number(n)
        )
        return msgspec.structs.replace(asked, **changes)

    def booked(self, n: int = 1, channel: str = "web", **changes: Any) -> Row[Any]:
        return self.desk.apply(self.application(n, **changes), channel)

    def close(self) -> None:
        self.engine.dispose()
