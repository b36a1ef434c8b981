"""PURE: the guidance sheet of a service or a matter: what to know and bring, how it goes on, an example, a form."""

from collections.abc import Iterator

import msgspec

from contract.catalogue import Text
from edge.faces.letterhead import beside, heading
from edge.faces.paper import Block, Gap, Line, Rule
from edge.faces.tongues import counted, label, lines, named, said


class Wanted(msgspec.Struct, frozen=True):
    """One paper to bring; `original`: a copy does not do."""

    name: Text
    original: bool
    note: Text = {}


class Guidance(msgspec.Struct, frozen=True, kw_only=True):
    """`zone`: where its customers wait; `instead`: other ways to get it done; `at`: local time of printing.

    Of a matter: its published `version`, `steps`, `sample`, `limit_days` and `questions`, each with its choices.
    """

    languages: tuple[str, ...]
    hall: Text
    service: Text
    at: str
    guide: Text = {}
    materials: tuple[Wanted, ...] = ()
    zone: Text | None = None
    instead: tuple[Text, ...] = ()
    version: int = 0
    matter: Text = {}
    notes: Text = {}
    steps: tuple[Text, ...] = ()
    sample: Text = {}
    limit_days: int = 0
    questions: tuple[tuple[Text, tuple[Text, ...]], ...] = ()


_AT_THE_WINDOW = (
    "When your number is called, go to the window with your papers.",
    "The window checks the papers and gives you a receipt with a number and a time limit.",
    "You are told the result, and where to collect it.",
)
_FIELDS = ("Name", "Telephone", "Identity document", "What you want done")
_ROOM = 56
"""Dots to write in."""


def guidance(paper: Guidance) -> tuple[Block, ...]:
    """The sheet from top to bottom."""
    return (
        *_head(paper),
        *to_bring(paper.materials, paper.languages),
        *_steps(paper),
        *_sample(paper),
        *_instead(paper),
        *_form(paper),
    )


def _head(paper: Guidance) -> Iterator[Block]:
    yield from lines(named(paper.hall, paper.languages))
    yield Rule()
    yield from lines(said("Guide", paper.languages))
    yield from lines(named(paper.matter or paper.service, paper.languages), "large")
    if paper.version:
        yield from lines(said("Published version {n}", paper.languages, n=paper.version), "small")
    for text in (paper.guide, paper.notes):
        if text:
            yield Gap(8)
            yield from lines(named(text, paper.languages), "small", "left")


def to_bring(materials: tuple[Wanted, ...], languages: tuple[str, ...]) -> Iterator[Block]:
    """Each with a box to tick."""
    yield from heading("What to bring", languages)
    for material in materials:
        name = beside(material.name, languages)
        if material.original:
            (name,) = said("{material} (original)", languages[:1], material=name)
        yield Line(f"□ {name}", "small", "left")
        if material.note:
            yield from lines(named(material.note, languages), "small", "left")
    if not materials:
        yield from lines(said("Nothing but your identity document", languages), "small", "left")


def _steps(paper: Guidance) -> Iterator[Block]:
    yield from heading("How it goes on", paper.languages)
    first = said("Take a number, wait in the waiting area.", paper.languages)
    if paper.zone is not None:
        zone = named(paper.zone, paper.languages)
        first = said("Take a number, wait in area {zone}.", paper.languages, zone=zone)
    own = [named(one, paper.languages) for one in paper.steps]
    steps = own or [first, *(said(one, paper.languages) for one in _AT_THE_WINDOW)]
    for place, step in enumerate(steps, 1):
        for text in dict.fromkeys(step):
            yield Line(f"{place}. {text}", "small", "left")
    if paper.matter:
        yield from lines(_limit(paper.limit_days, paper.languages), "small", "left")


def _limit(days: int, languages: tuple[str, ...]) -> list[str]:
    if not days:
        return said("Done on the same day", languages)
    one, many = "Time limit: {days} working day", "Time limit: {days} working days"
    return counted(one, many, days, languages, days=days)


def _sample(paper: Guidance) -> Iterator[Block]:
    """One worked example (S0-37)."""
    if paper.sample:
        yield from heading("An example", paper.languages)
        yield from lines(named(paper.sample, paper.languages), "small", "left")


def _instead(paper: Guidance) -> Iterator[Block]:
    if not paper.instead:
        return
    yield from heading("Other ways to get it done", paper.languages)
    for way in paper.instead:
        yield from lines(named(way, paper.languages), "small", "left")


def _form(paper: Guidance) -> Iterator[Block]:
    yield from heading("Please fill in while you wait", paper.languages)
    for field in _FIELDS:
        yield Line(label(field, paper.languages), "small", "left")
        yield Gap(_ROOM)
        yield Rule()
    for question, choices in paper.questions:
        yield from lines(named(question, paper.languages), "small", "left")
        for choice in choices:
            yield Line(f"□ {beside(choice, paper.languages)}", "small", "left")
        if not choices:
            yield Gap(_ROOM)
            yield Rule()
    yield Line(paper.at, "small")
    yield Gap(16)
