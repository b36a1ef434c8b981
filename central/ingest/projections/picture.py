"""PURE: the rows one batch of events touches, and which of them must be loaded before folding."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

import msgspec

from contract import events as e
from contract.events import Event

from .rows import (
    Answer,
    CatalogueSeen,
    Counter,
    DaySheet,
    Device,
    DeviceFault,
    Moment,
    RulesSeen,
    Slip,
    Ticket,
    stage_row,
)

Key = tuple[str, str]
"""(node, ticket | counter | device)"""


class Place(msgspec.Struct, frozen=True):
    """Where a node stands."""

    node: str
    hall: str
    zone: ZoneInfo


class Fact(msgspec.Struct, frozen=True):
    """One event to fold."""

    place: Place
    moment: Moment
    event: Event


class Picture(msgspec.Struct):
    """Rows by their key: the loaded ones, and after folding the changed ones as well."""

    tickets: dict[Key, Ticket] = {}
    counters: dict[Key, Counter] = {}
    devices: dict[Key, Device] = {}
    faults: dict[tuple[str, str, int], DeviceFault] = {}
    slips: dict[tuple[str, str, int], Slip] = {}
    sheets: dict[tuple[str, str, str], DaySheet] = {}
    catalogues: dict[str, CatalogueSeen] = {}
    rules: dict[str, RulesSeen] = {}
    answers: list[Answer] = []


class Needs(msgspec.Struct):
    """What to load. `clocks`: nodes whose clock was set, so that all their unsynced tickets are wanted."""

    tickets: set[Key] = set()
    counters: set[Key] = set()
    devices: set[Key] = set()
    slips: set[Key] = set()
    clocks: set[str] = set()


_SLIPS = (e.SlipStarted, e.SlipPrinted, e.SlipFailed, e.SlipLeftToStaff)


def needs(facts: Iterable[Fact]) -> Needs:
    """Rows that exist before the batch and matter to it; a ticket issued in the batch need not be loaded."""
    found = Needs()
    fresh: set[Key] = set()
    for fact in facts:
        event, node = fact.event, fact.place.node
        if isinstance(event, e.TicketIssued):
            fresh.add((node, event.ticket))
            continue
        if isinstance(event, e.ClockSynced):
            found.clocks.add(node)
        elif isinstance(event, e.DeviceFailed | e.DeviceRecovered):
            found.devices.add((node, event.device))
        elif isinstance(event, e.CatalogueChanged):
            found.counters.update((node, counter.id) for counter in event.catalogue.counters)
        for ticket in _about(event):
            if ticket is not None and (node, ticket) not in fresh:
                found.tickets.add((node, ticket))
                if isinstance(event, _SLIPS):
                    found.slips.add((node, ticket))
        if (counter := getattr(event, "counter", None)) is not None:
            found.counters.add((node, counter))
    return found


def _about(event: Event) -> tuple[str | None, ...]:
    ticket = getattr(event, "ticket", None)
    if isinstance(event, e.TicketRated):
        # the service rated may be one before the present one
        return ticket, stage_row(event.ticket, event.stage)
    return ticket, getattr(event, "returned", None)


LONGEST = 512
"""Characters of what becomes a key; PostgreSQL's indexes refuse long ones."""


def fits(event: Event, size: int) -> bool:
    """Whether every name in the event, which has `size` bytes, can be a key."""
    if size <= LONGEST:
        return True
    names = [getattr(event, field, None) or "" for field in ("ticket", "returned", "counter", "device", "day")]
    if isinstance(event, e.DayClosed):
        names += [line.service for line in event.sheet]
    elif isinstance(event, e.CatalogueChanged):
        names += [counter.id for counter in event.catalogue.counters]
    return max(map(len, names)) <= LONGEST
