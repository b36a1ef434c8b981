"""The journal of one hall: the only truth (design.md: SQLite, WAL, synchronous=FULL, one writer)."""

from edge.journal.draft import Draft
from edge.journal.journal import Journal
from edge.journal.keeper import Keeper
from edge.journal.reader import Reader
from edge.journal.shapes import EVENT_MAX, Answer, Beginning, Chunk, Cursor, Finding, Recorded, Repair, Snapshot, Unread

__all__ = [
    "EVENT_MAX",
    "Answer",
    "Beginning",
    "Chunk",
    "Cursor",
    "Draft",
    "Finding",
    "Journal",
    "Keeper",
    "Reader",
    "Recorded",
    "Repair",
    "Snapshot",
    "Unread",
]
