"""What journal and centre hold, and whether it is what it must be."""

import re
import sqlite3
from collections import defaultdict
from pathlib import Path

from contract.events import SlipStarted, TicketIssued
from edge.journal import Reader
from tests.waiting import until

Held = list[tuple[str, int, bytes, bytes]]
"""Epoch, number, exact bytes, hash."""


class Watch:
    """Reads a journal on from where the last look ended; every look proves what came since."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._after, self._digest = 0, b""
        self.numbers: dict[str, list[str]] = defaultdict(list)
        """By letter, in the order of the journal."""
        self._slips: dict[str, int] = defaultdict(int)

    @property
    def tickets(self) -> set[str]:
        return {number for numbers in self.numbers.values() for number in numbers}

    def look(self, said: str) -> None:
        """`said` stands before what is wrong."""
        if not self._path.exists():
            return
        reader = Reader(self._path)
        try:
            assert len(reader.all_streams()) == 1, f"{said}: it was taken for damage"
            assert not self._after or reader.hash_at(self._after) == self._digest, f"{said}: history has changed"
            assert reader.verify(self._after).damage is None, said
            self._read(reader, said)
            for place, _, digest in reader.rows(self._after):
                self._after, self._digest = place, digest
        finally:
            reader.close()

    def _read(self, reader: Reader, said: str) -> None:
        for record in reader.replay(self._after):
            match record.event:
                case TicketIssued(number=number):
                    letter = number[0]
                    self.numbers[letter].append(number)
                    assert int(number[1:]) == len(self.numbers[letter]), f"{said}: {number} is not the next number"
                case SlipStarted(ticket=ticket, copy=copy):
                    self._slips[ticket] += 1
                    assert copy or self._slips[ticket] == 1, f"{said}: {ticket} again without COPY"


def journal_holds(path: Path) -> Held:
    reader = Reader(path)
    try:
        names = {stream.ordinal: stream.epoch for stream in reader.all_streams()}
        assert len(names) == 1
        (epoch,) = names.values()
        return [(epoch, seq, raw, digest) for seq, (_, raw, digest) in enumerate(reader.rows(), 1)]
    finally:
        reader.close()


def centre_holds(database: Path) -> Held:
    con = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        rows = con.execute(
            "select s.epoch, e.seq, e.raw, e.hash from events e join streams s on s.id = e.stream order by 1, 2"
        ).fetchall()
        assert not con.execute("select count(*) from holes").fetchone()[0], "the node calls something lost"
        assert not con.execute("select count(*) from dead_letters").fetchone()[0], "something could not be read"
        assert not con.execute("select count(*) from forks").fetchone()[0], "two histories"
    finally:
        con.close()
    return [(epoch, seq, bytes(raw), bytes(digest)) for epoch, seq, raw, digest in rows]


def stored(database: Path) -> int:
    """How many events the centre has."""
    con = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return int(con.execute("select count(*) from events").fetchone()[0])
    finally:
        con.close()


def ends(path: Path) -> tuple[int, int]:
    """The last event of the journal, and the last the centre acknowledged to it."""
    reader = Reader(path)
    try:
        (stream,) = reader.all_streams()
        return stream.last, stream.acked
    finally:
        reader.close()


def agree(journal: Path, database: Path, seconds: float = 120.0) -> int:
    """Waits until the centre has all that the journal has now, and the node knows it; proves that both hold the same.

    How many events they share.
    """
    head = ends(journal)[0]
    until(
        lambda: ends(journal)[1] >= head,
        seconds,
        lambda: f"the centre has {stored(database)} events, the node (last, acknowledged) {ends(journal)}",
    )
    theirs, ours = centre_holds(database), journal_holds(journal)
    assert len(theirs) >= head, "acknowledged and not stored"
    assert theirs == ours[: len(theirs)], "they hold different events"
    return len(theirs)


_NUMBER = re.compile(r"\b[A-Z]\d{3,6}\b")


def slip(text: str) -> tuple[str, bool] | None:
    """The number on a piece of paper, and whether it is marked a copy; None when no number came out."""
    found = _NUMBER.search(text)
    return (found[0], "COPY" in text) if found else None
