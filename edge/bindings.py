"""PURE. What a key does: the action strings of the configuration, checked, and the commands they stand for.

`ticket:<service>[:<priority class>]` · `counter:<id>:<next|recall|start|finish|pass|undo|pause|resume|welcome>` ·
`rate:<counter>:<1..5>` · `alarm:<help|silent|fire|intrusion|crowd>[:<place>]`, where the place is `counter:<id>`, a
name of its own, or, left out, the keys device. A board's `shows` is checked here too:
`summary`, `summary:<zone>` or `counter:<id>`; and where a reader stands: `kiosk`, `desk` or `counter:<id>`.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import get_args

import msgspec

from contract.catalogue import Catalogue
from contract.events import AlarmKind
from edge.errors import ConfigError
from edge.hall import commands
from edge.hall.commands import Command

SOURCE = "keys"
"""What `IssueTicket.source` and `RateTicket.source` say of a key."""

_PLAIN = {
    "next": commands.CallNext,
    "recall": commands.Recall,
    "start": commands.Start,
    "finish": commands.Finish,
    "pass": commands.Pass,
    "undo": commands.Undo,
    "resume": commands.Resume,
    "welcome": commands.Welcome,
}
VERBS = (*_PLAIN, "pause")
LEVELS = ("1", "2", "3", "4", "5")
_PLACE = re.compile("[a-z0-9-]{1,32}")


class TakeTicket(msgspec.Struct, frozen=True):
    service: str
    priority_class: str | None = None


class Counter(msgspec.Struct, frozen=True):
    """`reason`: what a pause from a key is recorded as, the first of the configured reasons."""

    counter: str
    verb: str
    reason: str = ""


class Rate(msgspec.Struct, frozen=True):
    counter: str
    level: int


class Alarm(msgspec.Struct, frozen=True):
    """`place`: "counter:<id>", or the name of a place or of the device whose contact closed."""

    kind: AlarmKind
    place: str


Action = TakeTicket | Counter | Rate | Alarm


def bind(keys: Mapping[str, str], catalogue: Catalogue, section: str) -> dict[str, Action]:
    """Key name to action, all of one device; `section` is "keys.<id>". Raises ConfigError naming the key."""
    device = section.rpartition(".")[2]
    return {key: parse(text, catalogue, f"{section}.bind.{key}", device) for key, text in keys.items()}


def parse(text: str, catalogue: Catalogue, field: str, device: str) -> Action:
    """One action string. Raises ConfigError with `field`, what is wrong, and the nearest right name."""
    kind, *rest = text.split(":")
    _one_of(kind, ("ticket", "counter", "rate", "alarm"), "an action", field)
    if kind == "ticket":
        return _ticket(rest, catalogue, field)
    if kind == "alarm":
        return _alarm(rest, catalogue, field, device)
    return _counter(rest, catalogue, field) if kind == "counter" else _rate(rest, catalogue, field)


class Shown(msgspec.Struct, frozen=True):
    """What a board is for: one counter's calls; or the summary, of one zone or (both None) of the whole hall."""

    counter: str | None = None
    zone: str | None = None


def shown(shows: str, catalogue: Catalogue, field: str) -> Shown:
    """Raises ConfigError."""
    kind, *rest = shows.split(":")
    if kind == "summary" and not rest:
        return Shown()
    if kind not in ("counter", "summary") or len(rest) != 1:
        raise ConfigError(f'{field}: "{shows}" should read "summary", "summary:<zone>" or "counter:<id>"', field)
    if kind == "summary":
        _one_of(rest[0], (zone.id for zone in catalogue.zones), "a zone", field)
        return Shown(zone=rest[0])
    _one_of(rest[0], (counter.id for counter in catalogue.counters), "a counter", field)
    return Shown(counter=rest[0])


def place(at: str, catalogue: Catalogue, field: str) -> str | None:
    """The counter a reader stands at; None: the kiosk or the desk. Raises ConfigError."""
    if at in ("kiosk", "desk"):
        return None
    kind, *rest = at.split(":")
    if kind != "counter" or len(rest) != 1:
        raise ConfigError(f'{field}: "{at}" should read "kiosk", "desk" or "counter:<id>"', field)
    _one_of(rest[0], (counter.id for counter in catalogue.counters), "a counter", field)
    return rest[0]


def command(action: Action, token: str) -> Command:
    """The command a press stands for. `token` is used by a ticket only."""
    match action:
        case TakeTicket(service, priority_class):
            return commands.IssueTicket(service, token, SOURCE, priority_class)
        case Rate(counter, level):
            return commands.RateTicket(level, SOURCE, counter=counter)
        case Alarm(kind, place):
            return commands.RaiseAlarm(kind, place, SOURCE)
        case Counter(counter, "pause", reason):
            return commands.Pause(counter, reason)
        case Counter(counter, verb, _):
            return _PLAIN[verb](counter)


def _ticket(rest: list[str], catalogue: Catalogue, field: str) -> TakeTicket:
    if len(rest) not in (1, 2):
        raise ConfigError(f"{field}: should read ticket:<service> or ticket:<service>:<priority class>", field)
    _one_of(rest[0], (service.id for service in catalogue.services), "a service", field)
    if len(rest) == 2:
        _one_of(rest[1], (some.id for some in catalogue.priority_classes), "a priority class", field)
    return TakeTicket(*rest)


def _counter(rest: list[str], catalogue: Catalogue, field: str) -> Counter:
    counter, verb = _pair(rest, "counter:<id>:<" + "|".join(VERBS) + ">", catalogue, field)
    _one_of(verb, VERBS, "what a counter key can do", field)
    if verb != "pause":
        return Counter(counter, verb)
    if not catalogue.pause_reasons:
        raise ConfigError(
            f"{field}: a pause needs a reason to show; add [[pause_reasons]], the first one is used", field
        )
    return Counter(counter, verb, catalogue.pause_reasons[0].id)


def _rate(rest: list[str], catalogue: Catalogue, field: str) -> Rate:
    counter, level = _pair(rest, "rate:<counter>:<1..5>", catalogue, field)
    _one_of(level, LEVELS, "a level", field)
    return Rate(counter, int(level))


def _alarm(rest: list[str], catalogue: Catalogue, field: str, device: str) -> Alarm:
    known: tuple[AlarmKind, ...] = get_args(AlarmKind)
    _one_of(rest[0] if rest else "", known, "an alarm", field)
    kind = next(each for each in known if each == rest[0])
    match rest[1:]:
        case []:
            return Alarm(kind, device)
        case ["counter", counter]:
            _one_of(counter, (each.id for each in catalogue.counters), "a counter", field)
            return Alarm(kind, f"counter:{counter}")
        case [name] if name != "counter" and _PLACE.fullmatch(name):
            return Alarm(kind, name)
    raise ConfigError(
        f"{field}: should read alarm:{kind}, alarm:{kind}:counter:<id> or alarm:{kind}:<place>, "
        "a place being 1 to 32 lowercase letters, digits and hyphens",
        field,
    )


def _pair(rest: list[str], shape: str, catalogue: Catalogue, field: str) -> tuple[str, str]:
    if len(rest) != 2:
        raise ConfigError(f"{field}: should read {shape}", field)
    _one_of(rest[0], (counter.id for counter in catalogue.counters), "a counter", field)
    return rest[0], rest[1]


def _one_of(name: str, known: Iterable[str], what: str, field: str) -> None:
    choices = tuple(known)
    if name in choices:
        return
    near = difflib.get_close_matches(name, choices, 1, 0.5)
    hint = f'did you mean "{near[0]}"?' if near else "known: " + (", ".join(choices) or "none") + "."
    raise ConfigError(f'{field}: "{name}" is not {what}; {hint}', field)
