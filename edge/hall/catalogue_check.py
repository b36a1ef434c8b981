"""Whether a catalogue is sound in itself; each fault is Invalid, naming the place in it."""

import re
from collections.abc import Iterable

from contract.catalogue import Catalogue, Counter, Service, Text
from edge.errors import Invalid
from edge.hall import check

_LETTER = re.compile(r"[A-Z]{1,2}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def consistent(new: Catalogue) -> None:
    check.number(new.version, "catalogue.version", 1, 2**53)
    _names(new.name, "catalogue.name")
    _distinct((each.id for each in new.services), "catalogue.services", "id")
    _distinct((each.letter for each in new.services), "catalogue.services", "letter")
    _distinct((each.id for each in new.counters), "catalogue.counters", "id")
    _distinct((each.id for each in new.priority_classes), "catalogue.priority_classes", "id")
    _distinct((each.id for each in new.pause_reasons), "catalogue.pause_reasons", "id")
    _distinct((each.id for each in new.clerks), "catalogue.clerks", "id")
    for index, service in enumerate(new.services):
        _service(service, f"catalogue.services[{index}]")
    known = {each.id for each in new.services}
    for index, counter in enumerate(new.counters):
        _counter(counter, known, f"catalogue.counters[{index}]")


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


def _names(name: Text, field: str) -> None:
    for language, text in name.items():
        if not 1 <= len(text) <= 100:
            raise _bad(field, f"the {language} name must be 1 to 100 characters")


def _bad(field: str, fault: str) -> Invalid:
    return Invalid(f"{field}: {fault}.", field, "bad_catalogue")
