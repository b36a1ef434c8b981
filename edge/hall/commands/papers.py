"""Papers of the window, for the ticket called or served there."""

from typing import Literal

from contract.events import MaterialCheck, Missing
from edge.hall.commands.base import Command


class FixMatter(Command, frozen=True):
    """What the customer wants (S2-10): a published matter of the ticket's service."""

    counter: str
    matter: str


class AnswerQuestions(Command, frozen=True):
    """Question of the fixed matter to choice, or to words in which no number of a person stands."""

    counter: str
    answers: dict[str, str]


class CheckRule(Command, frozen=True):
    counter: str
    rule: str
    passed: bool


class TickStep(Command, frozen=True):
    """`step`: its place in the procedure, from 1."""

    counter: str
    step: int
    done: bool


class CheckMaterials(Command, frozen=True):
    """What is there of the list: `seen` says which are as they must be. Or `checks`, each looked at by itself: the
    others of the list count as not brought.
    """

    counter: str
    seen: tuple[str, ...] = ()
    checks: tuple[MaterialCheck, ...] = ()


class AcceptCase(Command, frozen=True):
    """`days`: working days promised."""

    counter: str
    days: int
    materials: tuple[str, ...] = ()


class GiveNotice(Command, frozen=True):
    counter: str
    items: tuple[Missing, ...]


class TellResult(Command, frozen=True):
    counter: str
    outcome: Literal["success", "failure"]
    failure: str | None = None
    note: str = ""
    collect: str = ""
    oral: bool = True
    printed: bool = False


class RegisterVisitor(Command, frozen=True):
    name_masked: str
    host: str
    purpose: str
    by: str
