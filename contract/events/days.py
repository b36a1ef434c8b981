"""Settings, business days, and the hall as a whole."""

import msgspec

from contract.catalogue import Catalogue, Rules
from contract.events.base import Event


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
