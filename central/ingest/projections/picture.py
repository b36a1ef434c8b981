"""PURE: the rows one batch of events touches, and which of them must be loaded before folding."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

import msgspec

from contract import events as e
from contract.events import Event

from .rows import (
    Alarm,
    Answer,
    CatalogueSeen,
    Counter,
    DaySheet,
    Device,
    DeviceFault,
    Moment,
    RuleChange,
    RulesSeen,
    Slip,
    Ticket,
    stage_row,
)

Key = tuple[str, str]
"""(node, ticket | counter | device | alarm)"""


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


class Twice(msgspec.Struct, frozen=True):
    """A ticket whose number another customer has: the node and a copy of it have issued it. `at`: wall ms."""

    node: str
    ticket: str
    at: int


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
    rule_changes: dict[tuple[str, int], RuleChange] = {}
    alarms: dict[Key, Alarm] = {}
    answers: list[Answer] = []
    twice: list[Twice] = []


class Needs(msgspec.Struct):
    """What to load. `clocks`: nodes whose clock was set, so that all their unsynced tickets are wanted;
    `emergencies`: nodes whose open emergency is."""

    tickets: set[Key] = set()
    counters: set[Key] = set()
    devices: set[Key] = set()
    slips: set[Key] = set()
    alarms: set[Key] = set()
    clocks: set[str] = set()
    rules: set[str] = set()
    emergencies: set[str] = set()


_SLIPS = (e.SlipStarted, e.SlipPrinted, e.SlipFailed, e.SlipLeftToStaff)


def needs(facts: Iterable[Fact]) -> Needs:
    """Rows that exist before the batch and matter to it; that of a number which is issued too, should it be twice."""
    found = Needs()
    fresh: set[Key] = set()
    for fact in facts:
        event, node = fact.event, fact.place.node
        if isinstance(event, e.TicketIssued):
            fresh.add((node, event.ticket))
            found.tickets.add((node, event.ticket))
            continue
        _house(found, node, event)
        for ticket in _about(event):
            if ticket is not None:
                found.tickets.add((node, ticket))
                if isinstance(event, _SLIPS) and (node, ticket) not in fresh:
                    found.slips.add((node, ticket))
        if (counter := getattr(event, "counter", None)) is not None:
            found.counters.add((node, counter))
    return found


def _house(found: Needs, node: str, event: Event) -> None:
    """What is not about a ticket."""
    match event:
        case e.ClockSynced():
            found.clocks.add(node)
        case e.DeviceFailed() | e.DeviceRecovered():
            found.devices.add((node, event.device))
        case e.CatalogueChanged():
            found.counters.update((node, counter.id) for counter in event.catalogue.counters)
        case e.AlarmClosed():
            found.alarms.add((node, event.alarm))
        case e.EmergencyDeclared() | e.EmergencyEnded():
            found.emergencies.add(node)
        case e.RulesChanged() | e.DirectiveTaken() | e.DirectiveAnswered():
            found.rules.add(node)


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
    names = [getattr(event, field, None) or "" for field in ("ticket", "returned", "counter", "device", "day", "alarm")]
    if isinstance(event, e.DayClosed):
        names += [line.service for line in event.sheet]
    elif isinstance(event, e.CatalogueChanged):
        names += [counter.id for counter in event.catalogue.counters]
    return max(map(len, names)) <= LONGEST
