"""What the next transaction will hold: numbered, encoded and chained, but not yet durable."""

from collections.abc import Sequence

from contract.chain import link
from contract.events import Event, encode
from edge.errors import Invalid
from edge.journal.shapes import EVENT_MAX, Cursor, Recorded, place_of
from edge.stamp import Stamp


class Draft:
    """Begun at the journal's head; void as soon as another draft is committed."""

    def __init__(self, *, epoch: str, ordinal: int, seq: int, digest: bytes, boot: str) -> None:
        self.epoch, self.ordinal, self.boot = epoch, ordinal, boot
        self.begins_at = seq
        self.seq, self.digest = seq, digest
        self.recorded: list[Recorded] = []
        self.hashes: list[bytes] = []
        self.cursor: Cursor | None = None
        self.taken: dict[str, int] = {}
        """Directive id to the place of its event."""
        self.answers: dict[str, tuple[bytes, int, int, int]] = {}
        """Idempotency-Key to (command hash, first place, last place, at)."""
        self.notes: dict[str, str] = {}
        """Entries of the table `meta`."""

    def __bool__(self) -> bool:
        return bool(self.recorded or self.answers or self.notes or self.cursor)

    @property
    def place(self) -> int:
        return place_of(self.ordinal, self.seq)

    def add(self, events: Sequence[Event], stamp: Stamp) -> tuple[Recorded, ...]:
        """Numbers and encodes `events`, all or none: raises Invalid when one is larger than `EVENT_MAX`."""
        raws = [
            encode(event, seq=seq, boot=self.boot, mono_ms=stamp.mono_ms, at=stamp.at, synced=stamp.synced)
            for seq, event in enumerate(events, self.seq + 1)
        ]
        for event, raw in zip(events, raws, strict=True):
            if len(raw) > EVENT_MAX:
                raise Invalid(f"{type(event).__name__} would take {len(raw)} bytes; at most {EVENT_MAX} are allowed")
        added = []
        for event, raw in zip(events, raws, strict=True):
            self.seq += 1
            self.digest = link(self.digest, self.epoch, self.seq, raw)
            self.hashes.append(self.digest)
            added.append(Recorded(self.epoch, self.seq, stamp.at, event, raw, self.place, stamp.synced))
        self.recorded += added
        return tuple(added)

    def answer(self, key: str, command: bytes, events: Sequence[Recorded], at: int) -> None:
        """`key` led to `events`, which are in this draft."""
        first = events[0].place if events else self.place + 1
        self.answers[key] = (command, first, events[-1].place if events else self.place, at)

    def answered(self, key: str) -> tuple[bytes, tuple[Recorded, ...]] | None:
        """What `key` led to within this draft."""
        found = self.answers.get(key)
        if found is None:
            return None
        command, first, last, _ = found
        return command, tuple(record for record in self.recorded if first <= record.place <= last)
