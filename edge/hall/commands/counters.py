"""Counters (field words in domain.md §1)."""

from typing import Literal

from edge.hall.commands.base import Command


class LogIn(Command, frozen=True):
    counter: str
    clerk: str


class LogOut(Command, frozen=True):
    counter: str


class CallNext(Command, frozen=True):
    """顺呼. Finishes or passes nothing silently: a ticket being served is finished first, recorded."""

    counter: str


class CallChosen(Command, frozen=True):
    """特呼: a chosen number, waiting, passed or deferred. `number` as printed, or the ticket id."""

    counter: str
    number: str
    reason: str


class Recall(Command, frozen=True):
    counter: str


class Welcome(Command, frozen=True):
    """欢迎."""

    counter: str


class Start(Command, frozen=True):
    counter: str


class Finish(Command, frozen=True):
    """`then`: services the customer is sent on to with the same ticket, behind those of its journey."""

    counter: str
    then: tuple[str, ...] = ()


class Suspend(Command, frozen=True):
    """挂起 of the case being served; the kinds are those of the event `CaseSuspended`."""

    counter: str
    kind: Literal["papers_out", "papers_kept", "step"]
    reason: str


class Continue(Command, frozen=True):
    """A suspended case goes on at this counter, when nobody else is there."""

    counter: str
    number: str


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
    reason: str | None = None


class Undo(Command, frozen=True):
    """Takes back this counter's last pass or finish."""

    counter: str


class Pause(Command, frozen=True):
    counter: str
    reason: str
    cover: str | None = None
    reroute: bool = False
    """Tickets that wait for this counter alone may be called by others."""


class Resume(Command, frozen=True):
    counter: str
