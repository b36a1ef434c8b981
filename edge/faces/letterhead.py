"""PURE: what every paper of the window has in common: the hall, a title, its own number; below, how to ask about it."""

from collections.abc import Iterator

import msgspec

from contract.catalogue import Text
from edge.faces.paper import Block, Code, Gap, Line, Pair, Rule
from edge.faces.slip import copy_mark
from edge.faces.tongues import label, lines, named, said


class Letterhead(msgspec.Struct, frozen=True, kw_only=True):
    """`at`: local time. `url`: what the QR code says; `phone`: of the enquiry desk; `copy`: printed before."""

    languages: tuple[str, ...]
    hall: Text
    number: str
    at: str
    url: str | None = None
    phone: str = ""
    copy: bool = False


class Matter(msgspec.Struct, frozen=True):
    """What a paper of a window is about."""

    ticket: str
    service: Text
    counter: Text


def top(head: Letterhead, title: str, numbered: str = "Number") -> Iterator[Block]:
    """`title` and `numbered`, the word before the number, are message ids."""
    yield from lines(named(head.hall, head.languages))
    yield Rule()
    yield from lines(said(title, head.languages), "large")
    if head.copy:
        yield from copy_mark(head.languages)
    yield Gap(12)
    yield Line(label(numbered, head.languages), "small")
    yield Line(head.number)
    yield Gap(8)


def about(head: Letterhead, matter: Matter) -> Iterator[Block]:
    """Ticket, window, time and service."""
    yield Pair(label("Ticket", head.languages), matter.ticket)
    yield Pair(label("Window", head.languages), beside(matter.counter, head.languages))
    yield Pair(label("Time", head.languages), head.at)
    yield Pair(label("Matter", head.languages), beside(matter.service, head.languages))


def beside(text: Text, languages: tuple[str, ...]) -> str:
    """A name in all languages, one beside the other."""
    return " ".join(dict.fromkeys(named(text, languages)))


def heading(message: str, languages: tuple[str, ...]) -> Iterator[Block]:
    """`message` is a message id."""
    yield Rule()
    yield from lines(said(message, languages), "normal", "left")


def foot(head: Letterhead) -> Iterator[Block]:
    """How to ask about it: the number, the telephone, the code."""
    tongues = head.languages
    yield Rule()
    yield from lines(said("Ask with this number at the service desk.", tongues), "small")
    if head.phone:
        yield from lines(said("By telephone: {phone}", tongues, phone=head.phone), "small")
    if head.url:
        yield Gap(12)
        yield Code(head.url)
        yield from lines(said("Scan to follow it and to rate us", tongues), "small")
    yield Gap(16)
