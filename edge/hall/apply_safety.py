"""Emergencies and alarms, applied."""

from contract.events import AlarmClosed, AlarmRaised, EmergencyDeclared, EmergencyEnded
from edge.hall.state import Alarm, Emergency, State


def declared(state: State, event: EmergencyDeclared, at: int) -> None:
    state.emergency = Emergency(event.kind, event.by, at)


def ended(state: State, event: EmergencyEnded, at: int) -> None:
    state.emergency, state.calm_at = None, at


def raised(state: State, event: AlarmRaised, at: int) -> None:
    state.alarms_raised += 1
    state.alarms[event.alarm] = Alarm(event.alarm, event.kind, event.place, event.by, at)


def closed(state: State, event: AlarmClosed, at: int) -> None:
    state.alarms.pop(event.alarm, None)
