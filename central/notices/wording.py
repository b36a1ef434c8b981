"""PURE: texts with placeholders. `{name}` stands for a fact; what stands in `[…]` is left out where a fact in it is
empty. `[[` and `]]` are brackets, `{{` and `}}` braces."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Literal, NamedTuple


class Fault(NamedTuple):
    """What is wrong with a text. `about`: the placeholders, or the words beside a lonely bracket or brace."""

    code: Literal["unknown", "lacking", "brace", "bracket"]
    about: str


class _Piece(NamedTuple):
    kind: Literal["text", "fact", "open", "close", "brace"]
    text: str
    at: int


_KINDS: dict[str, Literal["open", "close"]] = {"[": "open", "]": "close"}
_STOPS = "。."
_ENDS = (*_STOPS, "）", ")")
_TOKEN = re.compile(r"(?P<twice>\[\[|\]\]|\{\{|\}\})|\{(?P<fact>[^{}]*)\}|[\[\]{}]")


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with its facts; a fact that is not known is empty."""
    whole: list[str] = []
    group: list[str] | None = None
    lacking = False
    for piece in _pieces(text):
        if piece.kind == "open":
            group, lacking = [], False
        elif piece.kind == "close":
            whole += group if group and not lacking else []
            group = None
        else:
            said = _fact(text, piece, facts) if piece.kind == "fact" else piece.text
            lacking = lacking or (piece.kind == "fact" and not said)
            (whole if group is None else group).append(said)
    return "".join(whole)


def _fact(text: str, piece: _Piece, facts: Mapping[str, str]) -> str:
    """Where the text ends the sentence, or a parenthesis, the fact need not: it may be a sentence of its own."""
    said = facts.get(piece.text, "")
    behind = text[piece.at + len(piece.text) + 2 :].lstrip("]")
    return said.rstrip(_STOPS) if behind.startswith(_ENDS) else said


def named(text: str) -> set[str]:
    """The facts a text names."""
    return {piece.text for piece in _pieces(text) if piece.kind == "fact"}


def faults(text: str, known: Collection[str], needs: Collection[str] = ()) -> list[Fault]:
    """What keeps a text from being used; nothing where it is right."""
    found = [Fault("unknown", name) for name in sorted(named(text) - set(known))]
    lacking = [name for name in needs if name not in named(text)]
    if lacking:
        found.append(Fault("lacking", ", ".join(f"{{{name}}}" for name in lacking)))
    return found + _lonely(text)


def _lonely(text: str) -> list[Fault]:
    """Braces and brackets without their other half."""
    found, opened = [], None
    for piece in _pieces(text):
        if piece.kind == "brace":
            found.append(Fault("brace", _near(text, piece.at)))
        elif piece.kind in ("open", "close"):
            if (opened is None) is (piece.kind == "close"):
                found.append(Fault("bracket", _near(text, piece.at)))
            opened = piece.at if piece.kind == "open" else None
    if opened is not None:
        found.append(Fault("bracket", _near(text, opened)))
    return found


def _near(text: str, at: int) -> str:
    return text[max(0, at - 8) : at + 8].strip()


def _pieces(text: str) -> Iterator[_Piece]:
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() > end:
            yield _Piece("text", text[end : match.start()], end)
        end = match.end()
        if match["twice"]:
            yield _Piece("text", match["twice"][0], match.start())
        elif match["fact"] is not None:
            yield _Piece("fact", match["fact"].strip(), match.start())
        else:
            yield _Piece(_KINDS.get(match[0], "brace"), match[0], match.start())
    if end < len(text):
        yield _Piece("text", text[end:], end)
