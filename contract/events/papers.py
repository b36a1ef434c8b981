"""What is handed out at the window, beside the work itself."""

from typing import Literal

import msgspec

from contract.events.base import Event


class MaterialsChecked(Event, frozen=True):
    """What of the service's list the customer has brought (S0-31)."""

    ticket: str
    counter: str
    clerk: str
    seen: tuple[str, ...]
    missing: tuple[str, ...]


class CaseAccepted(Event, frozen=True):
    """Acceptance with a receipt (受理回执, S1-27). `number`: `{hall}{node}-{yyyymmdd}-{seq5}`."""

    number: str
    n: int
    ticket: str
    service: str
    counter: str
    clerk: str
    days: int
    """Working days promised."""
    materials: tuple[str, ...]


class Missing(msgspec.Struct, frozen=True):
    """One thing to supplement or correct. `material`: id of the catalogue, or free words."""

    material: str
    reason: str


class SupplementNoticeGiven(Event, frozen=True):
    """The one-time notice (一次性告知, S1-25): everything that lacks, at once."""

    number: str
    n: int
    ticket: str
    service: str
    counter: str
    clerk: str
    items: tuple[Missing, ...]
    repeated: bool
    """The ticket had a notice before, which should not be."""


class ResultTold(Event, frozen=True):
    """The result, told to the customer (S0-39 to S0-41). `failure`: id of a failure reason."""

    number: str
    n: int
    ticket: str
    service: str
    counter: str
    clerk: str
    outcome: Literal["success", "failure"]
    failure: str | None
    note: str
    collect: str
    """Where, when and how papers are collected; empty: nothing to collect."""
    oral: bool
    printed: bool


class VisitorRegistered(Event, frozen=True):
    """A visitor's badge (S3-10); the name is masked, and printed whole only on the badge."""

    number: str
    n: int
    name_masked: str
    host: str
    purpose: str
    by: str
