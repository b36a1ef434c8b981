"""PURE: the one-time notice (一次性告知书): everything that is missing, each with its reason, at once."""

from collections.abc import Iterator

import msgspec

from contract.catalogue import Text
from edge.faces.letterhead import Letterhead, Matter, about, beside, foot, heading, top
from edge.faces.paper import Block, Line, Rule
from edge.faces.tongues import lines, said


class Item(msgspec.Struct, frozen=True):
    """One thing to supplement or correct; the reason in the clerk's words."""

    material: Text
    reason: str


class Notice(Letterhead, frozen=True, kw_only=True):
    matter: Matter
    items: tuple[Item, ...]


_ALL = "This is everything that is missing. With all of it you need to come only once more."


def notice(paper: Notice) -> tuple[Block, ...]:
    """The notice from top to bottom."""
    return (*top(paper, "One-time notice"), *about(paper, paper.matter), *_items(paper), *foot(paper))


def _items(paper: Notice) -> Iterator[Block]:
    yield from heading("Please supplement or correct all of the following:", paper.languages)
    for place, item in enumerate(paper.items, 1):
        yield Line(f"{place}. {beside(item.material, paper.languages)}", "normal", "left")
        yield from lines(said("Reason: {reason}", paper.languages[:1], reason=item.reason), "small", "left")
    yield Rule()
    yield from lines(said(_ALL, paper.languages), "small")
