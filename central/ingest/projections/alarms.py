"""PURE: alarms and emergencies, from the moment they were raised to what was found."""

from contract import events as e

from .picture import Fact, Picture
from .rows import Alarm

EMERGENCY = "emergency:"
"""Before the kind of an emergency, which has no id of its own."""


def raised(picture: Picture, fact: Fact, event: e.AlarmRaised) -> None:
    key = (fact.place.node, event.alarm)
    picture.alarms[key] = Alarm(*key, fact.place.hall, event.kind, event.place, fact.moment.at, event.by)


def closed(picture: Picture, fact: Fact, event: e.AlarmClosed) -> None:
    """Also where its raising was lost."""
    key = (fact.place.node, event.alarm)
    alarm = picture.alarms.setdefault(key, Alarm(*key, fact.place.hall))
    alarm.closed_at, alarm.closed_by, alarm.note = fact.moment.at, event.by, event.note


def declared(picture: Picture, fact: Fact, event: e.EmergencyDeclared) -> None:
    """One of another kind takes the place of the one before."""
    ended(picture, fact, event)
    key = (fact.place.node, f"{fact.moment.at:x}-{event.kind}")
    picture.alarms[key] = Alarm(*key, fact.place.hall, EMERGENCY + event.kind, "", fact.moment.at, event.by)


def ended(picture: Picture, fact: Fact, event: e.EmergencyDeclared | e.EmergencyEnded) -> None:
    for alarm in picture.alarms.values():
        if alarm.node == fact.place.node and alarm.kind.startswith(EMERGENCY) and alarm.closed_at is None:
            alarm.closed_at, alarm.closed_by = fact.moment.at, event.by
