"""PURE: what the configuration file offers, told to the hall as commands; and the numbers a new epoch starts above."""

from hashlib import sha256

import msgspec

from contract.events import EpochBegun
from edge.config import Settings, catalogue
from edge.hall.commands import ChangeCatalogue, ChangeRules, Command
from edge.hall.state import State
from edge.journal import Beginning

_ASIDE = 200
"""Numbers left out when nobody knows how many were issued last."""


def fingerprint(settings: Settings) -> str:
    """Changes when catalogue or rules of the file change."""
    return sha256(msgspec.json.encode((catalogue(settings, 0), settings.rules))).hexdigest()


def changes(settings: Settings, state: State, known: str | None) -> list[Command]:
    """The commands that bring the file's catalogue and rules into force.

    `known`: the fingerprint brought into force last. An unchanged file does not undo what the centre
    has changed since.
    """
    if state.catalogue is not None and known == fingerprint(settings):
        return []
    found: list[Command] = []
    version = state.catalogue.version if state.catalogue else 0
    if state.catalogue != catalogue(settings, version):
        found.append(ChangeCatalogue(catalogue(settings, version + 1)))
    if state.rules != settings.rules:
        found.append(ChangeRules(settings.rules))
    return found


def epoch_begun(beginning: Beginning, state: State) -> EpochBegun:
    """What is recorded first of all in a new epoch."""
    return EpochBegun(
        beginning.prev_epoch,
        beginning.reason,
        beginning.salvaged,
        number_floor(beginning, state),
        last=beginning.salvaged,
        whole=beginning.whole,
    )


def number_floor(beginning: Beginning, state: State) -> int:
    """Above which numbers of today are surely unused, after `beginning` (`EpochBegun.number_floor`).

    Known to the number when the journal's witness stood; else a range is left out above what is known here and at the
    centre, but never so much that the smallest service has nothing left to issue: half of what is left at most, or all
    up to its last quarter.
    """
    today = state.plan.day if state.plan is not None else ""
    told = (n for day, n in beginning.numbers.items() if day >= today)
    used = max((*state.numbers.values(), *told), default=0)
    if beginning.high is not None:
        return max(used, beginning.high)
    services = state.catalogue.services if state.catalogue else ()
    most = min((service.last for service in services), default=999)
    aside = (used // 100 * 100) + _ASIDE
    return max(used, min(aside, most - min(most // 4, (most - used) // 2)))
