"""Figures as tables and tiles: what a page shows and what is exported come from the same rows."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Generic, TypeVar

import msgspec
from starlette_admin.i18n import gettext as _

F = TypeVar("F")
Number = int | float | None
Tile = tuple[str, str, str]
"""Label, value, what it is made of."""


class Table(msgspec.Struct, frozen=True):
    """A table: `shown` as people read it, `plain` as numbers (seconds, shares) for a file."""

    title: str
    columns: tuple[str, ...]
    shown: tuple[tuple[str, ...], ...]
    plain_columns: tuple[str, ...]
    plain: tuple[tuple[str | Number, ...], ...]
    total: bool = False
    """Whether the last line shown is the sum of the others."""


class Groups(msgspec.Struct, Generic[F], frozen=True):
    """How figures of one kind are set out: the headings (in the reader's language) over what `shown` gives, and the
    names in a file of what `plain` gives."""

    headings: Callable[[], tuple[str, ...]]
    shown: Callable[[F], tuple[str, ...]]
    names: tuple[str, ...]
    plain: Callable[[F], tuple[Number, ...]]

    def table(
        self,
        title: str,
        first: str,
        key: str,
        groups: Iterable[tuple[str, F]],
        name: Callable[[str], str],
        total: F,
    ) -> Table:
        """One line a group, by its id, and the total below."""
        lines = [(id_, name(id_), figures) for id_, figures in groups]
        return Table(
            title,
            (first, *self.headings()),
            (*((label, *self.shown(f)) for _id, label, f in lines), (_("Total"), *self.shown(total))),
            (key, "name", *self.names),
            tuple((id_, label, *self.plain(f)) for id_, label, f in lines),
            total=True,
        )


def number(value: Fraction | None, digits: int = 1) -> float | None:
    """A figure as a plain number, rounded only here."""
    return None if value is None else round(float(value), digits)
