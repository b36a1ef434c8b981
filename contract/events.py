"""Everything that can have happened in a hall: frozen facts in the past tense, one struct each.

A fact travels inside an `Envelope`. The envelope is decoded first and the fact by its `type` after,
so a fact of a newer version is kept and hashed exactly as it came (protocol.md, "Upward").
Times called `at` are wall time in milliseconds since 1970 UTC; `day` is a business day "YYYY-MM-DD".
"""

from typing import Any, ClassVar, Literal

import msgspec

from contract.catalogue import Catalogue, Rules

Lane = Literal["ordinary", "priority"]


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """One event as stored and sent, at most 16 KiB: `{seq, boot, mono_ms, at, synced, type, v, data}`."""

    seq: int
    boot: str
    mono_ms: int
    at: int
    synced: bool
    type: str
    v: int
    data: msgspec.Raw


class Event(msgspec.Struct, frozen=True, omit_defaults=False):
    """Base of all facts. `v` is the version of the fact's shape."""

    v: ClassVar[int] = 1


# --- the life of the journal -------------------------------------------------


class EpochBegun(Event, frozen=True):
    """The first event of every epoch. After damage, `salvaged` events of the epoch before were proved sound."""

    prev_epoch: str | None
    reason: str
    salvaged: int = 0
    number_floor: int = 0
    """Numbers of the running business day are issued above this, since those below cannot be proved unused."""


class NodeStarted(Event, frozen=True):
    version: str
    hw: str


class ClockSynced(Event, frozen=True):
    """Re-anchors the events of `boot`: its monotonic `mono_ms` was wall time `at`."""

    boot: str
    mono_ms: int
    at: int


class DocumentsRebuilt(Event, frozen=True):
    """A torn or lost document file was set aside and made again from the journal (F13)."""

    name: str
    cause: str


# --- settings and days -------------------------------------------------------


class RulesChanged(Event, frozen=True):
    rules: Rules


class CatalogueChanged(Event, frozen=True):
    catalogue: Catalogue


class DayPlan(msgspec.Struct, frozen=True):
    """One business day as absolute times (ms). `last_ticket` maps a service id to its last-ticket time."""

    day: str
    starts_at: int
    opens_at: int
    closes_at: int
    ends_at: int
    last_ticket: dict[str, int]


class DayStarted(Event, frozen=True):
    """A business day began; numbers restart. Tickets still open stay, under their old number."""

    plan: DayPlan


class ServiceSheet(msgspec.Struct, frozen=True):
    """One service's line of the day-end sheet; times in seconds, None where nothing was measured."""

    service: str
    issued: int
    served: int
    passed: int
    voided: int
    carried: int
    """Still open when the day ended."""
    wait_mean_s: int | None
    wait_max_s: int | None
    handling_mean_s: int | None
    ratings: dict[str, int]
    """Level "1".."5" to count; served tickets without a rating are not rated, never good."""


class DayClosed(Event, frozen=True):
    """The day-end sheet (日结单)."""

    day: str
    sheet: tuple[ServiceSheet, ...]


class TimePassed(Event, frozen=True):
    """The moment `next_due` asked for was reached; what followed from it is in the events behind this one."""

    due: int


class HallSuspended(Event, frozen=True):
    """No more tickets until resumed; those waiting are still called."""

    reason: str
    by: str


class HallResumed(Event, frozen=True):
    by: str


# --- tickets -----------------------------------------------------------------


class Wait(msgspec.Struct, frozen=True):
    """An estimate as a range, seconds."""

    p50_s: int
    p90_s: int


class Why(msgspec.Struct, frozen=True):
    """The rule's decision: why this ticket and no other (S1-4)."""

    policy: Literal["first_come", "priority_turn", "ordinary_turn", "only_lane", "chosen"]
    group: str
    """The counter's group of services it came from, ids joined by "+"."""
    rank: int
    """0 for the counter's best group."""
    waiting: int
    """How many waited in that group, this one included."""


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


# --- counters ----------------------------------------------------------------


class CounterOpened(Event, frozen=True):
    counter: str
    clerk: str


class CounterClosed(Event, frozen=True):
    counter: str
    clerk: str


class CounterPaused(Event, frozen=True):
    counter: str
    clerk: str
    reason: str
    cover: str | None
    """The colleague who covers (S1-20)."""


class CounterResumed(Event, frozen=True):
    counter: str
    clerk: str


# --- slips and devices -------------------------------------------------------


class SlipStarted(Event, frozen=True):
    """Committed before the first byte goes to the printer. `copy`: the slip carries the word COPY (补打)."""

    ticket: str
    copy: bool


class SlipPrinted(Event, frozen=True):
    """The printer confirmed it."""

    ticket: str
    copy: bool


class SlipFailed(Event, frozen=True):
    """Nothing usable came out; it is printed again when the printer is well."""

    ticket: str
    copy: bool
    cause: str


class SlipLeftToStaff(Event, frozen=True):
    """Too old to reprint by itself after a power cut: staff are asked."""

    ticket: str
    number: str


class DeviceFailed(Event, frozen=True):
    device: str
    kind: str
    cause: str


class DeviceRecovered(Event, frozen=True):
    device: str
    kind: str


# --- what the centre said ----------------------------------------------------


class DirectiveTaken(Event, frozen=True):
    """A directive of the centre, appended in one transaction with its cursor."""

    generation: str
    seq: int
    id: str
    kind: Literal["fact", "command"]
    type: str
    data: dict[str, Any]


class DirectiveAnswered(Event, frozen=True):
    id: str
    outcome: Literal["done", "refused", "expired", "unsupported"]
    detail: str


def _kinds(base: type[Event]) -> dict[str, type[Event]]:
    return {cls.__name__: cls for cls in base.__subclasses__()}


EVENTS: dict[str, type[Event]] = _kinds(Event)
"""Every fact this version knows, by its `type` on the wire."""

_DECODERS = {name: msgspec.json.Decoder(cls) for name, cls in EVENTS.items()}
_ENVELOPE = msgspec.json.Decoder(Envelope)
_ENCODER = msgspec.json.Encoder()


def encode(event: Event, *, seq: int, boot: str, mono_ms: int, at: int, synced: bool) -> bytes:
    """The exact bytes an event is stored, hashed and sent as."""
    data = msgspec.Raw(_ENCODER.encode(event))
    return _ENCODER.encode(Envelope(seq, boot, mono_ms, at, synced, type(event).__name__, event.v, data))


def envelope(raw: bytes) -> Envelope:
    """Raises msgspec.DecodeError or msgspec.ValidationError where `raw` is no envelope."""
    return _ENVELOPE.decode(raw)


def fact(env: Envelope) -> Event | None:
    """The fact inside, or None for a type or version this software does not know."""
    decoder = _DECODERS.get(env.type)
    if decoder is None or env.v > EVENTS[env.type].v:
        return None
    return decoder.decode(env.data)
