"""The documents: a read model of the journal, one file each, written behind the commits."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contract.events import (
    DayClosed,
    DayStarted,
    DeviceFailed,
    DeviceRecovered,
    DirectiveTaken,
    DocumentsRebuilt,
    EpochBegun,
    NodeStarted,
    PlaceSold,
    ServiceSheet,
    ShareReturned,
)
from edge.clock import ManualClock
from edge.document_storage import Paper
from edge.documents import Documents
from edge.engine import Engine
from edge.errors import StorageError
from edge.folding import DOCUMENTS_VERSION, FAULTS_KEPT, FOLDS, SHEETS_KEPT, Tables
from edge.hall.commands import Record
from edge.hall.days import plan_day
from edge.journal import Recorded
from tests.line import NOON, line, settings


def told(type_: str, **data: Any) -> DirectiveTaken:
    return DirectiveTaken("g1", 1, "id", "fact", type_, data)


def booking(code: str, day: str = "2026-11-22") -> DirectiveTaken:
    return told(
        "BookingAdded", code=code, day=day, service="deposit", starts_at=NOON, ends_at=NOON + 1, name="李*", id_hmac="f"
    )


def fold(name: str, *events: Any, synced: bool = True) -> Tables:
    tables: Tables = {}
    for n, event in enumerate(events, 1):
        FOLDS[name](tables, Recorded("e", n, NOON + n, event, b"", n, synced))
    return tables


DAY = DayStarted(plan_day(NOON, settings().day, "UTC", ()))


def test_the_roster_follows_the_centre() -> None:
    roster = fold("roster", booking("1"), booking("2"), told("BookingCancelled", code="1"))["bookings"]
    assert list(roster) == ["2"] and roster["2"]["name"] == "李*"
    assert fold("roster", booking("1"), told("SnapshotBegun"), booking("3"))["bookings"].keys() == {"3"}


def test_past_bookings_go_with_the_day_unless_the_clock_was_wrong() -> None:
    events = [booking("old", "2026-11-20"), booking("late", "2026-11-21"), booking("new"), DAY]
    assert fold("roster", *events)["bookings"].keys() == {"late", "new"}
    assert fold("roster", *events, synced=False)["bookings"].keys() == {"old", "late", "new"}


def granted(grant: str, n: int = 2, epoch: str = "e1", day: str = "2026-11-22") -> DirectiveTaken:
    return told(
        "ShareGranted", grant=grant, node="bench-1", epoch=epoch, slot="s", day=day, service="deposit",
        starts_at=NOON, ends_at=NOON + 1, n=n,
    )  # fmt: skip


def sold(code: str, grant: str = "G1") -> PlaceSold:
    person = {"name": "张*", "phone": "138****1234", "id_hmac": None, "phone_hmac": None, "sealed": "A" * 88}
    return PlaceSold(grant, "s", code, "2026-11-22", "deposit", NOON, NOON + 1, by="rita", readback=True, **person)


HERE = NodeStarted("1", "hw", "bench-1", "e1")


def test_the_roster_shows_what_the_hall_sold_and_its_grants() -> None:
    tables = fold("roster", HERE, granted("G1", 3), granted("OLD", epoch="e0"), sold("K1"), ShareReturned("G1", 2, "x"))
    assert list(tables["grants"]) == ["G1"]
    assert {name: tables["grants"]["G1"][name] for name in ("n", "sold", "returned", "closed")} == {
        "n": 3, "sold": 1, "returned": 2, "closed": True,
    }  # fmt: skip
    assert (tables["bookings"]["K1"]["grant"], tables["bookings"]["K1"]["name"]) == ("G1", "张*")
    assert "sealed" not in tables["bookings"]["K1"]


def test_a_restored_centre_takes_no_booking_out_of_the_document() -> None:
    again = msgspec.structs.replace(told("SnapshotBegun"), generation="g2")
    ended = msgspec.structs.replace(told("SnapshotEnded"), generation="g2")
    tables = fold("roster", HERE, booking("1"), granted("G1"), sold("K1"), again, ended)
    assert tables["bookings"].keys() == {"1", "K1"}
    assert tables["grants"]["G1"]["closed"] is True
    assert fold("roster", HERE, granted("G1"), EpochBegun("e1", "torn"))["grants"]["G1"]["closed"] is True
    assert fold("roster", HERE, granted("G1", day="2026-11-20"), DAY)["grants"] == {}


def test_what_does_not_concern_the_roster_does_not_write_it_again() -> None:
    tables: Tables = {}
    changed = [
        FOLDS["roster"](tables, Recorded("e", n, NOON + n, event, b"", n, True))
        for n, event in enumerate([HERE, granted("G1"), granted("G1"), told("NoticeWithdrawn", id="n"), HERE], 1)
    ]
    assert changed == [True, True, False, False, False]


def test_notices_come_and_go() -> None:
    notice = told("NoticeAdded", id="n", text={"en": "Closed early"}, until=1)
    assert fold("notices", notice)["notices"]["n"]["text"] == {"en": "Closed early"}
    assert fold("notices", notice, told("NoticeWithdrawn", id="n"))["notices"] == {}
    assert fold("notices", notice, told("SnapshotBegun"))["notices"] == {}
    assert fold("notices", notice, told("NoticeAdded", id=5))["notices"].keys() == {"n"}


def test_matters_are_kept_as_published_and_a_snapshot_names_those_that_stand() -> None:
    def published(id_: str, version: int = 1) -> DirectiveTaken:
        return told("MatterPublished", matter={"id": id_, "version": version, "service": "a", "name": {"en": id_}})

    both = (published("home"), published("gift"))
    assert fold("matters", *both, published("home", 2))["matters"]["home"]["version"] == 2
    assert set(fold("matters", *both, told("MatterWithdrawn", id="home"))["matters"]) == {"gift"}
    again = (told("SnapshotBegun"), published("gift"), told("SnapshotEnded"))
    assert set(fold("matters", *both, *again)["matters"]) == {"gift"}
    assert set(fold("matters", *both, told("SnapshotBegun"))["matters"]) == {"home", "gift"}


def test_the_archive_keeps_the_last_faults_of_a_device() -> None:
    failed = [DeviceFailed("p", "printer", f"paper {n}") for n in range(FAULTS_KEPT + 5)]
    entry = fold("devices", *failed, DeviceRecovered("p", "printer"))["devices"]["p"]
    assert (entry["health"], entry["failures"], len(entry["faults"])) == ("ok", FAULTS_KEPT + 5, FAULTS_KEPT)
    assert entry["faults"][-1]["cause"] == f"paper {FAULTS_KEPT + 4}"
    assert entry["faults"][-1]["until"] == entry["since"]


def sheet(day: str, issued: int = 1) -> DayClosed:
    return DayClosed(day, (ServiceSheet("deposit", issued, 1, 0, 0, 0, 60, 90, None, {"5": 1}),))


def test_the_newest_sheets_are_kept_by_day() -> None:
    days = [f"2026-{month:02d}-{day:02d}" for month in (1, 2, 3) for day in range(1, 29)]
    kept = fold("sheets", *(sheet(day) for day in reversed(days)), sheet(days[-1], issued=7))["sheets"]
    assert list(kept) == days[-SHEETS_KEPT:]
    assert kept[days[-1]]["sheet"][0]["issued"] == 7


@contextmanager
def hall(tmp_path: Path, clock: ManualClock | None = None) -> Iterator[tuple[Engine, Documents]]:
    with line(tmp_path / "journal.db", clock) as engine:
        documents = Documents(tmp_path / "documents", engine)
        documents.start()
        try:
            assert documents.wait_ready(20)
            yield engine, documents
        finally:
            documents.stop()


def record(engine: Engine, *events: Any) -> None:
    for event in events:
        engine.submit(Record(event)).result(60)


def snapshots(engine: Engine) -> int:
    return sum(row[0] == "documents" for row in engine.journal.table("snapshot"))


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "did not come about"
        time.sleep(0.005)


def rebuilt(engine: Engine) -> list[DocumentsRebuilt]:
    return [each.event for each in engine.journal.replay() if isinstance(each.event, DocumentsRebuilt)]


def test_a_first_start_writes_readable_files_and_is_no_alarm(tmp_path: Path) -> None:
    with hall(tmp_path) as (engine, documents):
        assert {service["id"] for service in documents.all("catalogue", "services")} == {"deposit", "loan"}
        record(engine, booking("B7"))
        assert rebuilt(engine) == []
    written = json.loads((tmp_path / "documents" / "roster.json").read_text("utf-8"))
    (entry,) = written["data"]["bookings"].values()
    assert entry["key"] == "B7" and entry["record"]["name"] == "李*"


def test_a_restart_reads_the_files_and_catches_up_with_what_they_missed(tmp_path: Path) -> None:
    with hall(tmp_path) as (engine, _):
        record(engine, booking("1"))
    with line(tmp_path / "journal.db") as engine:
        record(engine, booking("2"), DeviceFailed("p", "printer", "paper out"))
    with hall(tmp_path) as (engine, documents):
        assert documents.find("roster", "bookings", "1") and documents.find("roster", "bookings", "2")
        assert documents.find("devices", "devices", "p")["cause"] == "paper out"  # type: ignore[index]
        assert documents.find("roster", "bookings", "3") is None
        assert rebuilt(engine) == []


def test_a_document_is_saved_whole_or_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper(tmp_path / "a.json")
    paper.write({"t": {"1": {"x": "一"}}})
    paper.save()
    assert Paper(tmp_path / "a.json").read() == {"t": {"1": {"x": "一"}}}
    paper.write({"t": {}})
    monkeypatch.setattr("os.fsync", lambda fd: (_ for _ in ()).throw(OSError(5, "I/O error")))
    with pytest.raises(StorageError, match=r"a\.json"):
        paper.save()
    assert Paper(tmp_path / "a.json").read() == {"t": {"1": {"x": "一"}}}


def test_the_day_s_end_keeps_a_snapshot_from_which_pruned_documents_are_made_again(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    with hall(tmp_path, clock) as (engine, documents):
        record(engine, booking("1", "2026-12-30"))
        engine.journal.acknowledge(engine.journal.epoch, *engine.journal.head, "g1")
        for _ in range(2):
            assert engine.journal.prune(0, NOON + 10 * 86_400_000) == 0, "the documents have no two snapshots yet"
            before = snapshots(engine)
            clock.advance(86_400_000)
            until(lambda before=before: snapshots(engine) == before + 1)  # type: ignore[misc]
        engine.journal.acknowledge(engine.journal.epoch, *engine.journal.head, "g1")
        # the hall's own snapshot of that day may come after that of the documents
        until(lambda: engine.journal.prune(0, NOON + 10 * 86_400_000) > 5)
    (tmp_path / "documents" / "roster.json").unlink()
    with hall(tmp_path, clock) as (engine, documents):
        assert documents.find("roster", "bookings", "1"), "its directive is pruned, the snapshot is not"
        until(lambda: [each.name for each in rebuilt(engine)] == ["roster"])


def test_a_document_that_the_snapshot_does_not_know_is_made_from_the_first_event_on(tmp_path: Path) -> None:
    """As after an update that brings a new document."""
    clock = ManualClock(NOON)
    with hall(tmp_path, clock) as (engine, documents):
        clock.advance(86_400_000)
        until(lambda: len(documents.all("sheets", "sheets")) == 1)
        before = documents.all("sheets", "sheets")
        until(lambda: snapshots(engine) == 1)
        engine.journal.save_snapshot("documents", DOCUMENTS_VERSION, b'{"roster":{"bookings":{}}}')
    (tmp_path / "documents" / "sheets.json").unlink()
    with hall(tmp_path, clock) as (_, documents):
        assert documents.all("sheets", "sheets") == before
