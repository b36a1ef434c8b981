"""PURE: the slip (号票) a customer takes from the printer: what stands on it, as blocks and as ESC/POS bytes."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from contract.catalogue import Text
from contract.events import Wait
from edge.config import PrinterShape
from edge.faces.escpos import document
from edge.faces.paper import Banner, Block, Code, Gap, Line, Number, Pair, Rule
from edge.faces.tongues import counted, label, lines, named, said
from edge.faces.typeface import Typeface

Late = Literal["", "inserted", "deferred"]
"""A booked customer who came late: behind a few people, or, where it is busy, when a window is free."""


class Appointment(msgspec.Struct, frozen=True):
    """What a booked customer's slip says beside the rest. `name`: masked; `slot`: local time."""

    name: str
    slot: str
    late: Late = ""


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """One slip. `languages`: the first is printed large, the others small below it."""

    languages: tuple[str, ...]
    hall: Text
    service: Text
    number: str
    ahead: int
    wait: Wait | None
    zone: Text | None
    at: str
    """Local time of issue, as printed."""
    priority_class: Text | None = None
    booked: Appointment | None = None
    then: tuple[Text, ...] = ()
    """Services still to come with this number (一票到底)."""
    url: str | None = None
    """What the QR code says; None: no code."""
    copy: bool = False
    """The paper says COPY (补打): the same number has perhaps been printed before."""


_AFTER_OTHERS = "You came after your time: you are called behind the people ahead of you."
_REST = "It is busy now. Please rest in the waiting area: you are called when a window is free."
_WATCH = "Please watch the screens and listen for your number. If you missed it, ask at the service desk."


def waiting(wait: Wait, languages: tuple[str, ...]) -> list[str]:
    """The estimate as a range of whole minutes, rounded up."""
    low, high = (max(1, -(-seconds // 60)) for seconds in (wait.p50_s, wait.p90_s))
    if low >= high:
        return counted("Wait: about {minutes} minute", "Wait: about {minutes} minutes", low, languages, minutes=low)
    return said("Wait: about {low} to {high} minutes", languages, low=low, high=high)


def _ahead(ahead: int, languages: tuple[str, ...]) -> list[str]:
    if ahead == 0:
        return said("Nobody is waiting ahead of you", languages)
    return counted("{people} person ahead of you", "{people} people ahead of you", ahead, languages, people=ahead)


def copy_mark(languages: tuple[str, ...]) -> Iterator[Block]:
    """What nobody may overlook: this has perhaps been printed before."""
    yield Gap(8)
    yield Banner("  ".join(dict.fromkeys((*said("COPY", languages), "COPY"))))


def _head(slip: Slip) -> Iterator[Block]:
    tongues = slip.languages
    yield from lines(named(slip.hall, tongues))
    yield Rule()
    if slip.booked is not None:
        yield Line(label("Booked", tongues), "large")
    yield from lines(named(slip.service, tongues), "large")
    if slip.priority_class is not None:
        yield from lines(said("Priority: {name}", tongues, name=named(slip.priority_class, tongues)))


def _appointment(booked: Appointment, tongues: tuple[str, ...]) -> Iterator[Block]:
    yield Pair(label("Name", tongues), booked.name)
    yield Pair(label("Appointment", tongues), booked.slot)
    if booked.late:
        yield Gap(8)
        yield from lines(said(_REST if booked.late == "deferred" else _AFTER_OTHERS, tongues))


def _place(slip: Slip) -> Iterator[Block]:
    """Where and how long to wait; who is deferred has no place among the others."""
    tongues = slip.languages
    if slip.booked is not None:
        yield from _appointment(slip.booked, tongues)
    if slip.booked is None or slip.booked.late != "deferred":
        yield from lines(_ahead(slip.ahead, tongues))
        yield from lines(waiting(slip.wait, tongues) if slip.wait is not None else ())
    if slip.zone:
        yield from lines(_zone(slip.zone, tongues))


def _zone(zone: Text, tongues: tuple[str, ...]) -> list[str]:
    """A name says itself what it is; a bare label, in no language (""), does not."""
    spoken = named(zone, tongues)
    return said("Waiting area {zone}", tongues, zone=spoken) if "" in zone else spoken


def _stages(slip: Slip) -> Iterator[Block]:
    if not slip.then:
        return
    yield Rule()
    yield from lines(said("Keep this slip: one number for all of these", slip.languages))
    for place, service in enumerate((slip.service, *slip.then), 1):
        names = " ".join(dict.fromkeys(named(service, slip.languages)))
        yield Line(f"{place}. {names}", "small", "left")


def _foot(slip: Slip) -> Iterator[Block]:
    tongues = slip.languages
    if slip.url:
        yield Gap(12)
        yield Code(slip.url)
        yield from lines(said("Scan to follow your number and to rate us", tongues), "small")
    yield Rule()
    for sentence in (_WATCH, "Valid on the day of issue only"):
        yield from lines(said(sentence, tongues), "small")
    yield Line(slip.at, "small")
    yield Gap(16)


def blocks(slip: Slip) -> tuple[Block, ...]:
    """The slip from top to bottom."""
    mark = copy_mark(slip.languages) if slip.copy else ()
    number = (Gap(20), Number(slip.number), Gap(20))
    return (*_head(slip), *mark, *number, *_place(slip), *_stages(slip), *_foot(slip))


def print_slip(slip: Slip, shape: PrinterShape, face: Typeface | None) -> bytes:
    """The slip in the language of the printer that `shape` describes."""
    return document(blocks(slip), shape, face)
