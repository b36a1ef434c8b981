"""PURE: the words of a slip's page, in one language."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from central.site.lookup import Seen
from words import catalogue

OPEN = ("waiting", "called", "serving", "suspended", "passed")
"""What may still change, so that the page asks again."""


class Said(msgspec.Struct, frozen=True):
    """What stands on the page. `mood` picks the colours: calm, go, over or ask."""

    hall: str
    number: str
    service: str
    mood: str
    state: str
    advice: str
    facts: tuple[tuple[str, str], ...]
    warning: str
    moving: bool
    may_rate: bool
    levels: tuple[tuple[int, str], ...]
    rated: str
    """What the rating was, where one was given."""
    may_move: bool
    move: str
    """What became of the wish to be called later."""


def said(seen: Seen, language: str, now: int) -> Said:
    """`now` in ms."""
    mood, state, advice = _state(seen, language)
    return Said(
        hall=_in(seen.hall, language),
        number=seen.number,
        service=_in(seen.service, language),
        mood=mood,
        state=state,
        advice=advice,
        facts=_facts(seen, language),
        warning=_warning(seen, language, now),
        moving=seen.status in OPEN,
        may_rate=seen.may_rate,
        levels=levels(language),
        rated=_rated(seen, language),
        may_move=seen.may_move,
        move=_move(seen, language),
    )


def levels(language: str) -> tuple[tuple[int, str], ...]:
    """The five levels of GB/T 39735, best first."""
    _ = catalogue("central", "site", language).gettext
    names = (_("Very satisfied"), _("Satisfied"), _("Fairly satisfied"), _("Dissatisfied"), _("Very dissatisfied"))
    return tuple(zip((5, 4, 3, 2, 1), names, strict=True))


def _rated(seen: Seen, language: str) -> str:
    if seen.level is None:
        return ""
    sentence = catalogue("central", "site", language).gettext("Your rating: {level}. Thank you.")
    return sentence.format(level=dict(levels(language))[seen.level])


def _move(seen: Seen, language: str) -> str:
    _ = catalogue("central", "site", language).gettext
    match seen.move:
        case None:
            return ""
        case "asked":
            return _("Your wish is on its way to the hall.")
        case "done":
            return _("You have been moved back; you keep your number.")
        case "moved_too_often":
            return _("This number was moved back before and cannot be moved again.")
        case "nobody_behind":
            return _("Nobody waits behind you: there is nobody to let go first.")
        case "before_slot":
            return _("You are called from your booked time on, not before.")
    return _("The hall could not move you back. Please ask at the service desk.")


def _in(text: Mapping[str, str], language: str) -> str:
    return text.get(language) or next(iter(text.values()), "")


def _state(seen: Seen, language: str) -> tuple[str, str, str]:
    _ = catalogue("central", "site", language).gettext
    place = _in(seen.counter or {}, language)
    watch = _("Please watch the screens in the hall and listen for your number.")
    match seen.status:
        case "called":
            return "go", _("Please go to {place}").format(place=place), _("Your number has been called.")
        case "serving":
            return "calm", _("You are being served at {place}").format(place=place), ""
        case "suspended":
            return "calm", _("Your case is suspended"), _("Please come back to {place} as agreed.").format(place=place)
        case "done":
            return "over", _("Done. Thank you for your visit."), ""
        case "passed":
            return "ask", _("Your number was called and has passed"), _("Please ask at the service desk in the hall.")
        case "voided":
            return "over", _("This number is no longer valid"), _("Please take a new number in the hall.")
    return "calm", _before(seen, language), watch


def _before(seen: Seen, language: str) -> str:
    say = catalogue("central", "site", language)
    if seen.ahead is None:
        return say.gettext("Waiting to be called")
    if seen.ahead == 0:
        return say.gettext("You are probably next")
    return say.ngettext(
        "About {people} person is waiting before you", "About {people} people are waiting before you", seen.ahead
    ).format(people=seen.ahead)


def _facts(seen: Seen, language: str) -> tuple[tuple[str, str], ...]:
    _ = catalogue("central", "site", language).gettext
    facts = []
    if seen.issued_at is not None:
        facts.append((_("Issued"), _time(seen.issued_at, seen.timezone, "%Y-%m-%d %H:%M")))
    if seen.promised is not None and seen.status == "waiting":
        facts.append((_("Expected wait as printed"), wait(*seen.promised, language)))
    return tuple(facts)


def wait(p50_s: int, p90_s: int, language: str) -> str:
    """As the slip says it: whole minutes, rounded up, at least one."""
    say = catalogue("central", "site", language)
    low, high = (max(1, -(-seconds // 60)) for seconds in (p50_s, p90_s))
    if low >= high:
        return say.ngettext("about {minutes} minute", "about {minutes} minutes", low).format(minutes=low)
    return say.gettext("about {low} to {high} minutes").format(low=low, high=high)


def _warning(seen: Seen, language: str, now: int) -> str:
    _ = catalogue("central", "site", language).gettext
    if seen.known_at is None:
        return _("The hall cannot be reached at present; this may be out of date.") if seen.offline else ""
    old = max(0, now - seen.known_at)
    clock = _time(seen.known_at, seen.timezone, "%H:%M" if old < 43_200_000 else "%Y-%m-%d %H:%M")
    sentence = (
        _("The hall cannot be reached at present. This was true at {time}, {age} ago.")
        if seen.offline
        else _("News of the hall come late. This was true at {time}, {age} ago.")
    )
    return sentence.format(time=clock, age=age(old, language))


def age(ms: int, language: str) -> str:
    """A length of time in one unit: minutes, hours or days."""
    say = catalogue("central", "site", language)
    minutes = ms // 60_000
    if minutes < 1:
        return say.gettext("less than a minute")
    if minutes < 120:
        return say.ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    if minutes < 48 * 60:
        return say.ngettext("{n} hour", "{n} hours", minutes // 60).format(n=minutes // 60)
    return say.ngettext("{n} day", "{n} days", minutes // 1440).format(n=minutes // 1440)


def _time(at: int, timezone: str, form: str) -> str:
    return datetime.fromtimestamp(at / 1000, ZoneInfo(timezone)).strftime(form)
