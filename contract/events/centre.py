"""What the centre said, and what became of it."""

from typing import Any, Literal

from contract.events.base import Event


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
