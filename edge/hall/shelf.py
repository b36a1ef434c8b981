"""The matters the centre has published for this hall, told one by one, each kept until it is withdrawn.

While a snapshot comes in, what was there before and has not been named again is `stale`; it goes at the end.
"""

import msgspec

from contract import directives
from contract.events import DirectiveTaken
from contract.matters import Matter
from edge.hall.fact_told import fact_told


class Shelf(msgspec.Struct):
    """`matters` by id."""

    matters: dict[str, Matter] = {}
    stale: list[str] = []

    def all(self) -> tuple[Matter, ...]:
        """By id."""
        return tuple(self.matters[each] for each in sorted(self.matters))

    def of_service(self, service: str) -> list[Matter]:
        """Done at its windows, by id."""
        return [each for each in self.all() if each.service == service]

    def fixed(self, matter: str | None, version: int) -> Matter | None:
        """The matter a clerk fixed (`version` above 0), as it is published now."""
        return self.matters.get(matter or "") if version else None


def told(shelf: Shelf, event: DirectiveTaken) -> bool:
    """Changes `shelf` in place; whether anything about matters was told."""
    match fact_told(event):
        case directives.SnapshotBegun():
            shelf.stale = list(shelf.matters)
        case directives.SnapshotEnded():
            for id_ in shelf.stale:
                del shelf.matters[id_]
            shelf.stale = []
        case directives.MatterPublished(matter):
            shelf.matters[matter.id] = matter
            _named(shelf, matter.id)
        case directives.MatterWithdrawn(id_):
            shelf.matters.pop(id_, None)
            _named(shelf, id_)
        case _:
            return False
    return True


def _named(shelf: Shelf, id_: str) -> None:
    if id_ in shelf.stale:
        shelf.stale.remove(id_)
