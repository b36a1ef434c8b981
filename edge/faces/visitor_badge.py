"""PURE: a visitor's badge (访客证). The whole name is on it and nowhere else."""

from collections.abc import Iterator

from edge.faces.letterhead import Letterhead
from edge.faces.paper import Banner, Block, Gap, Line, Pair, Rule
from edge.faces.slip import copy_mark
from edge.faces.tongues import label, lines, named, said


class Badge(Letterhead, frozen=True, kw_only=True):
    """`name` whole; `host`: who is visited."""

    name: str
    host: str
    purpose: str


def badge(paper: Badge) -> tuple[Block, ...]:
    """The badge from top to bottom."""
    return tuple(_blocks(paper))


def _blocks(paper: Badge) -> Iterator[Block]:
    tongues = paper.languages
    yield from lines(named(paper.hall, tongues))
    yield Gap(8)
    yield Banner("  ".join(dict.fromkeys(said("Visitor", tongues))))
    if paper.copy:
        yield from copy_mark(tongues)
    yield Gap(24)
    yield Line(paper.name, "large")
    yield Gap(24)
    yield Pair(label("To see", tongues), paper.host)
    yield Pair(label("Purpose", tongues), paper.purpose)
    yield Pair(label("Date", tongues), paper.at)
    yield Pair(label("Number", tongues), paper.number)
    yield Rule()
    yield from lines(said("Please wear it visibly, and give it back when you leave.", tongues), "small")
    yield Gap(16)
