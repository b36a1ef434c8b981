"""Emergencies, alarms, warnings, the opening of the hall, the kiosk."""

from typing import Literal

from contract.events.base import Event

EmergencyKind = Literal["fire", "incident", "power", "network", "device"]
AlarmKind = Literal["help", "silent", "fire", "intrusion", "crowd"]
"""Crowd: too many people before a device or at a place; the only one the public is told of."""


class EmergencyDeclared(Event, frozen=True):
    """Boards and voice say it; no ticket is issued and nobody is called until it ends."""

    kind: EmergencyKind
    by: str


class EmergencyEnded(Event, frozen=True):
    by: str


class AlarmRaised(Event, frozen=True):
    """Help wanted, a silent alarm, a crowd, or an input of the building. `place`: "counter:3", or a name of its own."""

    alarm: str
    kind: AlarmKind
    place: str
    by: str


class AlarmClosed(Event, frozen=True):
    alarm: str
    by: str
    note: str


class CounterWarned(Event, frozen=True):
    """Told once each time: counter time nearly over or over, idle while people wait, paused too long."""

    counter: str
    clerk: str
    kind: Literal["limit_near", "limit_over", "idle", "pause_over"]
    ticket: str | None
    since: int
    """Since when it lasts, ms."""


class CustomerWelcomed(Event, frozen=True):
    """欢迎: the loudspeaker greets who came to the window."""

    ticket: str
    counter: str
    clerk: str


class DevicesTested(Event, frozen=True):
    """The self-test before opening (S2-39). Device id to "ok", "degraded" or "failed"."""

    results: dict[str, str]
    by: str


class ChecklistTicked(Event, frozen=True):
    """One line of a checklist looked at; `ok` False needs a note."""

    day: str
    checklist: str
    item: str
    ok: bool
    note: str
    by: str


class ChecklistClosed(Event, frozen=True):
    day: str
    checklist: str
    by: str
    late: bool


class KioskSessionEnded(Event, frozen=True):
    """One use of the kiosk, nobody named (S4-2). `seconds`: from the first touch."""

    kiosk: str
    flow: str
    steps: int
    seconds: int
    outcome: Literal["completed", "abandoned", "failed"]
    reason: str = ""
