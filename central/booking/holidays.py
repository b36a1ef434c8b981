"""PURE. What a day of the calendar is called, in a reader's language. The package that follows the State Council knows
its holidays by their English names; these are kept, and are the ids of the messages (`calendar.po`)."""

from central.booking.calendar import Calendar
from words import catalogue, messages


def named(name: str, language: str) -> str:
    """A holiday's name in that language; a name the office gave itself stays as it is."""
    return catalogue("central", "calendar", language).gettext(name) if name else ""


def kept(text: str, language: str) -> str:
    """As a name that somebody typed in that language is kept: the other way round."""
    known = messages("central", "calendar", language)
    return next((name for name, said in known.items() if said == text and "{" not in name), text)


def said(kind: str, name: str, language: str) -> str:
    """What a "holiday" or a make-up "workday" (调休) is, with the holiday it belongs to."""
    say, holiday = catalogue("central", "calendar", language).gettext, named(name, language)
    if kind == "holiday":
        return holiday or say("Public holiday")
    return say("Worked in place of a day off: {holiday}").format(holiday=holiday) if holiday else say("Make-up workday")


def why(calendar: Calendar, day: str, language: str) -> str:
    """Why that day ("YYYY-MM-DD") is not as its weekday; empty where it is."""
    kind = calendar.days.get(day)
    return said(kind, calendar.names.get(day, ""), language) if kind else ""
