"""Safety, and the checklist before opening."""

from contract.events import AlarmKind, EmergencyKind
from edge.hall.commands.base import Command


class DeclareEmergency(Command, frozen=True):
    kind: EmergencyKind
    by: str


class EndEmergency(Command, frozen=True):
    by: str


class RaiseAlarm(Command, frozen=True):
    """The same alarm raised again while it is open is refused as "alarm_open"."""

    kind: AlarmKind
    place: str
    by: str


class CloseAlarm(Command, frozen=True):
    alarm: str
    by: str
    note: str


class ClearCrowd(Command, frozen=True):
    """The contact that raised the crowd alarm of `place` has opened again."""

    place: str
    by: str


class TickItem(Command, frozen=True):
    checklist: str
    item: str
    ok: bool
    by: str
    note: str = ""


class CloseChecklist(Command, frozen=True):
    """Refused while a line has not been looked at today."""

    checklist: str
    by: str
