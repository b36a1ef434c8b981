"""PURE: the same words in each of a paper's languages: the first as large as wanted, the others small below it."""

from collections.abc import Iterable, Iterator

from contract.catalogue import Text
from edge.faces.paper import Align, Line, Size
from words import catalogue


def in_language(text: Text, language: str) -> str:
    """The text in that language, else in any it has."""
    return text.get(language) or next(iter(text.values()), "")


def named(text: Text, languages: tuple[str, ...]) -> list[str]:
    """A name of the catalogue in each language."""
    return [in_language(text, language) for language in languages]


def said(message: str, languages: tuple[str, ...], **values: object) -> list[str]:
    """A sentence of ours in each language; a value that is a list has one entry for each of them."""
    sentences = []
    for place, language in enumerate(languages):
        filled = {name: value[place] if isinstance(value, list) else value for name, value in values.items()}
        sentences.append(catalogue("edge", "faces", language).gettext(message).format(**filled))
    return sentences


def counted(one: str, many: str, count: int, languages: tuple[str, ...], **values: object) -> list[str]:
    """As `said`, of so many things."""
    says = (catalogue("edge", "faces", language) for language in languages)
    return [say.ngettext(one, many, count).format(**values) for say in says]


def label(message: str, languages: tuple[str, ...]) -> str:
    """A word before a value, in all languages beside each other."""
    return " ".join(dict.fromkeys(said(message, languages)))


def lines(texts: Iterable[str], size: Size = "normal", align: Align = "centre") -> Iterator[Line]:
    """The first text in `size`, the others small; one that repeats only once."""
    for place, text in enumerate(dict.fromkeys(texts)):
        yield Line(text, size if place == 0 else "small", align)
