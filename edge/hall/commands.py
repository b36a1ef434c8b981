"""What somebody wants done: imperative, frozen. Randomness (tokens) comes in here and nowhere else."""

from typing import Literal

import msgspec

from contract.catalogue import Catalogue, Rules
from contract.events import DayPlan, Event


class Command(msgspec.Struct, frozen=True):
    """Base of all commands."""


# --- settings, days, time ----------------------------------------------------


class ChangeCatalogue(Command):
    catalogue: Catalogue


class ChangeRules(Command):
    rules: Rules


class PassTime(Command):
    """The clock reached `next_due(state)`. `plan` is the business day the moment belongs to."""

    plan: DayPlan


class SuspendHall(Command):
    reason: str
    by: str


class ResumeHall(Command):
    by: str


# --- customers ---------------------------------------------------------------


class IssueTicket(Command):
    """`token`: at least 60 random bits. `counter`: a walk-up ticket taken straight to that counter (S1-23)."""

    service: str
    token: str
    source: str
    priority_class: str | None = None


class RateTicket(Command):
    """By `token` (slip) or by `counter` (its evaluator: the ticket finished there last)."""

    level: int
    source: str
    token: str | None = None
    counter: str | None = None


# --- counters (field words in domain.md §1) ----------------------------------


class LogIn(Command):
    counter: str
    clerk: str


class LogOut(Command):
    counter: str


class CallNext(Command):
    """顺呼. Finishes or passes nothing silently: a ticket being served is finished first, recorded."""

    counter: str


class Recall(Command):
    counter: str


class Start(Command):
    counter: str


class Finish(Command):
    counter: str


class Pass(Command):
    """过号."""

    counter: str


class Restore(Command):
    """回叫: a passed number waits again. `number` as printed, or the ticket id."""

    counter: str
    number: str


class Transfer(Command):
    """转移 to another service's queue, or to one counter. `place` None: as the rules say."""

    counter: str
    to_service: str
    to_counter: str | None = None
    place: Literal["original", "end"] | None = None


class Undo(Command):
    """Takes back this counter's last pass or finish."""

    counter: str


class Pause(Command):
    counter: str
    reason: str
    cover: str | None = None


class Resume(Command):
    counter: str


# --- facts found by the shell ------------------------------------------------


class Record(Command):
    """A fact that needs no decision: slips, devices, clock, node, directives. Others are refused."""

    event: Event
