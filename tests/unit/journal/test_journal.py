"""The journal: numbering, exact bytes, the chain, what the sync needs of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.chain import GENESIS, link
from contract.events import DeviceFailed, EpochBegun, NodeStarted, TicketVoided, encode
from edge.clock import ManualClock
from edge.errors import Invalid, StorageError
from edge.journal import EVENT_MAX, Cursor, Journal

DAY = 86_400_000
CLOCK = ManualClock(1_795_348_800_000)


def event(n: int = 0, size: int = 1) -> TicketVoided:
    return TicketVoided(f"t{n}", f"A{n}", "x" * size)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    made = Journal.open(path, boot="b1")
    yield made
    made.close()


def fill(journal: Journal, count: int) -> None:
    draft = journal.draft()
    for n in range(count):
        draft.add([event(n)], CLOCK.stamp())
    journal.commit(draft)


def test_a_new_journal_says_why_it_begins_until_that_is_recorded(journal: Journal) -> None:
    assert journal.head == (0, GENESIS)
    assert journal.beginning is not None and journal.beginning.reason == "new"
    journal.append([EpochBegun(None, "new")], CLOCK.stamp())
    assert journal.beginning is None


def test_the_exact_bytes_are_kept_numbered_and_chained(journal: Journal, path: Path) -> None:
    stamp = CLOCK.stamp()
    added = journal.append([event(1), event(2)], stamp)
    raws = [encode(event(n), seq=n, boot="b1", mono_ms=stamp.mono_ms, at=stamp.at, synced=stamp.synced) for n in (1, 2)]
    assert [record.raw for record in added] == raws
    digest = link(link(GENESIS, journal.epoch, 1, raws[0]), journal.epoch, 2, raws[1])
    assert journal.head == (2, digest)

    epoch = journal.epoch
    journal.close()
    again = Journal.open(path, boot="b2")
    try:
        assert (again.epoch, again.head) == (epoch, (2, digest))
        assert [(r.seq, r.raw, r.event) for r in again.replay()] == [(1, raws[0], event(1)), (2, raws[1], event(2))]
        assert again.repair is None
    finally:
        again.close()


def test_an_event_too_large_is_refused_whole_before_anything_is_written(journal: Journal) -> None:
    draft = journal.draft()
    with pytest.raises(Invalid, match="16384"):
        draft.add([event(1), event(2, EVENT_MAX)], CLOCK.stamp())
    assert not draft and draft.seq == 0
    draft.add([event(1, EVENT_MAX - 200)], CLOCK.stamp())
    journal.commit(draft)
    assert journal.head[0] == 1


def test_a_draft_begun_at_another_head_is_refused(journal: Journal) -> None:
    late = journal.draft()
    late.add([event(1)], CLOCK.stamp())
    journal.append([event(2)], CLOCK.stamp())
    with pytest.raises(StorageError):
        journal.commit(late)
    assert [record.event for record in journal.replay()] == [event(2)]


def test_an_event_of_a_newer_type_is_kept_as_it_came(journal: Journal) -> None:
    journal.append([event(1)], CLOCK.stamp())
    odd = journal.draft()
    odd.add([event(2)], CLOCK.stamp())
    raw = odd.recorded[0].raw.replace(b"TicketVoided", b"TicketAdored")
    odd.hashes[0] = link(journal.head[1], journal.epoch, 2, raw)
    odd.recorded[0] = type(odd.recorded[0])(journal.epoch, 2, 0, event(2), raw, odd.recorded[0].place)
    odd.digest = odd.hashes[0]
    journal.commit(odd)
    *_, last = journal.replay()
    assert last.raw == raw and getattr(last.event, "type", None) == "TicketAdored"
    assert journal.verify().damage is None


def test_reading_for_the_sync_keeps_its_bounds(journal: Journal) -> None:
    fill(journal, 100)
    first = journal.read(journal.epoch, 0, max_count=7)
    assert [seq for seq, _ in first.events] == list(range(1, 8)) and first.prev_hash == GENESIS
    then = journal.read(journal.epoch, 7, max_bytes=1_000)
    assert then.events[0][0] == 8 and sum(len(raw) for _, raw in then.events) <= 1_000 and len(then.events) > 1
    assert link(then.prev_hash, journal.epoch, 8, then.events[0][1]) == journal.hash_at(then_place(journal, 8))
    assert len(journal.read(journal.epoch, 0, max_bytes=1).events) == 1, "one that is larger goes alone"
    assert journal.read(journal.epoch, 100).events == []
    assert journal.read("01UNKNOWN", 0).events == []


def then_place(journal: Journal, seq: int) -> int:
    return [record.place for record in journal.replay()][seq - 1]


def test_only_what_this_journal_wrote_can_be_acknowledged(journal: Journal) -> None:
    fill(journal, 10)
    fifth = journal.hash_at(then_place(journal, 5))
    assert fifth is not None
    assert not journal.acknowledge(journal.epoch, 5, bytes(32), "g1")
    assert not journal.acknowledge(journal.epoch, 11, fifth, "g1")
    assert not journal.acknowledge("01UNKNOWN", 5, fifth, "g1")
    assert journal.acked(journal.epoch) == 0

    assert journal.acknowledge(journal.epoch, 5, fifth, "g1")
    assert journal.acknowledge(journal.epoch, 2, journal.hash_at(then_place(journal, 2)) or b"", "g1")
    assert journal.acked(journal.epoch) == 5, "an old ack does not take back a newer one"
    journal.settle()
    (head,) = journal.streams()
    assert (head.first, head.last, head.last_hash) == (1, 10, journal.head[1].hex())

    assert journal.acknowledge(journal.epoch, 2, journal.hash_at(then_place(journal, 2)) or b"", "g2")
    assert journal.acked(journal.epoch) == 2, "a centre restored from a backup holds less"


def test_an_acknowledged_epoch_is_not_named_any_more(journal: Journal, path: Path) -> None:
    fill(journal, 3)
    journal.acknowledge(journal.epoch, *journal.head, "g1")
    journal.close()
    again = Journal.open(path, boot="b2")
    try:
        assert again.streams() == []
        assert again.seen.acked is not None and again.seen.acked.seq == 3
    finally:
        again.close()


def test_connections_are_counted_and_the_lease_is_kept(journal: Journal, path: Path) -> None:
    assert (journal.lease, journal.generation) == (None, None)
    assert [journal.next_conn(), journal.next_conn()] == [1, 2]
    journal.welcomed("g1", "secret-1")
    journal.close()
    again = Journal.open(path, boot="b2")
    try:
        assert again.next_conn() == 3
        assert (again.generation, again.lease) == ("g1", "secret-1")
    finally:
        again.close()


def test_cursor_ids_and_answers_are_kept_with_their_events(journal: Journal) -> None:
    draft = journal.draft()
    added = draft.add([event(1), event(2)], CLOCK.stamp())
    draft.cursor = Cursor("g1", 7)
    draft.taken["id-7"] = added[0].place
    draft.answer("key", b"command", added, 5)
    journal.commit(draft)
    assert journal.directive_cursor == Cursor("g1", 7)
    assert journal.taken("id-7") and not journal.taken("id-8")
    answer = journal.answer("key")
    assert answer is not None and answer.command == b"command"
    assert [record.raw for record in answer.events] == [record.raw for record in added]
    assert journal.answer("other") is None


def test_a_second_process_is_kept_away(journal: Journal, path: Path) -> None:
    with pytest.raises(StorageError, match="in use"):
        Journal.open(path, boot="b2")


def test_a_snapshot_is_used_only_when_sound_and_of_the_version_asked_for(journal: Journal, path: Path) -> None:
    fill(journal, 3)
    journal.save_snapshot("hall", 1, b"three")
    fill(journal, 3)
    journal.save_snapshot("hall", 1, b"six")
    assert journal.snapshot("hall", 2) is None
    newest = journal.snapshot("hall", 1)
    assert newest is not None and newest.body == b"six"
    with journal._transaction("spoil") as con:
        con.execute("update snapshot set body = ? where body = ?", (b"sly", b"six"))
    older = journal.snapshot("hall", 1)
    assert older is not None and older.body == b"three"


def test_pruning_drops_only_what_is_old_acknowledged_and_behind_snapshots(journal: Journal) -> None:
    now = CLOCK.stamp().at
    fill(journal, 10)
    assert journal.prune(30, now + 40 * DAY) == 0, "never met a centre"
    journal.acknowledge(journal.epoch, *journal.head, "g1")
    assert journal.prune(30, now + 40 * DAY) == 0, "no snapshot"
    journal.save_snapshot("hall", 1, b"ten")
    fill(journal, 10)
    journal.save_snapshot("hall", 1, b"twenty")
    journal.save_snapshot("documents", 1, b"ten", then_place(journal, 8))
    journal.save_snapshot("documents", 1, b"twenty")
    assert journal.prune(30, now + 29 * DAY) == 0, "too young"
    assert journal.prune(30, now + 40 * DAY) == 8, "behind the older snapshots of all names"
    (stream,) = journal.all_streams()
    assert (stream.first, stream.last) == (9, 20)
    assert journal.verify().damage is None and journal.verify().events == 12
    assert journal.prune(30, now + 40 * DAY) == 0


def test_what_was_pruned_is_told_as_lost(journal: Journal) -> None:
    fill(journal, 5)
    hashes = [journal.hash_at(record.place) for record in journal.replay()]
    for body in (b"a", b"b"):
        journal.save_snapshot("hall", 1, body)
        fill(journal, 1)
    journal.acknowledge(journal.epoch, 5, hashes[4] or b"", "g1")
    assert journal.prune(0, CLOCK.stamp().at + DAY) == 5
    assert journal.read(journal.epoch, 2).events == []
    lost = journal.lost(journal.epoch, 2)
    assert lost is not None
    assert (lost.from_, lost.to, lost.next_hash, lost.reason) == (3, 5, (hashes[4] or b"").hex(), "pruned")
    assert journal.lost(journal.epoch, 5) is None
    following = journal.read(journal.epoch, 5)
    assert following.prev_hash == hashes[4] and following.events[0][0] == 6


def test_notes_survive(journal: Journal, path: Path) -> None:
    journal.note(colour="blue")
    journal.append([NodeStarted("1", "hw"), DeviceFailed("p", "printer", "paper")], CLOCK.stamp())
    journal.close()
    again = Journal.open(path, boot="b2")
    assert again.noted("colour") == "blue"
    again.close()
