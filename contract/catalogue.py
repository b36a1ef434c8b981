"""What a hall offers and how it queues: the catalogue (services, counters) and the rules, as both sides know them.

Both enter a hall only inside `CatalogueChanged` and `RulesChanged` events, so a replay sees the
settings that were in force when each decision was made.
"""

from typing import Literal

import msgspec

Text = dict[str, str]
"""A text in several languages: `{"zh": "储蓄业务", "en": "Savings"}`."""


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One queue (业务队列). Its tickets read `letter` + running number, as `A005`."""

    id: str
    letter: str
    """One to two capital letters, unique in the hall."""
    name: Text
    first: int = 1
    last: int = 999
    """The range of numbers of one business day, both ends included."""
    digits: int = 3
    cap: int | None = None
    """The most tickets of one business day; None: as many as the range holds."""
    last_ticket: str | None = None
    """Local time "HH:MM" after which no ticket is issued; None: the hall's `last_ticket`."""
    zone: str | None = None
    """Waiting area (等候区) printed on the slip."""
    expected_s: int = 300
    """Handling time assumed until the day has shown its own, seconds."""
    complexity: Literal["simple", "complex"] = "simple"
    """Which counter time holds: `rules.limit_s` or `rules.limit_complex_s` (S0-38)."""
    important: bool = False
    """Important business (重要业务): second pair of eyes, electronic notice, confirmation by telephone."""
    verify: Literal["never", "booked", "always"] = "booked"
    """Whose identity the window must know before it starts (id.verify_before_service)."""
    guide: Text = {}
    """What a customer should know before taking a ticket, a few sentences."""
    materials: tuple[str, ...] = ()
    """Ids of the materials a customer must bring."""
    instead: tuple[Text, ...] = ()
    """Other ways to get the same done (alt.services), told where somebody would have to wait long."""


class Counter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One service window (窗口)."""

    id: str
    name: Text
    serves: tuple[tuple[str, ...], ...]
    """Service ids in groups, best first: a group is looked at only when those before it are empty;
    inside a group the order is first come."""


class PriorityClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One published class of people served with priority (优先人群), e.g. elderly."""

    id: str
    name: Text


class PauseReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reason a clerk may give for leaving the window (S1-19)."""

    id: str
    name: Text


Role = Literal["clerk", "receptionist", "supervisor"]


class Clerk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person who works in the hall. What proves who it is (PIN, badge) stays on the node, out of the catalogue."""

    id: str
    name: str
    role: Role = "clerk"
    """A supervisor may do whatever a clerk may, and lift what the rules hold back."""


class Zone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One waiting area (等候区)."""

    id: str
    name: Text
    way: Text = {}
    """How to get there from the entrance, in a few words."""
    map: tuple[int, int, int, int] | None = None
    """Where it lies on the map of the guide sign: x, y, width, height on a grid of 100×60; None: not drawn."""
    windows: tuple[str, ...] = ()
    """Counters that stand there (S1-41); empty: those whose first service waits there."""


class Material(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One paper a customer brings; `original`: a copy does not do."""

    id: str
    name: Text
    original: bool = False


class FailureReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a matter could not be done, and what the customer can do about it (S1-38)."""

    id: str
    name: Text
    solution: Text = {}


class Journey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several services one after the other with one ticket (一票到底)."""

    id: str
    name: Text
    services: tuple[str, ...]


class CheckItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a checklist."""

    id: str
    name: Text


class Checklist(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is gone through before the hall opens (开门准备), and the like."""

    id: str
    name: Text
    items: tuple[CheckItem, ...]


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything on offer in one hall. `version` rises by one with each change."""

    version: int
    hall: str
    name: Text
    services: tuple[Service, ...]
    counters: tuple[Counter, ...]
    priority_classes: tuple[PriorityClass, ...] = ()
    pause_reasons: tuple[PauseReason, ...] = ()
    clerks: tuple[Clerk, ...] = ()
    """Empty: any clerk id may log in, and anybody at a counter has every right."""
    zones: tuple[Zone, ...] = ()
    """Empty: a service's `zone` is a bare label."""
    materials: tuple[Material, ...] = ()
    failure_reasons: tuple[FailureReason, ...] = ()
    journeys: tuple[Journey, ...] = ()
    checklists: tuple[Checklist, ...] = ()


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One set of named policies and numbers; no expressions, no plug-ins. Defaults from requirements.md §7."""

    priority: int = 1
    ordinary: int = 2
    """Of `priority + ordinary` calls, while both wait, `priority` go to the priority lane."""
    return_after: int = 3
    """A passed number brought back (回叫) waits behind this many tickets."""
    returns_max: int = 1
    """How often one ticket may be brought back."""
    undo_within_s: int = 120
    reprint_within_s: int = 900
    """A slip lost in a power cut is printed again by itself only while its ticket is younger than this."""
    rating_within_s: int = 30
    """How long a finished ticket may be rated at the counter's own evaluator (rating.prompt_timeout)."""
    rating_token_days: int = 3
    """How long the token on the slip may still rate it."""
    rings: int = 3
    """Calls after which the clerk's terminal offers to pass the number."""
    ring_s: int = 20
    eta_window: int = 20
    """How many last services the wait estimate looks at (queue.eta_window)."""
    transfer_place: Literal["original", "end"] = "original"
    limit_s: int = 900
    """Counter time of a simple service (service.limit_simple)."""
    limit_complex_s: int = 2700
    """Counter time of a complex service (service.limit_complex)."""
    warn_before_s: int = 120
    """How long before its end the counter time is warned of."""
    idle_alert_s: int = 300
    """An open counter idle this long while people wait for it is told of (window.idle_alert_min)."""
    pause_max_s: int = 900
    """A pause longer than this is told of (window.pause_max_min)."""
    ring: Literal["clerk", "auto"] = "clerk"
    """Who repeats the call and passes the absent: the clerk, or the hall every `ring_s` and after `rings` calls."""
    return_within_s: int = 14_400
    """A passed number may come back for this long: half a day."""
    choose: Literal["clerk", "supervisor", "nobody"] = "clerk"
    """Who may call a chosen number (特呼), always with a reason."""
    adhoc: bool = True
    """Whether a window may write a ticket for a customer without one (queue.adhoc_allowed, S1-23)."""
    ageing_s: int = 0
    """A ticket that waits longer goes before the counter's better groups and out of the deferred list; 0: never."""
    booked: Literal["priority", "ordinary"] = "priority"
    """The lane of a booked customer who was on time, from the slot's start on."""
    checkin_open_s: int = 1800
    """How long before the slot check-in opens (booking.checkin_open)."""
    grace_s: int = 900
    """Late up to this: inserted; later: void (late.grace, one value for both, K2)."""
    insert_after: int = 2
    """Late within grace: behind this many waiting tickets (late.insert_after)."""
    busy_s: int = 1200
    """Late while the wait is longer than this: deferred, called when nobody else waits (late.busy_threshold)."""
    move_back_s: int = 600
    """How much later a customer wants to come who asks to be moved back."""
    move_backs_max: int = 2
    fallback_class: str | None = None
    """The published priority class of who failed at the kiosk and is sent to a window (kiosk.fail_to_window)."""
    verify: Literal["remind", "require"] = "remind"
    """Whether a window may start before it knows who is there, where the service wants it known."""
    self_test_before_s: int = 1800
    """How long before opening the devices test themselves (opening.selftest_time)."""
    checklist_before_s: int = 900
    """How long before opening the checklist should be closed (opening.deadline)."""
    consult_s: int = 120
    """Within this somebody who asks at the service desk should have an answer (consult.respond_within)."""
    fire_emergency: bool = False
    """A fire alarm declares the emergency at once, before anybody has looked (S4-4)."""
