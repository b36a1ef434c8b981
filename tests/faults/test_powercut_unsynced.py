"""A power cut loses what was not synced. The journal's own code runs on a disk that forgets, and forgets at random.

What `commit` returned for must be there afterwards, byte for byte; the control, the same code without
syncs, must fail the same test, or the disk would not forget enough.
"""

import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from contract.events import TicketVoided
from edge.clock import ManualClock
from edge.errors import StorageError
from edge.journal import Journal, Reader
from tests.line import NOON
from tests.power import Careless, Disk

CUTS = 80
CLOCK = ManualClock(NOON)


def live(folder: Path, disk: Disk, chance: random.Random, connect: object) -> Iterator[bytes]:
    """Appends until the power goes; yields the exact bytes of every event that was acknowledged."""
    journal = Journal.open(folder / "journal.db", boot="b", connect=connect)  # type: ignore[arg-type]
    try:
        yield from appended(journal, chance)
    finally:
        with suppress(StorageError):
            journal.close()


def appended(journal: Journal, chance: random.Random) -> Iterator[bytes]:
    for n in range(10_000):
        sizes = [chance.randrange(1, 3_000) for _ in range(chance.choice([1, 1, 4]))]
        batch = [TicketVoided(f"t{n}-{i}", "A1", "x" * size) for i, size in enumerate(sizes)]
        added = journal.append(batch, CLOCK.stamp())
        yield from (record.raw for record in added)
        if chance.random() < 0.05:
            journal.save_snapshot("hall", 1, b"s" * chance.randrange(1, 20_000))
        if chance.random() < 0.05:
            journal.checkpoint()
        if chance.random() < 0.05:
            journal.next_conn()


def lost(tmp_path: Path, seed: int, careless: bool) -> tuple[list[bytes], str | None]:
    """One life and its power cut: the acknowledged events that are missing, and what the next open repaired."""
    chance = random.Random(seed)
    folder, found = tmp_path / f"live-{seed}", tmp_path / f"found-{seed}"
    # the journal as it is made lies on the disk before the story begins
    Journal.open(folder / "journal.db", boot="a").close()
    disk = Disk(f"disk-{seed}-{careless}", life=chance.randrange(30, 900))
    connect = (lambda path, readonly: Careless(path, readonly, disk.name)) if careless else disk.connect
    promised: list[bytes] = []
    with suppress(StorageError):
        for raw in live(folder, disk, chance, connect):
            promised.append(raw)
    assert disk.dead, "the power never went"
    disk.image(folder, found, chance, chance.choice([0.0, 0.3, 0.7, 0.95, 1.0]))
    if chance.random() < 0.5:
        shutil.copy(folder / "journal.head", found / "journal.head")

    journal = Journal.open(found / "journal.db", boot="later")
    held = {record.raw for record in journal.replay()}
    repaired = journal.repair.cause if journal.repair else None
    assert journal.verify().damage is None
    journal.append([TicketVoided("after", "A1", "x")], CLOCK.stamp())
    journal.close()
    reader = Reader(found / "journal.db")
    assert reader.verify().damage is None
    reader.close()
    return [raw for raw in promised if raw not in held], repaired


@pytest.mark.fault("F01")
def test_nothing_acknowledged_is_lost_whatever_the_disk_forgets(tmp_path: Path) -> None:
    for seed in range(CUTS):
        missing, repaired = lost(tmp_path, seed, careless=False)
        assert missing == [], f"cut {seed}: {len(missing)} acknowledged events are gone"
        assert repaired is None, f"cut {seed} was taken for damage: {repaired}"


def test_the_control_without_syncs_fails_the_same_check(tmp_path: Path) -> None:
    losses = sum(bool(lost(tmp_path, seed, careless=True)[0]) for seed in range(20))
    assert losses >= 10, "this disk does not forget enough to prove anything"
