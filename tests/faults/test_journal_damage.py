"""F08: the journal's file is torn, flipped or cut. It is noticed, kept aside, and the hall goes on."""

import random
import shutil
import sqlite3
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

import edge.journal.salvage as salvage_module
from contract.events import EpochBegun, NodeStarted
from edge.clock import ManualClock
from edge.engine import Engine
from edge.hall.commands import CallNext, LogIn
from edge.journal import Journal, Reader
from edge.journal.wal import dropped_commits
from edge.journal.witness import Sight, Witness
from edge.stamp import Stamp
from tests.line import NOON, issued, line, number, ticket

PAGE = 4096


class Kept:
    """A journal as a power cut leaves it: tickets in the database, more of them in the log."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "journal.db"
        self.numbers: list[str] = []
        live = folder / "live"
        with line(live / "journal.db") as engine:
            engine.submit(LogIn("1", "anna")).result(60)
            self._issue(engine, 120)
            engine.journal.checkpoint()
            self._issue(engine, 60)
            # answered comes before the witness is told; a question is answered between two turns
            engine.ask(lambda _: None).result(60)
            for name in ("journal.db", "journal.db-wal", "journal.head"):
                shutil.copy(live / name, folder / name)
            self.epoch = engine.journal.epoch
            self.events = engine.journal.head[0]

    def _issue(self, engine: Engine, count: int) -> None:
        self.numbers += [number(engine.submit(ticket()).result(60)) for _ in range(count)]
        engine.submit(CallNext("1")).result(60)

    def checkpointed(self) -> Path:
        """The database with all of its log in it."""
        con = sqlite3.connect(self.path)
        con.execute("pragma wal_checkpoint(truncate)").fetchall()
        con.close()
        return self.path

    def log_end(self) -> int:
        """Where the last commit of the log ends; behind it lies what was there before the last checkpoint."""
        raw, end = self.log.read_bytes(), 32
        while raw[end + 8 : end + 16] == raw[16:24]:
            end += 24 + PAGE
        return end

    @property
    def log(self) -> Path:
        return self.path.with_name("journal.db-wal")


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def flip(path: Path, offset: int, bit: int = 0) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 1 << bit]))


def cut(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.truncate(size)


def zero(path: Path, offset: int, size: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(bytes(size))


def body_of(path: Path, number: str) -> int:
    """Where in the file the event of that ticket is written."""
    at = path.read_bytes().find(b'"number":"' + number.encode())
    assert at > 0
    return at + 12


HARMS: dict[str, Callable[[Kept], None]] = {
    "a bit of an event": lambda kept: flip(kept.path, body_of(kept.path, "A000050")),
    "a torn page": lambda kept: zero(kept.path, body_of(kept.path, "A000080") // PAGE * PAGE + 512, PAGE - 512),
    "the first page": lambda kept: zero(kept.checkpointed(), 0, PAGE),
    "the file's name tag": lambda kept: flip(kept.checkpointed(), 70),
    "the database cut short": lambda kept: cut(kept.path, kept.path.stat().st_size // 2 // PAGE * PAGE),
    "the database empty": lambda kept: cut(kept.path, 0),
    "the database gone": lambda kept: kept.path.unlink(),
    "a bit in the log": lambda kept: flip(kept.log, 32 + 20 * (24 + PAGE) + 2000),
    "a bit in the last commit of the log": lambda kept: flip(kept.log, kept.log_end() - 100),
    "the head of the log": lambda kept: flip(kept.log, 17),
    "the log cut short": lambda kept: cut(kept.log, 32 + 30 * (24 + PAGE)),
    "the log gone": lambda kept: kept.log.unlink(),
}


PLAIN = [harm for harm in HARMS if harm.split()[-1] not in ("gone", "short") and "last commit" not in harm]


@pytest.mark.fault("F08")
@pytest.mark.parametrize("harm", HARMS)
def test_damage_is_noticed_the_file_kept_and_no_number_of_today_comes_again(kept: Kept, harm: str) -> None:
    HARMS[harm](kept)
    found = kept.path.read_bytes() if kept.path.exists() else None

    with line(kept.path, boot="later") as engine:
        repair = engine.journal.repair
        assert repair is not None and repair.cause, "nobody noticed"
        assert engine.health.status == "running"
        if found is not None:
            assert repair.aside is not None and repair.aside.read_bytes() == found, "not kept as it was found"

        salvaged = issued(engine.journal)
        assert salvaged == kept.numbers[: len(salvaged)], "what was salvaged is not the beginning of what was written"
        begun = [each for each in engine.journal.replay() if isinstance(each.event, EpochBegun)]
        last = begun[-1]
        assert isinstance(last.event, EpochBegun)
        assert (last.seq, last.epoch, last.event.prev_epoch) == (1, engine.journal.epoch, kept.epoch)
        assert engine.journal.epoch != kept.epoch and last.event.reason

        fresh = [number(engine.submit(ticket()).result(60)) for _ in range(50)]
        assert not set(fresh) & set(kept.numbers), "a number of today was issued twice"
        assert engine.journal.verify().damage is None
    with line(kept.path, boot="later still") as engine:
        assert engine.journal.repair is None, "repaired once is repaired"


@pytest.mark.fault("F08")
@pytest.mark.parametrize("harm", ["a bit of an event", "the log cut short", "a bit in the log"])
def test_everything_before_the_damage_is_salvaged(kept: Kept, harm: str) -> None:
    HARMS[harm](kept)
    least = {"a bit of an event": 49, "the log cut short": 120, "a bit in the log": 120}[harm]
    with line(kept.path, boot="later") as engine:
        begun = [each.event for each in engine.journal.replay() if isinstance(each.event, EpochBegun)][-1]
        assert isinstance(begun, EpochBegun)
        assert len(issued(engine.journal)) >= least
        assert begun.salvaged == [e.seq for e in engine.journal.replay() if e.epoch == kept.epoch][-1]
        assert begun.number_floor == len(kept.numbers), "the witness knows the last number"
        waiting = engine.view.services[0].waiting
        assert waiting >= least - 2, "who waits is still called"


@pytest.mark.fault("F08")
@pytest.mark.parametrize("harm", PLAIN)
def test_damage_is_noticed_without_the_witness_too(kept: Kept, harm: str) -> None:
    """Only a log cut short, or flipped in its last commit, cannot be told from a power cut by the file alone."""
    kept.path.with_name("journal.head").unlink()
    HARMS[harm](kept)
    with line(kept.path, boot="later") as engine:
        assert engine.journal.repair is not None, "nobody noticed"
        fresh = [number(engine.submit(ticket()).result(60)) for _ in range(50)]
        assert not set(fresh) & set(kept.numbers)


def test_without_its_witness_the_epoch_gets_a_range_of_its_own(kept: Kept) -> None:
    kept.path.with_name("journal.head").unlink()
    flip(kept.path, body_of(kept.path, "A000050"))
    with line(kept.path, boot="later") as engine:
        assert engine.journal.repair is not None
        fresh = number(engine.submit(ticket()).result(60))
        assert fresh not in kept.numbers
        assert number(engine.submit(ticket("loan")).result(60)), "the small service still has numbers"


# --- whether anything the old epoch promised can be missing ------------------------------------


def begun(path: Path) -> EpochBegun:
    """How the journal at `path` begins its new epoch."""
    with line(path, boot="later") as engine:
        assert engine.journal.repair is not None
        found = [each.event for each in engine.journal.replay() if isinstance(each.event, EpochBegun)][-1]
        assert isinstance(found, EpochBegun)
        return found


def closed(folder: Path, tickets: int = 20) -> Path:
    """A journal closed in order."""
    path = folder / "journal.db"
    with line(path) as engine:
        for _ in range(tickets):
            engine.submit(ticket()).result(60)
    return path


def last_seq(path: Path) -> int:
    reader = Reader(path)
    try:
        return reader.all_streams()[-1].last
    finally:
        reader.close()


@pytest.mark.fault("F08")
def test_a_journal_closed_in_order_and_salvaged_to_its_end_is_whole(tmp_path: Path) -> None:
    path = closed(tmp_path)
    last = last_seq(path)
    flip(path, 70)  # the file's name tag: no event is touched
    found = begun(path)
    assert (found.whole, found.last, found.salvaged) == (True, last, last)


@pytest.mark.fault("F08")
def test_one_event_less_is_not_whole(tmp_path: Path) -> None:
    path = closed(tmp_path)
    last = last_seq(path)
    flip(path, body_of(path, "A000010"))
    with sqlite3.connect(path) as con:
        con.execute("delete from snapshot")
    found = begun(path)
    assert not found.whole and 0 < found.last < last


@pytest.mark.fault("F08")
def test_what_nobody_closed_is_never_called_whole(kept: Kept) -> None:
    """Whoever was answered in the last moment may be missing: the witness is told only then."""
    flip(kept.checkpointed(), 70)
    found = begun(kept.path)
    assert not found.whole and found.last == kept.events


@pytest.mark.fault("F08")
def test_without_a_witness_nothing_is_proved(tmp_path: Path) -> None:
    path = closed(tmp_path)
    path.with_name("journal.head").unlink()
    flip(path, 70)
    assert not begun(path).whole


@pytest.mark.fault("F08")
def test_another_journal_that_ends_at_the_same_place_proves_nothing(tmp_path: Path) -> None:
    path, other = closed(tmp_path), closed(tmp_path / "other")
    assert last_seq(path) == last_seq(other)
    shutil.copy(other, path)
    assert not begun(path).whole


@pytest.mark.fault("F08")
def test_a_journal_opened_again_is_closed_no_more(tmp_path: Path) -> None:
    """Something is answered in its second life, and the log that held it is lost, before the witness hears of it."""
    path, image = closed(tmp_path / "live"), tmp_path / "image"
    image.mkdir()
    end = last_seq(path)
    journal = Journal.open(path, boot="second", at=NOON)
    journal.append([NodeStarted("1", "hw", "bench-1", journal.epoch)], Stamp(1, NOON, True))
    for name in ("journal.db", "journal.head"):
        shutil.copy(path.with_name(name), image / name)
    journal.close()
    flip(image / "journal.db", 70)
    found = begun(image / "journal.db")
    assert (found.whole, found.last) == (False, end)


def test_the_witness_of_an_older_version_is_still_believed(tmp_path: Path) -> None:
    path = tmp_path / "journal.head"
    body = struct.pack(">4sQ32s26sQ", b"HKW1", 77, b"h" * 32, b"0123456789ABCDEFGHJKMNPQRS", 12)
    path.write_bytes(body + zlib.crc32(body).to_bytes(4, "big"))
    witness = Witness(path)
    assert witness.seen() == Sight(77, b"h" * 32, "0123456789ABCDEFGHJKMNPQRS", 12, closed=False)
    witness.close()


@pytest.mark.fault("F08")
def test_behind_a_snapshot_the_day_goes_on_and_only_the_hole_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with line(path) as engine:
        for _ in range(60):
            engine.submit(ticket()).result(60)
    with line(path) as engine:
        for _ in range(40):
            engine.submit(ticket()).result(60)
        epoch = engine.journal.epoch
    flip(path, body_of(path, "A000020"))

    # it lies before what the start stands on, so the full check finds it, and the next start repairs it
    with line(path, boot="second") as engine:
        assert engine.journal.repair is None
        deadline = time.monotonic() + 60
        while not engine.health.cause:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert "restart" in engine.health.cause and engine.health.status == "running"
        view = engine.view
    with line(path, boot="third") as engine:
        assert engine.journal.repair is not None
        assert engine.view.services[0].waiting == view.services[0].waiting == 100
        lost = engine.journal.lost(epoch, 23)
        assert lost is not None and lost.from_ == 24, "event 24, the twentieth ticket, begins the hole"
        ((first, last),) = engine.journal.holes()
        assert engine.journal.read(epoch, lost.to).events, "what lies behind the hole is still sent"
        assert engine.journal.verify().damage is None
        assert number(engine.submit(ticket()).result(60)) == "A000101"
        assert last >= first


def test_a_power_cut_during_the_repair_is_repaired_too(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """The swap is cut at each of its steps; the next start finds a whole journal either way."""

    class PowerCutError(BaseException):
        pass

    flip(kept.path, body_of(kept.path, "A000050"))
    real, steps = salvage_module.sync_folder, [0]
    for cut_at in range(1, 6):
        steps[0] = 0

        def until_then(folder: Path, cut_at: int = cut_at) -> None:
            real(folder)
            steps[0] += 1
            if steps[0] == cut_at:
                raise PowerCutError

        monkeypatch.setattr(salvage_module, "sync_folder", until_then)
        try:
            Journal.open(kept.path, boot="cut").close()
        except PowerCutError:
            continue
        break
    monkeypatch.setattr(salvage_module, "sync_folder", real)
    with line(kept.path, boot="later") as engine:
        assert len(issued(engine.journal)) >= 49
        assert number(engine.submit(ticket()).result(60)) not in kept.numbers
        assert engine.journal.verify().damage is None
    assert list(kept.path.parent.glob("journal.damaged-*.db"))


def test_random_flips_never_bring_a_number_back_nor_a_changed_event(kept: Kept, tmp_path: Path) -> None:
    """Anywhere in the three files, 40 times: noticed or harmless, and never a lie."""
    chance = random.Random(8)
    for attempt in range(40):
        folder = tmp_path / f"flip-{attempt}"
        folder.mkdir()
        for name in ("journal.db", "journal.db-wal", "journal.head"):
            shutil.copy(kept.path.with_name(name), folder / name)
        victim = folder / chance.choice(["journal.db", "journal.db-wal", "journal.db", "journal.head"])
        offset = chance.randrange(victim.stat().st_size)
        flip(victim, offset, chance.randrange(8))
        where = f"{victim.name} at {offset}"
        with line(folder / "journal.db", boot="later") as engine:
            salvaged = issued(engine.journal)
            assert salvaged == kept.numbers[: len(salvaged)], where
            if engine.journal.repair is None:
                assert len(salvaged) == len(kept.numbers), f"{where}: lost and not noticed"
            assert number(engine.submit(ticket()).result(60)) not in kept.numbers, where


def test_a_log_that_a_power_cut_tore_is_no_damage(kept: Kept) -> None:
    """The last commit did not get through: that is what the log is for."""
    raw = kept.log.read_bytes()
    end = kept.log_end()
    frame = raw[end - 24 - PAGE : end]
    kept.log.write_bytes(raw[:end] + frame[: 24 + 700] + raw[end + 24 + 700 :])
    reader = Reader(kept.path)
    assert issued(reader) == kept.numbers
    assert dropped_commits(kept.path) is None
    reader.close()
    with line(kept.path, boot="later") as engine:
        assert engine.journal.repair is None
        assert issued(engine.journal) == kept.numbers


def test_a_file_that_is_no_journal_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with sqlite3.connect(path) as con:
        con.execute("create table precious (x)")
    before = path.read_bytes()
    with line(path, ManualClock(NOON)) as engine:
        assert engine.journal.repair is not None and engine.journal.repair.aside is not None
        assert engine.journal.repair.aside.read_bytes() == before
