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
    """`node`: its id, part of the numbers of its papers."""

    version: str
    hw: str
    node: str = ""


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
    suspended: int = 0
    """Of those void or carried: cases that were suspended (挂起) when the day ended."""


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


# --- bookings and identity ---------------------------------------------------


class BookingArrived(Event, frozen=True):
    """A booked customer checked in; `ticket` was issued for it. `late_s`: behind the slot's start, negative before."""

    code: str
    ticket: str
    service: str
    slot_at: int
    method: Literal["card", "code", "phone", "number", "staff"]
    late_s: int
    outcome: Literal["on_time", "late", "deferred", "lifted"]


class BookingVoided(Event, frozen=True):
    """Nobody came within the grace (S0-45)."""

    code: str
    service: str
    slot_at: int
    grace_s: int


class VoidLifted(Event, frozen=True):
    """A supervisor lets a void booking be served, with reason and the waiting customers' consent (S0-47, K3)."""

    code: str
    by: str
    reason: str
    consent: bool


class IdentityVerified(Event, frozen=True):
    """The record of one verification (S2-53). No number, no photo: `id_hmac` under the node's key, texts masked."""

    verification: str
    ticket: str | None
    booking: str | None
    stage: Literal["arrival", "window"]
    method: Literal["card", "scan", "typed"]
    id_type: str
    id_hmac: str
    id_masked: str
    name_masked: str | None
    match: Literal["same", "other", "none"]
    """Compared with the booking, or with the verification at arrival; "none": nothing to compare with."""
    assurance: Literal["high", "low"]
    """Typed by hand is low (K6)."""
    reader: str | None
    by: str
    reason: str | None = None
    """Why it was typed; compulsory then."""
    valid_until: str | None = None
    name: Literal["same", "other", "none"] = "none"
    """The masked name compared with the booking's (S0-14). The right number under another name: a clerk decides."""


# --- papers of the window ----------------------------------------------------


class MaterialsChecked(Event, frozen=True):
    """What of the service's list the customer has brought (S0-31)."""

    ticket: str
    counter: str
    clerk: str
    seen: tuple[str, ...]
    missing: tuple[str, ...]


class CaseAccepted(Event, frozen=True):
    """Acceptance with a receipt (受理回执, S1-27). `number`: `{hall}{node}-{yyyymmdd}-{seq5}`."""

    number: str
    n: int
    ticket: str
    service: str
    counter: str
    clerk: str
    days: int
    """Working days promised."""
    materials: tuple[str, ...]


class Missing(msgspec.Struct, frozen=True):
    """One thing to supplement or correct. `material`: id of the catalogue, or free words."""

    material: str
    reason: str


class SupplementNoticeGiven(Event, frozen=True):
    """The one-time notice (一次性告知, S1-25): everything that lacks, at once."""

    number: str
    n: int
    ticket: str
    service: str
    counter: str
    clerk: str
    items: tuple[Missing, ...]
    repeated: bool
    """The ticket had a notice before, which should not be."""


class ResultTold(Event, frozen=True):
    """The result, told to the customer (S0-39 to S0-41). `failure`: id of a failure reason."""

    number: str
    n: int
    ticket: str
    service: str
    counter: str
    clerk: str
    outcome: Literal["success", "failure"]
    failure: str | None
    note: str
    collect: str
    """Where, when and how papers are collected; empty: nothing to collect."""
    oral: bool
    printed: bool


class VisitorRegistered(Event, frozen=True):
    """A visitor's badge (S3-10); the name is masked, and printed whole only on the badge."""

    number: str
    n: int
    name_masked: str
    host: str
    purpose: str
    by: str


# --- safety, opening, self-service ---------------------------------------------


EmergencyKind = Literal["fire", "incident", "power", "network", "device"]
AlarmKind = Literal["help", "silent", "fire", "intrusion", "crowd"]
"""Crowd: too many people before a device or at a place; the only one the public is told of."""


class EmergencyDeclared(Event, frozen=True):
    """Boards and voice say it; no ticket is issued and nobody is called until it ends."""

    kind: EmergencyKind
    by: str


class EmergencyEnded(Event, frozen=True):
    by: str


class AlarmRaised(Event, frozen=True):
    """Help wanted, a silent alarm, a crowd, or an input of the building. `place`: "counter:3", or a name of its own."""

    alarm: str
    kind: AlarmKind
    place: str
    by: str


class AlarmClosed(Event, frozen=True):
    alarm: str
    by: str
    note: str


class CounterWarned(Event, frozen=True):
    """Told once each time: counter time nearly over or over, idle while people wait, paused too long."""

    counter: str
    clerk: str
    kind: Literal["limit_near", "limit_over", "idle", "pause_over"]
    ticket: str | None
    since: int
    """Since when it lasts, ms."""


class CustomerWelcomed(Event, frozen=True):
    """欢迎: the loudspeaker greets who came to the window."""

    ticket: str
    counter: str
    clerk: str


class DevicesTested(Event, frozen=True):
    """The self-test before opening (S2-39). Device id to "ok", "degraded" or "failed"."""

    results: dict[str, str]
    by: str


class ChecklistTicked(Event, frozen=True):
    """One line of a checklist looked at; `ok` False needs a note."""

    day: str
    checklist: str
    item: str
    ok: bool
    note: str
    by: str


class ChecklistClosed(Event, frozen=True):
    day: str
    checklist: str
    by: str
    late: bool


class KioskSessionEnded(Event, frozen=True):
    """One use of the kiosk, nobody named (S4-2). `seconds`: from the first touch."""

    kiosk: str
    flow: str
    steps: int
    seconds: int
    outcome: Literal["completed", "abandoned", "failed"]
    reason: str = ""


# --- the service desk ----------------------------------------------------------


EnquiryOutcome = Literal["solved", "routed", "gone"]
"""Helped at once; sent to the right window; left, or still open when the day ended."""


class EnquiryOpened(Event, frozen=True):
    """Somebody asks at the service desk (导办台); nobody is named. The time of this event is request_at (S3-46)."""

    enquiry: str
    by: str


class EnquiryAnswered(Event, frozen=True):
    """The time of this event is response_at. `summary`: an id of `contract.feedback_categories`, or a few words."""

    enquiry: str
    by: str
    summary: str
    outcome: EnquiryOutcome
    service: str | None
    """What it was about; of a customer sent on, where to."""
    ticket: str | None
    """With which the customer was sent on."""
    seconds: int
    """From the question to this answer."""
    late: bool
    """That took longer than `rules.consult_s`."""


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
    rerouted: tuple[str, ...] = ()
    """Tickets that waited for this counter alone and may now be called by others."""


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
