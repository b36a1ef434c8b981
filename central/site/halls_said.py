"""PURE: the words of a hall on the site: whether it is open, who waits, what is free."""

from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from central.board import Card
from central.site import moments
from central.site.halls_listing import Line
from central.site.said import wait
from central.site.texts import said
from words import catalogue


class Queue(msgspec.Struct, frozen=True):
    """One service as it is now."""

    name: str
    waiting: int
    wait: str


class Seen(msgspec.Struct, frozen=True):
    """One hall. `mood`: go (open), over (closed or not known) or ask (a closure)."""

    hall: str
    name: str
    address: str
    phone: str
    mood: str
    state: str
    waiting: str
    longest: str
    queues: tuple[Queue, ...]
    free: tuple[tuple[str, str, bool], ...]
    """Day, places in words, whether any is left."""
    bookable: bool
    checking: bool
    closed: tuple[tuple[str, str], ...]
    """When, and what the public is told."""


def seen(line: Line, card: Card | None, language: str, now: int) -> Seen:
    """`card`: of the hall's node; None where it has none."""
    zone = ZoneInfo(line.timezone)
    mood, state = _state(line, card, language, now)
    return Seen(
        hall=line.hall,
        name=said(line.name, language) or line.hall,
        address=said(line.address, language),
        phone=line.phone,
        mood=mood,
        state=state,
        waiting=_waiting(card, language),
        longest=_longest(card, language),
        queues=_queues(card, language),
        free=tuple(_free(line, moments.local(now, zone).date(), language)),
        bookable=line.bookable,
        checking=line.checking,
        closed=tuple(_closed(line, zone, language)),
    )


def _state(line: Line, card: Card | None, language: str, now: int) -> tuple[str, str]:
    _ = catalogue("central", "site", language).gettext
    if any(since <= now < until for since, until, _text in line.closed):
        return "ask", _("Closed for a special reason")
    if card is None or card.link != "online" or card.open is None:
        return "over", _("No live news at present")
    return ("go", _("Open now")) if card.open else ("over", _("Closed now"))


def _waiting(card: Card | None, language: str) -> str:
    """Nothing of a hall that is out of reach, or that waits for nobody."""
    if card is None or card.link != "online" or not card.open:
        return ""
    say = catalogue("central", "site", language)
    if not card.waiting:
        return say.gettext("Nobody is waiting")
    return say.ngettext("{n} person is waiting", "{n} people are waiting", card.waiting).format(n=card.waiting)


def _longest(card: Card | None, language: str) -> str:
    if card is None or card.link != "online" or not card.open or card.longest_s < 60:
        return ""
    minutes = card.longest_s // 60
    say = catalogue("central", "site", language)
    return say.ngettext("longest wait {n} minute", "longest wait {n} minutes", minutes).format(n=minutes)


def _queues(card: Card | None, language: str) -> tuple[Queue, ...]:
    if card is None or card.link != "online" or not card.open:
        return ()
    return tuple(
        Queue(
            said(one.name, language) or one.id,
            one.waiting,
            wait(one.wait.p50_s, one.wait.p90_s, language) if one.wait else "",
        )
        for one in card.services
    )


def _free(line: Line, today: date, language: str) -> list[tuple[str, str, bool]]:
    return [
        (
            moments.near_day(date.fromisoformat(day), today, language),
            places(n, line.show_capacity, language, shut=day in line.shut),
            n > 0,
        )
        for day, n in line.free
    ]


def places(n: int, show: bool, language: str, *, shut: bool = False) -> str:
    """So many places, or only whether there are any (public.show_capacity). `shut`: the hall is closed then."""
    say = catalogue("central", "site", language)
    if shut:
        return say.gettext("closed")
    if n <= 0:
        return say.gettext("fully booked")
    return say.ngettext("{n} place free", "{n} places free", n).format(n=n) if show else say.gettext("places free")


def _closed(line: Line, zone: ZoneInfo, language: str) -> list[tuple[str, str]]:
    _ = catalogue("central", "site", language).gettext
    when = _("{start} until about {end}")
    return [
        (
            when.format(start=moments.moment(since, zone, language), end=moments.moment(until, zone, language)),
            said(text, language),
        )
        for since, until, text in line.closed
    ]
