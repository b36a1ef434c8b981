"""PURE. What the faces of the LED boards are made of: rows of lines, words in two languages."""

from collections.abc import Mapping

import msgspec

from contract.catalogue import Text
from words import catalogue


class Line(msgspec.Struct, frozen=True):
    """`wordings`, best first, each a tuple of cells: one cell stands in the middle, two of a `table` left and right.

    When no wording fits, the cells of the last one are shown one after another. `called_at` (wall
    time, ms): the line blinks for a while from then on, `again` quicker; an `alarm` blinks as long as it lasts.
    """

    wordings: tuple[tuple[str, ...], ...]
    called_at: int | None = None
    table: bool = False
    again: bool = False
    alarm: bool = False


Row = tuple[Line, ...]
"""One line after another, in turn."""


class Face(msgspec.Struct, frozen=True):
    rows: tuple[Row, ...]


class Setting(msgspec.Struct, frozen=True):
    """What a board needs to know besides the hall's picture. `languages`: first one first; both are shown in turn.

    `phone`: for enquiries; `notices`: those of the centre that hold now; `zones`: waiting areas by id;
    `hanzi`: the board's letters know Chinese.
    """

    languages: tuple[str, ...] = ("zh", "en")
    timezone: str = "Asia/Shanghai"
    pause_reasons: Mapping[str, Text] = {}
    zones: Mapping[str, Text] = {}
    phone: str = ""
    notices: tuple[Text, ...] = ()
    hanzi: bool = True


class Said:
    """Sentences of the catalogue in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = catalogue("edge", "faces", language)

    def __call__(self, sentence: str, **values: object) -> str:
        return self._texts.gettext(sentence).format(**values)


def plain(*cells: str) -> Line:
    """A line of one wording; empty cells are left out."""
    return Line((tuple(cell for cell in cells if cell),))


def named(text: Text, language: str) -> str:
    """The text in `language`, else in the first it has."""
    return text.get(language) or next(iter(text.values()), "")


def dark(rows: int) -> tuple[Row, ...]:
    """Rows with nothing on them."""
    return ((),) * rows
