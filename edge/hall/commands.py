"""What somebody wants done: imperative, frozen. Randomness (tokens) comes in here and nowhere else."""

from typing import Literal

import msgspec

from contract.catalogue import Catalogue, Rules
from contract.events import DayPlan, Event


class Command(msgspec.Struct, frozen=True):
    """Base of all commands."""


# --- settings, days, time ----------------------------------------------------


class ChangeCatalogue(Command, frozen=True):
    catalogue: Catalogue


class ChangeRules(Command, frozen=True):
    rules: Rules


class PassTime(Command, frozen=True):
    """The clock reached `next_due(state)`. `plan` is the business day the moment belongs to."""

    plan: DayPlan


class SuspendHall(Command, frozen=True):
    reason: str
    by: str


class ResumeHall(Command, frozen=True):
    by: str


# --- customers ---------------------------------------------------------------


class IssueTicket(Command, frozen=True):
    """`token`: at least 60 random bits, 13 to 64 characters of base32, hex or base64url.

    `counter`: written at that window for a customer without ticket (S1-23); called there at once if
    the window is idle and nobody waits for it, else it waits like any other.
    """

    service: str
    token: str
    source: str
    priority_class: str | None = None
    counter: str | None = None


class RateTicket(Command, frozen=True):
    """By `token` (slip) or by `counter` (its evaluator: the ticket finished there last)."""

    level: int
    source: str
    token: str | None = None
    counter: str | None = None


# --- counters (field words in domain.md §1) ----------------------------------


class LogIn(Command, frozen=True):
    counter: str
    clerk: str


class LogOut(Command, frozen=True):
    counter: str


class CallNext(Command, frozen=True):
    """顺呼. Finishes or passes nothing silently: a ticket being served is finished first, recorded."""

    counter: str


class Recall(Command, frozen=True):
    counter: str


class Start(Command, frozen=True):
    counter: str


class Finish(Command, frozen=True):
    counter: str


class Pass(Command, frozen=True):
    """过号."""

    counter: str


class Restore(Command, frozen=True):
    """回叫: a passed number waits again. `number` as printed, or the ticket id."""

    counter: str
    number: str


class Transfer(Command, frozen=True):
    """转移 to another service's queue, or to one counter. `place` None: as the rules say."""

    counter: str
    to_service: str
    to_counter: str | None = None
    place: Literal["original", "end"] | None = None


class Undo(Command, frozen=True):
    """Takes back this counter's last pass or finish."""

    counter: str


class Pause(Command, frozen=True):
    counter: str
    reason: str
    cover: str | None = None


class Resume(Command, frozen=True):
    counter: str


# --- facts found by the shell ------------------------------------------------


class Record(Command, frozen=True):
    """A fact that needs no decision: slips, devices, clock, node, directives. Others are refused."""

    event: Event
