"""PURE: what is wrong now, from the live picture, the opening hours and the deadlines of the office."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from central.board import Card
from contract.messages import ServiceReport

KINDS = ("offline", "device", "wait", "alarm", "deadline", "excess", "calendar", "link", "copy")
LIVE = ("offline", "device", "wait", "alarm")
"""Over only when the node itself is heard again and says so."""
ANNOUNCED_BY = (11, 20)
"""Month and day by which the holidays of the coming year are usually announced."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    offline_s: int = 120
    wait_min: int = 20
    deadline_min: int = 60
    settle_s: int = 120
    """What is gone so long is over; what comes and goes is told once."""


class Place(msgspec.Struct, frozen=True):
    """One node's hall. `heard_at`: the last sign of it; `opened_at`: when its hours began, None: it is closed."""

    card: Card
    heard_at: int
    opened_at: int | None


class Deadline(NamedTuple):
    """So many things to be done in a hall, the first of them due at `first_at`. `about`: which kind."""

    hall: str
    about: str
    n: int
    first_at: int


class Excess(NamedTuple):
    """Bookings of a hall that a person must look at, for the reason `about`."""

    hall: str
    about: str
    n: int


class Copy(NamedTuple):
    """A node's card that exists twice. `about`: "aside", a copy stands aside; "image", a new epoch had to begin."""

    hall: str
    node: str
    about: str
    id: int
    since: int


Key = tuple[str, str, str]
"""Hall, kind, and which one; hall empty: of all."""


class Judgement(msgspec.Struct):
    """`holds`: what is wrong, with its facts; `unheard`: nodes of which nothing newer is known."""

    holds: dict[Key, dict[str, Any]] = {}
    unheard: set[str] = set()


def judge_places(places: Iterable[Place], limits: Limits, now: int, watching_since: int) -> Judgement:
    """Of every hall. Before `watching_since` nobody listened, so nobody is called silent for it."""
    found = Judgement()
    for place in places:
        card = place.card
        if card.link == "online":
            for about, facts in _reported(card, limits):
                found.holds[card.hall, about[0], about[1]] = {"node": card.node, **facts}
            continue
        found.unheard.add(card.node)
        if place.opened_at is None or card.link == "never":
            continue
        if now - max(place.heard_at, place.opened_at, watching_since) >= limits.offline_s * 1000:
            found.holds[card.hall, "offline", card.node] = {"node": card.node, "since": place.heard_at}
    return found


def _reported(card: Card, limits: Limits) -> Iterable[tuple[tuple[str, str], dict[str, Any]]]:
    for device in card.failed:
        if device.health == "failed":
            yield ("device", f"{card.node}/{device.id}"), {"device": device.id, "since": device.since}
    for service in card.services:
        if service.waiting and (wait := _long_wait(service, limits.wait_min * 60)):
            yield ("wait", f"{card.node}/{service.id}"), {"service": service.name, "waiting": service.waiting, **wait}
    for alarm in card.alarms:
        facts: dict[str, Any] = {"alarm": alarm.kind, "place": alarm.place, "since": alarm.since}
        counter = next((one for one in card.counters if alarm.place == f"counter:{one.id}"), None)
        if counter:
            facts["counter"] = counter.name
        yield ("alarm", f"{card.node}/{alarm.kind}/{alarm.place}"), facts
    if card.emergency:
        yield ("alarm", f"{card.node}/{card.emergency}"), {"alarm": card.emergency, "place": ""}


def _long_wait(service: ServiceReport, limit_s: int) -> dict[str, Any]:
    """What has been waited already goes before what is expected; whole minutes, never more than was waited."""
    if service.longest_s > limit_s:
        return {"minutes": service.longest_s // 60, "expected": False}
    if service.wait and service.wait.p90_s > limit_s:
        return {"minutes": -(-service.wait.p90_s // 60), "expected": True}
    return {}


def judge_office(
    deadlines: Iterable[Deadline], excess: Iterable[Excess], limits: Limits, now: int
) -> dict[Key, dict[str, Any]]:
    """Of what the office has to do."""
    found: dict[Key, dict[str, Any]] = {}
    for due in deadlines:
        if due.n and due.first_at - now <= limits.deadline_min * 60_000:
            found[due.hall, "deadline", due.about] = {"about": due.about, "n": due.n, "first_at": due.first_at}
    for odd in excess:
        if odd.n:
            found[odd.hall, "excess", odd.about] = {"about": odd.about, "n": odd.n}
    return found


def judge_copies(copies: Iterable[Copy]) -> dict[Key, dict[str, Any]]:
    """Each copy by itself: somebody has to look for it."""
    return {
        (one.hall, "copy", f"{one.node}/{one.about}/{one.id}"): {
            "node": one.node,
            "about": one.about,
            "since": one.since,
        }
        for one in copies
    }


def judge_calendar(announced: Iterable[int], year: int, month: int, day: int) -> dict[Key, dict[str, Any]]:
    """The State Council announces the holidays of a year in the November before (调休)."""
    wanted = [year] + ([year + 1] if (month, day) >= ANNOUNCED_BY else [])
    known = set(announced)
    return {("", "calendar", str(one)): {"year": one} for one in wanted if one not in known}
