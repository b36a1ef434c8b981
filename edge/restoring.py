"""The hall brought back from its journal: the newest usable snapshot, and the events behind it."""

import logging
from contextlib import suppress

import msgspec

from edge.errors import JournalDamaged
from edge.hall.apply import apply
from edge.hall.state import STATE_VERSION, State
from edge.journal import Reader, Unread

log = logging.getLogger(__name__)


def restored(journal: Reader) -> tuple[State, int]:
    """The hall as the journal has it, and how many events were replayed. Raises JournalDamaged."""
    state, place = _begun_from(journal)
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


def _begun_from(journal: Reader) -> tuple[State, int]:
    """The newest snapshot of this version; without one the empty hall, if all events since are still there."""
    kept = journal.snapshot("hall", STATE_VERSION)
    if kept is not None:
        try:
            return msgspec.msgpack.decode(kept.body, type=State), kept.place
        except msgspec.MsgspecError:
            log.warning("the snapshot of the hall cannot be read")
    if not journal.holes() and all(stream.first == 1 for stream in journal.all_streams()):
        return State(), 0
    kept = journal.snapshot("hall")
    if kept is None:
        raise JournalDamaged("old events were dropped and no snapshot stands for them; restore the node from a backup")
    log.warning("the hall is read from a snapshot of version %d, field by field", kept.version)
    return translated(kept.body), kept.place


def translated(body: bytes) -> State:
    """What this version understands of another version's snapshot; the rest as in an empty hall."""
    try:
        found = msgspec.msgpack.decode(body)
    except msgspec.MsgspecError as err:
        raise JournalDamaged("the snapshot of the hall cannot be read; restore the node from a backup") from err
    state = State()
    for field in msgspec.structs.fields(State):
        if field.name in found:
            with suppress(msgspec.ValidationError):
                setattr(state, field.name, msgspec.convert(found[field.name], field.type))
    return state
