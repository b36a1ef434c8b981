"""Deciding about safety: emergencies, calls for help, alarms of the building."""

from typing import get_args

from contract.events import (
    AlarmClosed,
    AlarmKind,
    AlarmRaised,
    EmergencyDeclared,
    EmergencyEnded,
    EmergencyKind,
    Event,
)
from edge.errors import Invalid, Refused, Unknown
from edge.hall import check, find
from edge.hall.commands import ClearCrowd, CloseAlarm, DeclareEmergency, EndEmergency, RaiseAlarm
from edge.hall.state import State

ALARMS: tuple[str, ...] = get_args(AlarmKind)
EMERGENCIES: tuple[str, ...] = get_args(EmergencyKind)


def check_calm(state: State) -> None:
    """Raises Refused "emergency" while one lasts: nobody is called."""
    if state.emergency is not None:
        text = "There is an emergency: nobody is called until it ends. Who is being served may be finished."
        raise Refused(text, code="emergency")


def declare(state: State, command: DeclareEmergency, at: int) -> tuple[Event, ...]:
    """Another kind while one lasts takes its place: what began as a fault may become a fire."""
    _one_of(command.kind, EMERGENCIES)
    by = check.text(command.by, "by")
    if state.emergency is not None and state.emergency.kind == command.kind:
        raise Refused("This emergency is declared already.", "kind", "already_emergency")
    return (EmergencyDeclared(command.kind, by),)


def end(state: State, command: EndEmergency, at: int) -> tuple[Event, ...]:
    by = check.text(command.by, "by")
    if state.emergency is None:
        raise Refused("There is no emergency.", code="no_emergency")
    return (EmergencyEnded(by),)


def raise_alarm(state: State, command: RaiseAlarm, at: int) -> tuple[Event, ...]:
    """A fire alarm is the emergency too, where the rules say so: nobody has to be there to declare it."""
    _one_of(command.kind, ALARMS)
    place, by = check.text(command.place, "place"), check.text(command.by, "by")
    if place.startswith("counter:"):
        find.counter(state, place.removeprefix("counter:"), "place")
    if any((alarm.kind, alarm.place) == (command.kind, place) for alarm in state.alarms.values()):
        raise Refused(f"This alarm of {place} is open already.", "place", "alarm_open")
    # the moment keeps the id its own, should a damaged journal forget how many there were
    raised = AlarmRaised(f"{at:x}-{state.alarms_raised + 1}", command.kind, place, by)
    burning = state.emergency is not None and state.emergency.kind == "fire"
    if command.kind != "fire" or burning or not state.rules.fire_emergency:
        return (raised,)
    return raised, EmergencyDeclared("fire", place)


def close_alarm(state: State, command: CloseAlarm, at: int) -> tuple[Event, ...]:
    by, note = check.text(command.by, "by"), check.said(command.note, "note")
    if command.alarm not in state.alarms:
        raise Unknown(f"No alarm {command.alarm!r} is open.", "alarm", "unknown_alarm")
    return (AlarmClosed(command.alarm, by, note),)


def clear_crowd(state: State, command: ClearCrowd, at: int) -> tuple[Event, ...]:
    """Refused "no_crowd" where somebody closed it before."""
    place, by = check.text(command.place, "place"), check.text(command.by, "by")
    for alarm in state.alarms.values():
        if (alarm.kind, alarm.place) == ("crowd", place):
            return (AlarmClosed(alarm.id, by, "contact opened"),)
    raise Refused(f"There is no crowd alarm of {place}.", "place", "no_crowd")


def _one_of(kind: str, known: tuple[str, ...]) -> None:
    if kind not in known:
        raise Invalid(f"kind must be one of {', '.join(known)}.", "kind", "bad_kind")
