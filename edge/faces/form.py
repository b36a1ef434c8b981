"""PURE: the guidance sheet of a service: what to know, what to bring, how it goes on, and a form to fill in."""

from collections.abc import Iterator

import msgspec

from contract.catalogue import Text
from edge.faces.letterhead import beside, heading
from edge.faces.paper import Block, Gap, Line, Rule
from edge.faces.tongues import label, lines, named, said


class Wanted(msgspec.Struct, frozen=True):
    """One paper to bring; `original`: a copy does not do."""

    name: Text
    original: bool


class Guidance(msgspec.Struct, frozen=True, kw_only=True):
    """`zone`: where its customers wait; `instead`: other ways to get it done; `at`: local time of printing."""

    languages: tuple[str, ...]
    hall: Text
    service: Text
    at: str
    guide: Text = {}
    materials: tuple[Wanted, ...] = ()
    zone: Text | None = None
    instead: tuple[Text, ...] = ()


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
        *_instead(paper),
        *_form(paper),
    )


def _head(paper: Guidance) -> Iterator[Block]:
    yield from lines(named(paper.hall, paper.languages))
    yield Rule()
    yield from lines(said("Guide", paper.languages))
    yield from lines(named(paper.service, paper.languages), "large")
    if paper.guide:
        yield Gap(8)
        yield from lines(named(paper.guide, paper.languages), "small", "left")


def to_bring(materials: tuple[Wanted, ...], languages: tuple[str, ...]) -> Iterator[Block]:
    """Each with a box to tick."""
    yield from heading("What to bring", languages)
    for material in materials:
        name = beside(material.name, languages)
        if material.original:
            (name,) = said("{material} (original)", languages[:1], material=name)
        yield Line(f"□ {name}", "small", "left")
    if not materials:
        yield from lines(said("Nothing but your identity document", languages), "small", "left")


def _steps(paper: Guidance) -> Iterator[Block]:
    yield from heading("How it goes on", paper.languages)
    first = said("Take a number, wait in the waiting area.", paper.languages)
    if paper.zone is not None:
        zone = named(paper.zone, paper.languages)
        first = said("Take a number, wait in area {zone}.", paper.languages, zone=zone)
    for place, step in enumerate((first, *(said(one, paper.languages) for one in _AT_THE_WINDOW)), 1):
        for text in dict.fromkeys(step):
            yield Line(f"{place}. {text}", "small", "left")


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
    yield Line(paper.at, "small")
    yield Gap(16)
