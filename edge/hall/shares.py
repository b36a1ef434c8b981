"""The hall's own share of bookable places: grants of the centre, and what became of each place of them.

A grant lives in one epoch of one node. Each place of it is sold or given back once at most, and `sold + returned +
left == n` always: so a slot is never sold twice, whatever is lost or repeated on the way. A new epoch ends every
grant for ever, since nobody knows what the old one sold beyond what was salvaged. A new generation of the centre
makes them wait until its snapshot names them again: what it does not name, it does not count as given.

The document of grants (edge/folding.py) is folded by these same functions.
"""

from typing import Protocol

from contract import directives
from contract.events import DirectiveTaken, PlaceSold, ShareReturned
from edge.hall.fact_told import fact_told
from edge.hall.state import Grant


class Shares(Protocol):
    """The part of `State` that grants need."""

    node: str
    epoch: str
    generation: str
    grants: dict[str, Grant]


def spendable(grant: Grant, at: int) -> bool:
    """Whether a place of it may be sold at `at` (ms)."""
    return grant.left > 0 and not grant.closed and not grant.stale and at < grant.starts_at


def told(shares: Shares, event: DirectiveTaken) -> None:
    """For `apply` only; before `generation` is set to the event's."""
    match fact_told(event):
        case directives.SnapshotBegun():
            if new_generation(shares, event):
                for grant in shares.grants.values():
                    grant.stale = True
        case directives.SnapshotEnded():
            for grant in shares.grants.values():
                grant.closed = grant.closed or grant.stale
                grant.stale = False
        case directives.ShareGranted() as granted:
            _grant(shares, granted)
        case _:
            pass


def new_generation(shares: Shares, event: DirectiveTaken) -> bool:
    """Whether the centre began anew since it was met last; the first contact is none."""
    return shares.generation not in ("", event.generation)


def _grant(shares: Shares, granted: directives.ShareGranted) -> None:
    """One of another node or epoch is dead on arrival; one known already only stands again."""
    if (granted.node, granted.epoch) != (shares.node, shares.epoch):
        return
    known = shares.grants.get(granted.grant)
    if known is not None:
        known.stale = False
        return
    shares.grants[granted.grant] = Grant(
        granted.grant,
        granted.slot,
        granted.day,
        granted.service,
        granted.starts_at,
        granted.ends_at,
        granted.n,
    )


def sold(shares: Shares, event: PlaceSold) -> None:
    grant = shares.grants.get(event.grant)
    if grant is not None:
        grant.sold += 1


def returned(shares: Shares, event: ShareReturned) -> None:
    grant = shares.grants.get(event.grant)
    if grant is not None:
        grant.returned += event.n
        grant.closed = True


def epoch_ended(shares: Shares) -> None:
    shares.epoch = ""
    for grant in shares.grants.values():
        grant.closed, grant.stale = True, False


def drop_past(shares: Shares, first: str) -> None:
    """Grants of days before `first` ("YYYY-MM-DD")."""
    for id_ in [id_ for id_, grant in shares.grants.items() if grant.day < first]:
        del shares.grants[id_]
