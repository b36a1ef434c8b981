"""What every way of a notice has in common: what it is given, and what it can say of it."""

from collections.abc import Mapping
from typing import Protocol

import msgspec


class Attachment(msgspec.Struct, frozen=True):
    """`kind`: a MIME type with its parameters."""

    name: str
    kind: str
    content: bytes


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One notice, ready to go. `id` is our own, the same for every try whose outcome is not known."""

    id: str
    event: str
    address: str
    language: str
    body: str
    subject: str = ""
    template: str = ""
    """The id under which an SMS provider approved the text."""
    facts: Mapping[str, str] = {}
    attachments: tuple[Attachment, ...] = ()


class Told(msgspec.Struct, frozen=True):
    """It was taken. `reference` is the other side's own id of it."""

    reference: str = ""


class Later(msgspec.Struct, frozen=True):
    """Not taken, or not known whether: the other side is away or busy."""

    error: str


class Refused(msgspec.Struct, frozen=True):
    """It will not be taken as it is."""

    error: str


Outcome = Told | Later | Refused


class Way(Protocol):
    """One way to tell somebody. Any thread may call `send`, which waits for the other side."""

    name: str
    give_up_ms: int
    """How long it is tried while the other side is away."""
    refusals: int
    """How many refusals are final."""

    def send(self, message: Message) -> Outcome: ...

    def close(self) -> None: ...
