"""PURE: the calendar file of an appointment (.ics), to be laid into the customer's own calendar."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event

from central.notices.facts import Masters, said
from words import catalogue

REMIND_BEFORE = timedelta(hours=1)
_PRODUCT = "-//Hallkeeper//appointments//EN"


def calendar_file(
    facts: Mapping[str, Any], masters: Masters, language: str, *, at: int, revision: int, cancelled: bool = False
) -> bytes:
    """`facts`: code, starts_at, ends_at and link of a booking (ms). A later file of a higher `revision` takes the place
    of an earlier one; `cancelled` takes it out again."""
    say = catalogue("central", "notices", language).gettext
    texts = said(facts, masters, language)
    event = Event()
    event.add("uid", f"{facts['code']}@hallkeeper")
    event.add("sequence", revision)
    event.add("dtstamp", _moment(at))
    event.add("dtstart", _moment(facts["starts_at"]))
    event.add("dtend", _moment(facts["ends_at"]))
    event.add("summary", say("{matter}, booking code {code}").format(**texts))
    event.add("location", say("{hall}, {address}").format(**texts) if texts["address"] else texts["hall"])
    event.add("description", "\n".join(text for text in (texts["notes"], texts["link"]) if text))
    if texts["link"]:
        event.add("url", texts["link"])
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if not cancelled:
        event.add_component(_alarm(say("Your appointment is in one hour.")))
    whole = Calendar()
    whole.add("prodid", _PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", "CANCEL" if cancelled else "PUBLISH")
    whole.add_component(event)
    return bytes(whole.to_ical())


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at // 1000, UTC)


def _alarm(text: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", -REMIND_BEFORE)
    return alarm
