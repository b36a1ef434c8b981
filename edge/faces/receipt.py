"""PURE: the receipt of acceptance (受理回执): that the hall took the matter on, by when, and how to ask about it."""

from collections.abc import Iterator

from contract.catalogue import Text
from edge.faces.letterhead import Letterhead, Matter, about, beside, foot, heading, top
from edge.faces.paper import Block, Line
from edge.faces.tongues import counted, lines, said


class Receipt(Letterhead, frozen=True, kw_only=True):
    """`days`: working days promised, 0 for the same day; `materials`: papers the window keeps."""

    matter: Matter
    days: int
    materials: tuple[Text, ...] = ()


def receipt(paper: Receipt) -> tuple[Block, ...]:
    """The receipt from top to bottom."""
    title = top(paper, "Receipt of acceptance", "Acceptance number")
    return (*title, *about(paper, paper.matter), *_limit(paper), *_received(paper), *foot(paper))


def _limit(paper: Receipt) -> Iterator[Block]:
    if not paper.days:
        yield from lines(said("Done on the same day", paper.languages))
        return
    one, many = "Time limit: {days} working day", "Time limit: {days} working days"
    yield from lines(counted(one, many, paper.days, paper.languages, days=paper.days))
    yield from lines(said("Counted from the next working day", paper.languages), "small")


def _received(paper: Receipt) -> Iterator[Block]:
    if not paper.materials:
        return
    yield from heading("Papers received", paper.languages)
    for place, material in enumerate(paper.materials, 1):
        yield Line(f"{place}. {beside(material, paper.languages)}", "small", "left")
