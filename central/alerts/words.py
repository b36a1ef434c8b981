"""PURE: alerts in words."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from central.notices.facts import clock, day
from words import catalogue

Text = Mapping[str, str]


class Said(NamedTuple):
    subject: str
    body: str


def begun(kind: str, facts: Mapping[str, Any], hall: Text, zone: ZoneInfo, language: str, now: int) -> Said:
    """`hall`: its name by language; empty where the alert is of no single hall."""
    _ = catalogue("central", "notices", language).gettext
    text = what(kind, facts, zone, language, now)
    name = _in(hall, language)
    subject = _("{hall}: {what}").format(hall=name, what=text) if name else text
    return Said(subject, f"{subject}\n{advice(kind, language)}\n{_('Acknowledge it on the console, under Alerts.')}")


def ended(
    kind: str, facts: Mapping[str, Any], hall: Text, zone: ZoneInfo, language: str, began_at: int, ended_at: int
) -> Said:
    _ = catalogue("central", "notices", language).gettext
    first = begun(kind, facts, hall, zone, language, ended_at).subject
    subject = _("Over: {what}").format(what=first)
    lasted = _("From {start} to {end}.").format(
        start=_moment(began_at, zone, language), end=_moment(ended_at, zone, language)
    )
    return Said(subject, f"{subject}\n{lasted}")


def what(kind: str, facts: Mapping[str, Any], zone: ZoneInfo, language: str, now: int) -> str:
    """One line: what is wrong, at `now` (ms)."""
    _ = catalogue("central", "notices", language).gettext
    since = _moment(facts["since"], zone, language) if facts.get("since") else ""
    match kind:
        case "offline":
            return _("offline since {time}").format(time=since)
        case "device":
            return _("the device {device} has failed").format(device=facts.get("device", ""))
        case "wait":
            waited = _("{service}: {waiting} waiting, the longest for {minutes} min")
            expected = _("{service}: {waiting} waiting, expected to wait up to {minutes} min")
            return (expected if facts.get("expected") else waited).format(
                service=_in(facts.get("service", {}), language),
                waiting=facts.get("waiting", 0),
                minutes=facts.get("minutes", 0),
            )
        case "alarm":
            name = alarm(facts.get("alarm", ""), language)
            place = _in(facts.get("counter", {}), language) or facts.get("place", "")
            return _("{alarm} ({place})").format(alarm=name, place=place) if place else name
        case "deadline" | "excess":
            return _office(kind, facts, zone, language, now)
        case "copy":
            aside = _("a copy of the node {node} has stood aside since {time}")
            image = _("the node {node} came on {time} from an old image or on an empty card, and began anew")
            return (aside if facts.get("about") == "aside" else image).format(node=facts.get("node", ""), time=since)
        case "calendar":
            return _("the holidays of {year} are not in the calendar").format(year=facts.get("year", ""))
    return _("the centre does not reach the message broker") if kind == "link" else kind


def _office(kind: str, facts: Mapping[str, Any], zone: ZoneInfo, language: str, now: int) -> str:
    say = catalogue("central", "notices", language)
    task, n = duty(facts.get("about", ""), language), facts.get("n", 0)
    if kind == "excess":
        return say.gettext("{n} to be looked at: {task}").format(n=n, task=task)
    first_at = facts.get("first_at", 0)
    near = say.gettext("{n} to be done: {task}, the first by {time}")
    overdue = say.gettext("{n} to be done: {task}, the first overdue since {time}")
    said = overdue if first_at < now else near
    return said.format(n=n, task=task, time=_moment(first_at, zone, language))


def advice(kind: str, language: str) -> str:
    """What to do, in a sentence."""
    _ = catalogue("central", "notices", language).gettext
    return {
        "offline": _("The hall serves on by itself. Look at its power and network; ring up if nobody answers."),
        "device": _("Look at the device; the front panel of the hall says what is wrong with it."),
        "wait": _("Open another window or send somebody to help."),
        "alarm": _("Ring up the hall at once."),
        "deadline": _("See to it on the console, under Calls to make or To review."),
        "excess": _("See to these bookings on the console."),
        "calendar": _("Enter the days when they are announced; until then weekdays are only a guess."),
        "copy": _(
            "The node's page on the console says what to do. Customers whose slip the hall does not know any more "
            "take a new number."
        ),
        "link": _("No hall is heard until it is reached again. Look at the broker."),
    }.get(kind, "")


def duty(about: str, language: str) -> str:
    """What is due, or odd."""
    _ = catalogue("central", "notices", language).gettext
    return {
        "phone_confirm": _("bookings to be confirmed by telephone"),
        "closure": _("customers of a closed hall to be contacted"),
        "notice_failed": _("customers to be rung up whom no notice reached"),
        "review_query": _("questions of a review to be settled"),
        "review": _("applications to be reviewed"),
        "mend": _("returned applications about to lapse"),
        "excess": _("bookings beyond the capacity"),
        "late_cancel": _("bookings cancelled while the customer was there"),
        "double": _("persons with two bookings of one business"),
        "details_lost": _("bookings whose details were lost"),
        "relay": _("messages to departments not acknowledged"),
    }.get(about, about)


def alarm(kind: str, language: str) -> str:
    """An alarm or emergency of a hall."""
    _ = catalogue("central", "notices", language).gettext
    return {
        "fire": _("fire"),
        "power": _("power failure"),
        "network": _("network failure"),
        "device": _("device failure"),
        "incident": _("incident"),
        "help": _("help is called for"),
        "silent": _("silent alarm"),
        "intrusion": _("intrusion"),
        "crowd": _("crowded"),
    }.get(kind, kind)


def _moment(at: int, zone: ZoneInfo, language: str) -> str:
    return f"{day(at, zone, language)} {clock(at, zone)}"


def _in(text: Text, language: str) -> str:
    return text.get(language) or next(iter(text.values()), "")
