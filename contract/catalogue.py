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


class Clerk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person who works at counters."""

    id: str
    name: str


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
    """Empty: any clerk id may log in."""


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
    """Counter time after which the terminal warns (service.limit_simple)."""
