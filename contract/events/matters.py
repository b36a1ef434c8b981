"""What a window does by a published matter (contract/matters.py). Each names the version that was in force."""

from contract.events.base import Event


class MatterFixed(Event, frozen=True):
    """The clerk asked what is wanted, and fixed the matter (S2-10)."""

    ticket: str
    counter: str
    clerk: str
    matter: str
    version: int


class QuestionsAnswered(Event, frozen=True):
    """The matter's questions, asked at the window (S2-54): id to the id of a choice, or to a few words."""

    ticket: str
    counter: str
    clerk: str
    matter: str
    version: int
    answers: dict[str, str]


class RuleChecked(Event, frozen=True):
    """The materials were reviewed by one rule of the matter (S2-12)."""

    ticket: str
    counter: str
    clerk: str
    matter: str
    version: int
    rule: str
    passed: bool


class StepTicked(Event, frozen=True):
    """One step of the procedure is done, or was not done after all (S2-15). `step`: its place, from 1."""

    ticket: str
    counter: str
    clerk: str
    matter: str
    version: int
    step: int
    done: bool


class GuidancePrinted(Event, frozen=True):
    """The guidance sheet with its form came out of the printer (S0-37, S3-12).

    `matter` None: of the whole service, which has no version of its own but the catalogue's.
    """

    service: str
    matter: str | None
    version: int
    by: str
