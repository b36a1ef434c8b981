"""The live board as data: one card a hall, its troubles named and weighed. PURE: the caller brings the time.

A card says what is known and how old it is. Nothing of a hall that is offline or silent is counted on: its
waiting and its devices stay on the card as they were reported, beside the age of the report.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from contract.messages import AlarmReport, CounterReport, DeviceReport, ServiceReport, StateReport

LONG_WAIT_S = 1200
"""A wait that asks for another window (peak.threshold, 20 min)."""
SILENT_AFTER_S = 90
"""A node reports at least every 30 s; after three missed reports it is called silent."""

DOUBT_MS = 86_400_000
"""How long the board says that a node's identity may be in use twice."""
DOUBTS = ("stale lease", "an old image", "a fork")
"""As central/ingest/judging.py notes them."""

Link = Literal["online", "silent", "offline", "never"]


class News(msgspec.Struct, frozen=True, kw_only=True):
    """All that the centre knows of one node now. Times are the centre's, ms."""

    node: str
    hall: str
    name: Mapping[str, str]
    timezone: str = "Asia/Shanghai"
    online: bool = False
    link_at: int | None = None
    state: StateReport | None = None
    state_at: int | None = None
    verdict: str | None = None
    """Of its last hello; all but "continue" is a trouble."""
    doubt_at: int | None = None
    """When that hello was, if it looked like a second node of this name, or an old image of it."""
    aside: bool = False
    """A copy of it stands aside, and the office has yet to decide."""


class Trouble(msgspec.Struct, frozen=True):
    """One thing that is not as it should be. `what` is a code, `detail` its number or name, `weight` its gravity."""

    what: Literal[
        "offline",
        "silent",
        "verdict",
        "twin",
        "aside",
        "device",
        "unserved",
        "long_wait",
        "never",
        "emergency",
        "alarm",
    ]
    weight: int
    detail: str = ""


class Card(msgspec.Struct, frozen=True):
    """One hall of the board."""

    node: str
    hall: str
    name: Mapping[str, str]
    timezone: str
    link: Link
    news_at: int | None
    """When what is shown was true: the older of the node's own time and its arrival."""
    open: bool | None
    waiting: int
    longest_s: int
    services: tuple[ServiceReport, ...]
    counters: tuple[CounterReport, ...]
    staffed: int
    """Counters with a clerk who is not on a break."""
    failed: tuple[DeviceReport, ...]
    well: int
    """Devices in order."""
    emergency: str | None
    """Its kind, while one lasts."""
    alarms: tuple[AlarmReport, ...]
    suspended: int
    """Cases suspended (挂起)."""
    booked: int
    deferred: int
    """Of those waiting: booked and in time; late while it was busy."""
    troubles: tuple[Trouble, ...]
    trouble: int
    """Sum of the weights: what the board is sorted by."""


def card(news: News, now: int) -> Card:
    """The card of one node at `now` (ms)."""
    state = news.state
    services = tuple(state.services) if state else ()
    counters = tuple(state.counters) if state else ()
    devices = state.devices if state else []
    waiting = sum(service.waiting for service in services)
    longest_s = max((service.longest_s for service in services if service.waiting), default=0)
    staffed = sum(counter.status in ("idle", "called", "serving") for counter in counters)
    failed = tuple(device for device in devices if device.health != "ok")
    link = _link(news, now)
    hall = _troubles(link, waiting, longest_s, staffed, failed)
    troubles = (*_alarms(state), *_who(news, now), *hall)
    return Card(
        node=news.node,
        hall=news.hall,
        name=news.name,
        timezone=news.timezone,
        link=link,
        news_at=_news_at(news),
        open=state.open if state else None,
        waiting=waiting,
        longest_s=longest_s,
        services=services,
        counters=counters,
        staffed=staffed,
        failed=failed,
        well=len(devices) - len(failed),
        emergency=state.emergency if state else None,
        alarms=tuple(state.alarms) if state else (),
        suspended=state.suspended if state else 0,
        booked=state.booked if state else 0,
        deferred=state.deferred if state else 0,
        troubles=troubles,
        trouble=sum(trouble.weight for trouble in troubles),
    )


def _news_at(news: News) -> int | None:
    """A retained report may arrive long after it was true; a clock that was never set cannot say so."""
    if news.state is None or news.state_at is None:
        return None
    return min(news.state.at, news.state_at) if news.state.synced else news.state_at


def _link(news: News, now: int) -> Link:
    if news.link_at is None and news.state is None:
        return "never"
    if not news.online:
        return "offline"
    heard = max(news.state_at or 0, news.link_at or 0)
    return "online" if now - heard <= SILENT_AFTER_S * 1000 else "silent"


def _who(news: News, now: int) -> tuple[Trouble, ...]:
    """What is odd about the node itself."""
    found = []
    if news.verdict not in (None, "continue"):
        found.append(Trouble("verdict", 120, news.verdict or ""))
    if news.doubt_at is not None and now - news.doubt_at < DOUBT_MS:
        found.append(Trouble("twin", 90))
    if news.aside:
        found.append(Trouble("aside", 120))
    return tuple(found)


def _troubles(
    link: Link, waiting: int, longest_s: int, staffed: int, failed: tuple[DeviceReport, ...]
) -> tuple[Trouble, ...]:
    found: list[Trouble] = []
    if link == "offline":
        found.append(Trouble("offline", 100))
    elif link == "silent":
        found.append(Trouble("silent", 80))
    elif link == "never":
        found.append(Trouble("never", 5))
    if link != "online":
        return tuple(found)
    if waiting and not staffed:
        found.append(Trouble("unserved", 70, str(waiting)))
    found += (Trouble("device", 40 if device.health == "failed" else 15, device.id) for device in failed)
    if longest_s > LONG_WAIT_S:
        found.append(Trouble("long_wait", 30 + min(30, (longest_s - LONG_WAIT_S) // 120), str(longest_s)))
    return tuple(found)


GRAVITY = {"silent": 180, "fire": 180, "intrusion": 160, "help": 110, "crowd": 45}
"""Of an open alarm. Somebody may be in danger: it goes before whatever is wrong with machines."""
_UNKNOWN = 110


def _alarms(state: StateReport | None) -> list[Trouble]:
    """Said of a hall that is offline too: what was open when it was last heard is not known to be over."""
    if state is None:
        return []
    found = [Trouble("emergency", 200, state.emergency)] if state.emergency else []
    return found + [Trouble("alarm", GRAVITY.get(each.kind, _UNKNOWN), each.kind) for each in state.alarms]


def doubtful(reason: str) -> bool:
    """Whether the reason of a verdict tells of two nodes with one identity."""
    return any(doubt in reason for doubt in DOUBTS)


def in_order(cards: list[Card]) -> list[Card]:
    """Most trouble first, then by hall."""
    return sorted(cards, key=lambda card: (-card.trouble, card.hall, card.node))


class Summary(msgspec.Struct, frozen=True):
    """The line above the board."""

    halls: int
    open: int
    offline: int
    """Offline or silent; what follows is over the others, since theirs is not known."""
    waiting: int
    troubled: int
    devices_failed: int
    alarms: int
    """Open alarms and emergencies, those of halls that are offline too."""


def summary(cards: list[Card]) -> Summary:
    """Counts over all cards."""
    fresh = [card for card in cards if card.link == "online"]
    return Summary(
        halls=len(cards),
        open=sum(card.open is True for card in fresh),
        offline=sum(card.link in ("offline", "silent") for card in cards),
        waiting=sum(card.waiting for card in fresh),
        troubled=sum(card.trouble > 0 for card in cards),
        devices_failed=sum(len(card.failed) for card in fresh),
        alarms=sum(len(card.alarms) + (card.emergency is not None) for card in cards),
    )
