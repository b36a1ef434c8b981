"""PURE: the slip (号票) a customer takes from the printer: what stands on it, as blocks and as ESC/POS bytes."""

from collections.abc import Iterator

import msgspec

from contract.catalogue import Text
from contract.events import Wait
from edge.config import PrinterShape
from edge.faces.escpos import document
from edge.faces.paper import Banner, Block, Code, Gap, Line, Number, Rule, Size
from edge.faces.typeface import Typeface
from words import catalogue


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """One slip. `languages`: the first is printed large, the others small below it."""

    languages: tuple[str, ...]
    hall: Text
    service: Text
    number: str
    ahead: int
    wait: Wait | None
    zone: str | None
    at: str
    """Local time of issue, as printed."""
    priority_class: Text | None = None
    url: str | None = None
    """What the QR code says; None: no code."""
    copy: bool = False
    """The paper says COPY (补打): the same number has perhaps been printed before."""


def in_language(text: Text, language: str) -> str:
    """The text in that language, else in any it has."""
    return text.get(language) or next(iter(text.values()), "")


def waiting(wait: Wait, language: str) -> str:
    """The estimate as a range of whole minutes, rounded up."""
    say = catalogue("edge", "faces", language)
    low, high = (max(1, -(-seconds // 60)) for seconds in (wait.p50_s, wait.p90_s))
    if low >= high:
        return say.ngettext("Wait: about {minutes} minute", "Wait: about {minutes} minutes", low).format(minutes=low)
    return say.gettext("Wait: about {low} to {high} minutes").format(low=low, high=high)


def _ahead(ahead: int, language: str) -> str:
    say = catalogue("edge", "faces", language)
    if ahead == 0:
        return say.gettext("Nobody is waiting ahead of you")
    return say.ngettext("{people} person ahead of you", "{people} people ahead of you", ahead).format(people=ahead)


def _each(slip: Slip, texts: list[str], size: Size) -> Iterator[Line]:
    """The first language in `size`, the others small, a text that repeats only once."""
    for place, text in enumerate(dict.fromkeys(texts)):
        yield Line(text, size if place == 0 else "small")


def _head(slip: Slip) -> Iterator[Block]:
    names = slip.languages
    yield from _each(slip, [in_language(slip.hall, language) for language in names], "normal")
    yield Rule()
    yield from _each(slip, [in_language(slip.service, language) for language in names], "large")
    if slip.priority_class is not None:
        classes = [in_language(slip.priority_class, language) for language in names]
        marked = [
            catalogue("edge", "faces", language).gettext("Priority: {name}").format(name=name)
            for language, name in zip(names, classes, strict=True)
        ]
        yield from _each(slip, marked, "normal")


def _place(slip: Slip) -> Iterator[Block]:
    yield from _each(slip, [_ahead(slip.ahead, language) for language in slip.languages], "normal")
    if slip.wait is not None:
        yield from _each(slip, [waiting(slip.wait, language) for language in slip.languages], "normal")
    if slip.zone:
        zones = [
            catalogue("edge", "faces", language).gettext("Waiting area {zone}").format(zone=slip.zone)
            for language in slip.languages
        ]
        yield from _each(slip, zones, "normal")


def _foot(slip: Slip) -> Iterator[Block]:
    say = [catalogue("edge", "faces", language) for language in slip.languages]
    if slip.url:
        yield Gap(12)
        yield Code(slip.url)
        yield from (Line(one.gettext("Scan to follow your number"), "small") for one in say)
    yield Rule()
    watch = "Please watch the screens and listen for your number. If you missed it, ask at the service desk."
    yield from (Line(one.gettext(watch), "small") for one in say)
    valid = [one.gettext("Valid on the day of issue only") for one in say]
    yield from (Line(text, "small") for text in dict.fromkeys(valid))
    yield Line(slip.at, "small")
    yield Gap(16)


def blocks(slip: Slip) -> tuple[Block, ...]:
    """The slip from top to bottom."""
    say = catalogue("edge", "faces", slip.languages[0])
    mark: tuple[Block, ...] = ()
    if slip.copy:
        mark = (Gap(8), Banner("  ".join(dict.fromkeys((say.gettext("COPY"), "COPY")))))
    return (*_head(slip), *mark, Gap(20), Number(slip.number), Gap(20), *_place(slip), *_foot(slip))


def print_slip(slip: Slip, shape: PrinterShape, face: Typeface | None) -> bytes:
    """The slip in the language of the printer that `shape` describes."""
    return document(blocks(slip), shape, face)
