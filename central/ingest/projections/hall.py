"""PURE: everything that is not a ticket or a counter: catalogue, rules, day sheets, devices, slips, answers."""

import msgspec

from contract import events as e

from . import tickets
from .picture import Fact, Picture
from .rows import Answer, CatalogueSeen, DaySheet, Device, DeviceFault, RuleChange, RulesSeen, Slip


def catalogue(picture: Picture, fact: Fact, event: e.CatalogueChanged) -> None:
    place = fact.place
    picture.catalogues[place.node] = CatalogueSeen(
        place.node, place.hall, event.catalogue.version, msgspec.to_builtins(event.catalogue), fact.moment.at
    )


def rules(picture: Picture, fact: Fact, event: e.RulesChanged) -> None:
    """The same rules told once more are no new ones: those in force stay in force since when they were."""
    place, new = fact.place, msgspec.to_builtins(event.rules)
    seen = picture.rules.setdefault(place.node, RulesSeen(place.node, place.hall, {}, fact.moment.at))
    if seen.rules != new:
        seen.rules, seen.at, seen.nth = new, fact.moment.at, seen.nth + 1
        key = (place.node, seen.nth)
        picture.rule_changes[key] = RuleChange(*key, place.hall, new, fact.moment.at, seen.asked)
    seen.asked = None


def told(picture: Picture, fact: Fact, event: e.DirectiveTaken) -> None:
    """A directive with rules: the change that follows is its doing, and not that of the hall's file."""
    seen = picture.rules.get(fact.place.node)
    if seen is not None and event.type == "RulesChanged":
        seen.asked = event.id


def day_closed(picture: Picture, fact: Fact, event: e.DayClosed) -> None:
    place = fact.place
    for line in event.sheet:
        picture.sheets[place.node, event.day, line.service] = DaySheet(
            node=place.node, day=event.day, hall=place.hall, closed_at=fact.moment.at, **msgspec.structs.asdict(line)
        )


def device_failed(picture: Picture, fact: Fact, event: e.DeviceFailed) -> None:
    """A device that fails again before it recovered has one fault, with the newest cause."""
    device = _device(picture, fact, event.device, event.kind)
    device.cause = event.cause
    if device.health == "ok":
        device.health, device.since = "failed", fact.moment.at
        device.faults += 1
    key = (device.node, device.device, device.faults)
    picture.faults[key] = DeviceFault(*key, device.hall, event.kind, event.cause, device.since)


def device_recovered(picture: Picture, fact: Fact, event: e.DeviceRecovered) -> None:
    device = _device(picture, fact, event.device, event.kind)
    if device.health == "failed":
        key = (device.node, device.device, device.faults)
        picture.faults[key] = DeviceFault(
            *key, device.hall, device.kind, device.cause or "", device.since, fact.moment.at
        )
    device.health, device.since, device.cause = "ok", fact.moment.at, None


def slip_started(picture: Picture, fact: Fact, event: e.SlipStarted) -> None:
    ticket = tickets.of(picture, fact, event.ticket)
    ticket.slips += 1
    key = (ticket.node, ticket.ticket, ticket.slips)
    picture.slips[key] = Slip(*key, ticket.hall, event.copy, "started", fact.moment.at)


def slip_printed(picture: Picture, fact: Fact, event: e.SlipPrinted) -> None:
    _end_slip(picture, fact, event.ticket, event.copy, "printed", None)


def slip_failed(picture: Picture, fact: Fact, event: e.SlipFailed) -> None:
    _end_slip(picture, fact, event.ticket, event.copy, "failed", event.cause)


def slip_left(picture: Picture, fact: Fact, event: e.SlipLeftToStaff) -> None:
    _end_slip(picture, fact, event.ticket, False, "staff", None)


def answered(picture: Picture, fact: Fact, event: e.DirectiveAnswered) -> None:
    picture.answers.append(Answer(fact.place.node, event.id, event.outcome, event.detail, fact.moment.at))
    seen = picture.rules.get(fact.place.node)
    if seen is not None and seen.asked == event.id:
        seen.asked = None


def _device(picture: Picture, fact: Fact, id_: str, kind: str) -> Device:
    key = (fact.place.node, id_)
    device = picture.devices.setdefault(key, Device(*key, fact.place.hall, kind))
    device.kind = kind
    return device


def _end_slip(picture: Picture, fact: Fact, id_: str, copy: bool, status: str, cause: str | None) -> None:
    ticket = tickets.of(picture, fact, id_)
    ticket.slips = max(1, ticket.slips)
    key = (ticket.node, ticket.ticket, ticket.slips)
    slip = picture.slips.setdefault(key, Slip(*key, ticket.hall, copy, status))
    slip.status, slip.ended_at, slip.cause = status, fact.moment.at, cause
