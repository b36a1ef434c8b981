"""PURE: the notice of the result (办理结果通知单): what came of it, and what the customer can do or collect."""

from collections.abc import Iterator

from contract.catalogue import Text
from edge.faces.letterhead import Letterhead, Matter, about, foot, heading, top
from edge.faces.paper import Banner, Block, Gap, Line
from edge.faces.tongues import lines, named, said


class Result(Letterhead, frozen=True, kw_only=True):
    """`reason` and `solution` of a failure; `note` and `collect` in the clerk's words, empty where there is nothing."""

    matter: Matter
    success: bool
    reason: Text = {}
    solution: Text = {}
    note: str = ""
    collect: str = ""


def result(paper: Result) -> tuple[Block, ...]:
    """The notice from top to bottom."""
    title = top(paper, "Notice of the result")
    return (*title, *_outcome(paper), *about(paper, paper.matter), *_details(paper), *foot(paper))


def _outcome(paper: Result) -> Iterator[Block]:
    if paper.success:
        yield from lines(said("Done", paper.languages), "large")
    else:
        words = said("Could not be done", paper.languages)
        yield Banner(words[0])
        yield from lines(dict.fromkeys(words[1:]), "small")
    yield Gap(8)


def _details(paper: Result) -> Iterator[Block]:
    tongues = paper.languages
    for title, text in (("Reason", paper.reason), ("What you can do", paper.solution)):
        if text:
            yield from heading(title, tongues)
            yield from lines(named(text, tongues), "small", "left")
    said_of_it = "What was done" if paper.success else "Please note"
    for title, words in ((said_of_it, paper.note), ("Where, when and how to collect", paper.collect)):
        if words:
            yield from heading(title, tongues)
            yield Line(words, "small", "left")
