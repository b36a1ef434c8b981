"""The centre: storing events, beside bare batched inserts of the same rows; and the whole way from the broker on."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import tomli_w
from sqlalchemy import Engine, select

from bench.figures import Figure, spread
from bench.halls import MOST, PASSWORD, hall_names, in_turn, payloads
from bench.stand import Stand, child, line_of
from central.db import migrate
from central.db.engine import engine, writing
from central.db.tables import Cursor, StoredEvent, Stream
from central.ingest.append import Row, append
from central.ingest.inbox import Message
from central.ingest.intake import Intake
from central.registry import enrol
from hallkeeper.programs import answers
from hallkeeper.system import free_port
from tests.broker import CENTRE_PASSWORD, Broker
from tests.postgres import Server, server

ABOUT = "storing events, with and without MQTT"
HALLS = hall_names(4)
GROUP = 32
"""Messages of one transaction: what the ingest finds when four halls have their windows full."""
PATIENCE_S = 600.0


class Database(NamedTuple):
    """Where new, empty databases of one kind come from."""

    name: str
    folder: Path
    postgres: Server | None

    def fresh(self, name: str) -> str:
        """The URL of one with the tables made and the halls enrolled."""
        url = self.postgres.database() if self.postgres else f"sqlite:///{self.folder / name}.db"
        with opened(url) as made:
            migrate.upgrade(made)
            for hall in HALLS:
                enrol(made, hall, hall, {"zh": "示例大厅", "en": "Example hall"}, at=_wall())
        return url


def run(stand: Stand) -> list[Figure]:
    with ExitStack() as stack:
        postgres = stack.enter_context(server(durable=True))
        kinds = (Database("SQLite", stand.folder, None), Database("PostgreSQL", stand.folder, postgres))
        return [*(_storing(stand, kind) for kind in kinds), *(_whole_way(stand, kind) for kind in kinds)]


# --- without MQTT -------------------------------------------------------------


def _storing(stand: Stand, kind: Database) -> Figure:
    """Decode, hash, append; and the same rows again into the same table, empty."""
    each = stand.few(50_000, 10_000) // len(HALLS) // MOST * MOST
    messages = in_turn(payloads(HALLS, each))
    events = each * len(HALLS)
    mine: list[float] = []
    raw: list[float] = []
    for n in stand.track(f"ingest and bare inserts in turn, {kind.name}", range(stand.few(5, 2))):
        with opened(kind.fresh(f"ingest-{n}")) as ours, opened(kind.fresh(f"bare-{n}")) as bare:
            mine.append(events / _ingest(ours, messages))
            raw.append(events / _insert(bare, ours, -(-events // -(-len(messages) // GROUP))))
    measured, limit = statistics.median(mine), statistics.median(raw)
    return Figure(
        name=f"centre: decode, hash, append, {kind.name}", measured=measured, unit="events/s", raw=limit,
        raw_name="bare inserts, as many a commit", comparison="ratio", aim="≥ 0.35 × raw",
        met=measured >= 0.35 * limit, note=f"{events:,} events of {len(HALLS)} halls; {spread(mine)}",
    )  # fmt: skip


def _ingest(made: Engine, messages: Sequence[tuple[str, bytes]]) -> float:
    intake = Intake(made)
    start = time.perf_counter()
    for first in range(0, len(messages), GROUP):
        intake.store([Message(topic, payload, _wall()) for topic, payload in messages[first : first + GROUP]], 0.0)
    return time.perf_counter() - start


def _insert(made: Engine, filled: Engine, size: int) -> float:
    """The rows of `filled`, `size` a transaction, by the fastest way the driver has."""
    with filled.connect() as connection:
        streams = [dict(row) for row in connection.execute(select(Stream.__table__)).mappings()]
        table = StoredEvent.__table__
        rows: list[Row] = [tuple(row) for row in connection.execute(select(table).order_by(table.c.id))]
    with writing(made).begin() as connection:
        connection.execute(Stream.__table__.insert(), streams)  # type: ignore[attr-defined]
    start = time.perf_counter()
    for first in range(0, len(rows), size):
        with writing(made).begin() as connection:
            append(connection, rows[first : first + size])
    return time.perf_counter() - start


# --- the whole way ------------------------------------------------------------


def _whole_way(stand: Stand, kind: Database) -> Figure:
    """Halls in one process, mosquitto, the centre in another: until all is acknowledged and in the read models."""
    each = stand.few(60_000, 12_000) // len(HALLS)
    rates: list[float] = []
    acked: list[float] = []
    for n in stand.track(f"through mosquitto with projections, {kind.name}", range(stand.few(3, 1))):
        folder = stand.place(f"whole-{kind.name}-{n}")
        told = _send(folder, kind.fresh(f"whole-{n}"), each)
        rates.append(each * len(HALLS) / told[1])
        acked.append(each * len(HALLS) / told[0])
    measured = statistics.median(rates)
    return Figure(
        name=f"centre: through mosquitto with projections, {kind.name}", measured=measured, unit="events/s",
        raw=statistics.median(acked), raw_name="acknowledged, the same run", comparison="ratio",
        aim="≥ 5,000 events/s", met=measured >= 5000, note=f"{each * len(HALLS):,} events; {spread(rates)}",
    )  # fmt: skip


def _send(folder: Path, url: str, each: int) -> tuple[float, float]:
    """Seconds until all was acknowledged, and until it was folded."""
    broker = Broker(folder / "broker")
    for hall in HALLS:
        broker.add(hall, PASSWORD)
    broker.start()
    try:
        with centre(folder, broker, url), child("-m", "bench.halls", str(broker.port), str(each), *HALLS) as halls:
            began = int(line_of(halls).removeprefix("began "))
            acked = int(line_of(halls).removeprefix("acked "))
            folded = _folded(url, each * len(HALLS))
    finally:
        broker.stop()
    return (acked - began) / 1e9, (folded - began) / 1e9


def _folded(url: str, events: int) -> int:
    """When (ns) the read models have seen so many events."""
    until = time.monotonic() + PATIENCE_S
    with opened(url) as made:
        while time.monotonic() < until:
            with made.connect() as connection:
                if (connection.scalar(select(Cursor.value).where(Cursor.name == "read models")) or 0) >= events:
                    return time.monotonic_ns()
            time.sleep(0.01)
    raise RuntimeError("the read models did not follow")


@contextmanager
def centre(folder: Path, broker: Broker, url: str) -> Iterator[None]:
    """The centre as it is served, in a process of its own."""
    port = free_port()
    file = folder / "central.toml"
    found: dict[str, Any] = {
        "database": {"url": url},
        "broker": {"port": broker.port, "password": CENTRE_PASSWORD},
        "http": {"port": port},
        "secrets": {"key": "a key of the bench, of more than 32 characters"},
    }
    file.write_text(tomli_w.dumps(found))
    with child("-m", "hallkeeper", "central", "serve", "--config", str(file)):
        ready, until = answers(f"http://127.0.0.1:{port}/healthz"), time.monotonic() + 60
        while not ready():
            if time.monotonic() > until:
                raise RuntimeError("the centre did not come up")
            time.sleep(0.1)
        yield


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    made = engine(url)
    try:
        yield made
    finally:
        made.dispose()


def _wall() -> int:
    return time.time_ns() // 1_000_000
