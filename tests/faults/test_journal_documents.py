"""F13: a document torn, cut short or lost is set aside and made again from the journal, with no network."""

from collections.abc import Callable
from pathlib import Path

import pytest

from contract.events import DirectiveTaken, DocumentsRebuilt
from edge.document_storage import Paper
from edge.documents import Documents
from edge.hall.commands import Record
from tests.line import NOON, line


def booking(code: str) -> DirectiveTaken:
    data = {"code": code, "day": "2026-11-22", "service": "deposit", "starts_at": NOON, "ends_at": NOON, "name": "x"}
    return DirectiveTaken("g1", 1, code, "fact", "BookingAdded", data)


def torn(path: Path) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2] + bytes(len(raw) - len(raw) // 2))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def flipped(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0x01
    path.write_bytes(raw)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def older(path: Path) -> None:
    """Whole and sound, but of another journal."""
    raw = path.read_bytes()
    paper = Paper(path)
    data = paper.read() or {}
    data["reflects"]["1"]["place"] = 77 << 40
    paper.write(data)
    paper.save()
    assert path.read_bytes() != raw


@pytest.mark.fault("F13")
@pytest.mark.parametrize("harm", [torn, cut, flipped, emptied, older, Path.unlink])
def test_a_harmed_document_is_made_again_and_the_hall_never_noticed(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    journal, folder = tmp_path / "journal.db", tmp_path / "documents"
    with line(journal) as engine:
        documents = Documents(folder, engine)
        documents.start()
        for n in range(20):
            engine.submit(Record(booking(f"B{n}"))).result(60)
        documents.stop()
    harm(folder / "roster.json")

    with line(journal) as engine:
        documents = Documents(folder, engine)
        documents.start()
        assert documents.wait_ready(20)
        assert {entry["code"] for entry in documents.all("roster", "bookings")} == {f"B{n}" for n in range(20)}
        documents.stop()
        engine.ask(lambda state: None).result(60)
        recorded = [each.event for each in engine.journal.replay() if isinstance(each.event, DocumentsRebuilt)]
        assert [each.name for each in recorded] == ["roster"] and recorded[0].cause
    kept = list(folder.glob("roster.damaged-*.json"))
    assert len(kept) == (0 if harm is Path.unlink else 1), "what was found is kept for the technician"
