"""Whether a catalogue is sound in itself; each fault is Invalid, naming the place in it."""

import re
from collections.abc import Iterable

from contract.catalogue import Catalogue, Checklist, Counter, Journey, Service, Text, Zone
from edge.errors import Invalid
from edge.hall import check

_LETTER = re.compile(r"[A-Z]{1,2}")
MAP = (100, 60)
"""The grid of the guide sign's map: so many steps wide and high."""
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def consistent(new: Catalogue) -> None:
    check.number(new.version, "catalogue.version", 1, 2**53)
    _names(new.name, "catalogue.name")
    for field in _LISTS:
        _distinct((each.id for each in getattr(new, field)), f"catalogue.{field}", "id")
    _distinct((each.letter for each in new.services), "catalogue.services", "letter")
    for index, service in enumerate(new.services):
        _service(service, f"catalogue.services[{index}]")
    known = {each.id for each in new.services}
    for index, counter in enumerate(new.counters):
        _counter(counter, known, f"catalogue.counters[{index}]")
    _named_parts(new)


_LISTS = (
    "services",
    "counters",
    "priority_classes",
    "pause_reasons",
    "clerks",
    "zones",
    "materials",
    "failure_reasons",
    "journeys",
    "checklists",
)


def _distinct(values: Iterable[str], field: str, what: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise _bad(field, f"two entries have the {what} {value!r}")
        if what == "id" and not check.ID.fullmatch(value) and not field.endswith("clerks"):
            raise _bad(field, f"the id {value!r} is not 1 to 32 of a-z, 0-9 and -")
        seen.add(value)


def _service(service: Service, field: str) -> None:
    if not _LETTER.fullmatch(service.letter):
        raise _bad(f"{field}.letter", f"{service.letter!r} is not one or two capital letters")
    check.number(service.digits, f"{field}.digits", 1, 6)
    check.number(service.first, f"{field}.first", 0, 10**service.digits - 1)
    check.number(service.last, f"{field}.last", service.first, 10**service.digits - 1)
    check.number(service.expected_s, f"{field}.expected_s", 1, 86_400)
    if service.cap is not None:
        check.number(service.cap, f"{field}.cap", 0, 10**6)
    if service.last_ticket is not None and not _CLOCK.fullmatch(service.last_ticket):
        raise _bad(f"{field}.last_ticket", f"{service.last_ticket!r} is not a time HH:MM")
    _names(service.name, f"{field}.name")


def _counter(counter: Counter, known: set[str], field: str) -> None:
    _names(counter.name, f"{field}.name")
    served = [service for group in counter.serves for service in group]
    if not served or not all(counter.serves):
        raise _bad(f"{field}.serves", "every group needs at least one service")
    for service in served:
        if service not in known:
            raise _bad(f"{field}.serves", f"there is no service {service!r}")
    if len(set(served)) != len(served):
        raise _bad(f"{field}.serves", "a service is named twice")


def _named_parts(new: Catalogue) -> None:
    """Zones, materials, reasons, journeys and checklists: each named, and naming only what is there."""
    for field in ("zones", "materials", "failure_reasons"):
        for index, each in enumerate(getattr(new, field)):
            _names(each.name, f"catalogue.{field}[{index}].name")
    for index, zone in enumerate(new.zones):
        _zone(zone, f"catalogue.zones[{index}]")
    _grouped(new)
    for index, reason in enumerate(new.failure_reasons):
        _names(reason.solution, f"catalogue.failure_reasons[{index}].solution", 300)
    for index, service in enumerate(new.services):
        _named_by(service, new, f"catalogue.services[{index}]")
    for index, journey in enumerate(new.journeys):
        _journey(journey, new, f"catalogue.journeys[{index}]")
    for index, checklist in enumerate(new.checklists):
        _checklist(checklist, f"catalogue.checklists[{index}]")


def _zone(zone: Zone, field: str) -> None:
    """Its place on the guide sign lies on the grid of 100×60, and has room for a name."""
    _names(zone.way, f"{field}.way", 200)
    if zone.map is None:
        return
    x, y, width, height = zone.map
    if min(x, y) < 0 or min(width, height) < 4 or x + width > MAP[0] or y + height > MAP[1]:
        raise _bad(f"{field}.map", f"x, y, width and height, at least 4 each way, must lie within {MAP[0]}×{MAP[1]}")


def _grouped(new: Catalogue) -> None:
    """Each window in one zone at most, and whoever waits in a zone is called to a window there (S1-41)."""
    served = {counter.id: {each for group in counter.serves for each in group} for counter in new.counters}
    standing = [window for zone in new.zones for window in zone.windows]
    _distinct(standing, "catalogue.zones", "window")
    for index, zone in enumerate(new.zones):
        field = f"catalogue.zones[{index}].windows"
        _known(zone.windows, list(served), field, "counter")
        there = {each for window in zone.windows for each in served[window]}
        waiting = {service.id for service in new.services if service.zone == zone.id}
        if not zone.windows:
            continue
        for window in zone.windows:
            if not served[window] & waiting:
                raise _bad(field, f"counter {window!r} serves nothing that waits there")
        for service in sorted(waiting - there):
            raise _bad(field, f"nobody there serves {service!r}, which waits there")


def _named_by(service: Service, new: Catalogue, field: str) -> None:
    if new.zones and service.zone is not None and service.zone not in (zone.id for zone in new.zones):
        raise _bad(f"{field}.zone", f"there is no zone {service.zone!r}")
    _known(service.materials, [each.id for each in new.materials], f"{field}.materials", "material")
    _names(service.guide, f"{field}.guide", 500)
    for other in service.instead:
        _names(other, f"{field}.instead", 200)


def _journey(journey: Journey, new: Catalogue, field: str) -> None:
    """Each stage must be called by somebody, or the ticket would never go on."""
    _names(journey.name, f"{field}.name")
    if len(journey.services) < 2:
        raise _bad(f"{field}.services", "a journey leads through two services at least")
    _known(journey.services, [each.id for each in new.services], f"{field}.services", "service")
    served = {service for counter in new.counters for group in counter.serves for service in group}
    for service in journey.services:
        if service not in served:
            raise _bad(f"{field}.services", f"no counter serves {service!r}, so the journey would end there")


def _checklist(checklist: Checklist, field: str) -> None:
    _names(checklist.name, f"{field}.name")
    if not checklist.items:
        raise _bad(f"{field}.items", "a checklist needs at least one line")
    _distinct((item.id for item in checklist.items), f"{field}.items", "id")
    for index, item in enumerate(checklist.items):
        _names(item.name, f"{field}.items[{index}].name")


def _known(named: Iterable[str], known: list[str], field: str, what: str) -> None:
    for each in named:
        if each not in known:
            raise _bad(field, f"there is no {what} {each!r}")


def _names(name: Text, field: str, most: int = 100) -> None:
    for language, text in name.items():
        if not 1 <= len(text) <= most:
            raise _bad(field, f"the {language} name must be 1 to {most} characters")


def _bad(field: str, fault: str) -> Invalid:
    return Invalid(f"{field}: {fault}.", field, "bad_catalogue")
