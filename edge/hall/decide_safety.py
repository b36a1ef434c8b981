"""Deciding about safety: emergencies, calls for help, alarms of the building."""

from typing import get_args

from contract.events import AlarmClosed, AlarmRaised, EmergencyDeclared, EmergencyEnded, EmergencyKind, Event
from edge.errors import Invalid, Refused, Unknown
from edge.hall import check, find
from edge.hall.commands import CloseAlarm, DeclareEmergency, EndEmergency, RaiseAlarm
from edge.hall.state import State

ALARMS = ("help", "silent", "fire", "intrusion")
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
    _one_of(command.kind, ALARMS)
    place, by = check.text(command.place, "place"), check.text(command.by, "by")
    if place.startswith("counter:"):
        find.counter(state, place.removeprefix("counter:"), "place")
    if any((alarm.kind, alarm.place) == (command.kind, place) for alarm in state.alarms.values()):
        raise Refused(f"This alarm of {place} is open already.", "place", "alarm_open")
    # the moment keeps the id its own, should a damaged journal forget how many there were
    return (AlarmRaised(f"{at:x}-{state.alarms_raised + 1}", command.kind, place, by),)


def close_alarm(state: State, command: CloseAlarm, at: int) -> tuple[Event, ...]:
    by, note = check.text(command.by, "by"), check.text(command.note, "note", 200)
    if command.alarm not in state.alarms:
        raise Unknown(f"No alarm {command.alarm!r} is open.", "alarm", "unknown_alarm")
    return (AlarmClosed(command.alarm, by, note),)


def _one_of(kind: str, known: tuple[str, ...]) -> None:
    if kind not in known:
        raise Invalid(f"kind must be one of {', '.join(known)}.", "kind", "bad_kind")
