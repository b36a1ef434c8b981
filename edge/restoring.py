"""The hall brought back from its journal: the newest usable snapshot, and the events behind it."""

import logging

import msgspec

from edge.errors import JournalDamaged
from edge.hall.apply import apply
from edge.hall.state import STATE_VERSION, State
from edge.journal import Reader, Unread

log = logging.getLogger(__name__)


def restored(journal: Reader) -> tuple[State, int]:
    """The hall as the journal has it, and how many events were replayed. Raises JournalDamaged."""
    state, place = State(), 0
    kept = journal.snapshot("hall", STATE_VERSION)
    if kept is not None:
        try:
            state, place = msgspec.msgpack.decode(kept.body, type=State), kept.place
        except msgspec.MsgspecError:
            log.warning("the snapshot of the hall cannot be read; all events are replayed")
    if place == 0 and any(stream.first > 1 for stream in journal.all_streams()):
        raise JournalDamaged("old events were dropped and no snapshot stands for them; restore the node from a backup")
    replayed = 0
    reader = journal.reader()
    try:
        for record in reader.replay(place):
            replayed += 1
            if not isinstance(record.event, Unread):
                apply(state, record.event, seq=record.seq, at=record.at)
    finally:
        reader.close()
    return state, replayed
