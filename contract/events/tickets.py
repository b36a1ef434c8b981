"""A ticket from its issue to its rating."""

from typing import Literal

import msgspec

from contract.events.base import Event, Lane


class Wait(msgspec.Struct, frozen=True):
    """An estimate as a range, seconds."""

    p50_s: int
    p90_s: int


class Why(msgspec.Struct, frozen=True):
    """The rule's decision: why this ticket and no other (S1-4)."""

    policy: Literal["first_come", "priority_turn", "ordinary_turn", "only_lane", "aged", "deferred", "chosen"]
    group: str
    """The counter's group of services it came from, ids joined by "+"."""
    rank: int
    """0 for the counter's best group."""
    waiting: int
    """How many waited in that group, this one included."""
    lane: Lane | None = None
    """The lane it was called from; None: the ticket's own."""
    reason: str | None = None
    """Why it was chosen, in the clerk's words (policy "chosen")."""


Place = Literal["end", "slot", "inserted", "deferred"]
"""Where a new ticket waits: behind everybody; by its slot's start; late, behind a few; late and busy, until a window
is free."""


class TicketIssued(Event, frozen=True):
    """`ticket` is unique for ever: "20261122-A005". `token` is the secret printed on the slip."""

    ticket: str
    day: str
    number: str
    n: int
    service: str
    lane: Lane
    priority_class: str | None
    token: str
    source: str
    """Where it was pressed: "kiosk", "keys", "counter:3", "api"."""
    ahead: int
    wait: Wait | None
    booking: str | None = None
    """Code of the booking it was issued for."""
    slot_at: int | None = None
    """Start of the booked slot, ms."""
    name: str | None = None
    """Masked, for the slip of a booked customer."""
    place: Place = "end"
    after: int = 0
    """Its index in the service's queue (place "inserted")."""
    journey: str | None = None
    then: tuple[str, ...] = ()
    """Services that follow with the same ticket."""
    cause: str | None = None
    """Why it was written by staff, or which kiosk flow failed before it."""


class TicketCalled(Event, frozen=True):
    ticket: str
    number: str
    counter: str
    clerk: str
    why: Why


class TicketRecalled(Event, frozen=True):
    ticket: str
    number: str
    counter: str
    calls: int
    """How often it has been called at this counter now, the first call included."""
    by_hall: bool = False
    """Repeated by the hall itself (`rules.ring`)."""


class ServiceStarted(Event, frozen=True):
    ticket: str
    counter: str
    clerk: str


class ServiceFinished(Event, frozen=True):
    """`by_next`: the clerk pressed "next" while serving, which finishes first."""

    ticket: str
    counter: str
    clerk: str
    by_next: bool = False


class TicketPassed(Event, frozen=True):
    """Absent after the calls (过号)."""

    ticket: str
    number: str
    counter: str
    by_next: bool = False
    by_hall: bool = False


class TicketRestored(Event, frozen=True):
    """A passed number is brought back (回叫) and waits behind `after` tickets."""

    ticket: str
    number: str
    after: int
    by: str


class TicketTransferred(Event, frozen=True):
    """Goes to another queue (转移), ticket kept; `position` is its place in that queue, 0 the head.

    `place`: the rule behind it, by time of issue ("original") or behind everybody ("end").
    """

    ticket: str
    number: str
    counter: str
    from_service: str
    to_service: str
    to_counter: str | None
    position: int
    place: Literal["original", "end"] = "end"
    reason: str | None = None
    """Such as a change of business (S0-49)."""


class TicketForwarded(Event, frozen=True):
    """The next stage of a journey (一票到底): done at one service, the ticket waits for the next at `position`."""

    ticket: str
    number: str
    counter: str
    from_service: str
    to_service: str
    position: int
    then: tuple[str, ...] = ()
    """Services that still follow."""


class TicketMovedBack(Event, frozen=True):
    """A customer asked for more time: the number is kept and waits behind `after` tickets of its queue."""

    ticket: str
    number: str
    after: int
    moves: int
    by: str


class CaseSuspended(Event, frozen=True):
    """挂起: "papers_out" the customer takes the papers and may return at any window of the service (不持件),
    "papers_kept" the papers stay at this window (持件), "step" waits for a step such as a seal (等待).
    The time suspended is not counted against the clerk."""

    ticket: str
    number: str
    counter: str
    clerk: str
    kind: Literal["papers_out", "papers_kept", "step"]
    reason: str


class CaseContinued(Event, frozen=True):
    ticket: str
    number: str
    counter: str
    clerk: str
    suspended_s: int


class StepUndone(Event, frozen=True):
    """A wrong pass or finish taken back: the ticket is at the counter again in status `back_to`."""

    ticket: str
    counter: str
    step: Literal["pass", "finish"]
    back_to: Literal["called", "serving"]
    returned: str | None = None
    """The ticket called meanwhile by that counter's "next", now at the head of its queue again."""


class TicketVoided(Event, frozen=True):
    ticket: str
    number: str
    reason: str


class TicketRated(Event, frozen=True):
    """Level 5 very satisfied … 1 very dissatisfied (GB/T 39735). Bound to ticket, counter and clerk."""

    ticket: str
    counter: str
    clerk: str
    service: str
    level: int
    source: str
    tags: tuple[str, ...] = ()
    comment: str = ""
    stage: int = 0
    """How many services of a journey were done before the one rated."""
