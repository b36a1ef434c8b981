"""Counters and their clerks."""

from contract.events.base import Event


class CounterOpened(Event, frozen=True):
    counter: str
    clerk: str


class CounterClosed(Event, frozen=True):
    counter: str
    clerk: str


class CounterPaused(Event, frozen=True):
    counter: str
    clerk: str
    reason: str
    cover: str | None
    """The colleague who covers (S1-20)."""
    rerouted: tuple[str, ...] = ()
    """Tickets that waited for this counter alone and may now be called by others."""


class CounterResumed(Event, frozen=True):
    counter: str
    clerk: str
