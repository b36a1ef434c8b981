"""What a hall held when the centre began anew: told to it in parts, so that it can rebuild what a backup lacks."""

from collections.abc import Iterator

import msgspec

from contract.events import DirectiveTaken, RosterEntry, RosterReported
from edge.hall.state import Booking, State

PART = 12 * 1024
"""Bytes of one part's entries; an event has 16 KiB for them and its own words."""


def report(state: State, event: DirectiveTaken) -> tuple[RosterReported, ...]:
    """Behind the `SnapshotBegun` of a generation that is not the one met last; nothing at any other directive.

    At first contact too: a torn journal may have forgotten that it has met a centre, and that centre waits for it.
    """
    if event.type != "SnapshotBegun" or event.kind != "fact" or event.generation == state.generation:
        return ()
    parts = list(_parts(state)) or [()]
    return tuple(
        RosterReported(event.generation, number, len(parts), entries) for number, entries in enumerate(parts, 1)
    )


def _parts(state: State) -> Iterator[tuple[RosterEntry, ...]]:
    """Every entry, whatever became of it; one that no event can hold is left out."""
    part: list[RosterEntry] = []
    size = 0
    for booking in state.bookings.values():
        entry = _entry(booking)
        length = len(msgspec.json.encode(entry)) + 1
        if length > PART:
            continue
        if size + length > PART:
            yield tuple(part)
            part, size = [], 0
        part.append(entry)
        size += length
    if part:
        yield tuple(part)


def _entry(booking: Booking) -> RosterEntry:
    return RosterEntry(
        code=booking.code,
        day=booking.day,
        service=booking.service,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        name=booking.name,
        status=booking.status,
        id_hmac=booking.id_hmac,
        phone_hmac=booking.phone_hmac,
        priority_class=booking.priority_class,
        grant=booking.grant,
        rev=booking.rev,
    )
