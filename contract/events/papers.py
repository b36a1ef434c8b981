"""What is handed out at the window, beside the work itself."""

from typing import Literal

import msgspec

from contract.events.base import Event


class MaterialCheck(msgspec.Struct, frozen=True):
    """One material as the window found it (S1-24, S2-11). `expiry`: a day "YYYY-MM-DD", where it has one."""

    material: str
    received: Literal["", "original", "copy"] = ""
    """Empty: it was not brought."""
    complete: bool = True
    genuine: bool = True
    valid: bool = True
    expiry: str | None = None


class MaterialsChecked(Event, frozen=True):
    """What of the list the customer has brought (S0-31): the matter's list where one is fixed, else the service's."""

    ticket: str
    counter: str
    clerk: str
    seen: tuple[str, ...]
    """There, and nothing is wrong with them."""
    missing: tuple[str, ...]
    matter: str | None = None
    version: int = 0
    checks: tuple[MaterialCheck, ...] = ()
    """Each material looked at, where it was looked at one by one."""


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
    matter: str | None = None


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
    matter: str | None = None


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
    matter: str | None = None


class VisitorRegistered(Event, frozen=True):
    """A visitor's badge (S3-10); the name is masked, and printed whole only on the badge."""

    number: str
    n: int
    name_masked: str
    host: str
    purpose: str
    by: str
