"""Settings, days, time."""

from contract.catalogue import Catalogue, Rules
from contract.events import DayPlan
from edge.hall.commands.base import Command


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
