"""PURE: what a hello is answered: go on, begin a new epoch, or stand aside (protocol.md, "Coming and going").

A copy of a node is known by what no honest node does: its lease was used up, its counter of connections went back, or
its journal is shorter than, behind or other than what was acknowledged. What is lost on the way looks like none of it:
a lease counts as long as the one after it was not used, and one of another generation is not judged.
"""

from typing import Literal

import msgspec

Verdict = Literal["continue", "new_epoch", "quarantine"]
Doubt = Literal["no lease", "stale lease", "counter", "told", "short", "ended", "fork"]


class Running(msgspec.Struct, frozen=True):
    """The epoch a node writes now, as it says, beside what is stored of it."""

    epoch: str
    last: int
    acked: int | None
    """What the centre holds; None: it never heard of this epoch."""
    follows: bool = True
    """The node says which epoch was before it."""
    ended: bool = False
    """Another epoch of this node was begun behind it."""
    fork: int | None = None
    """The first number known to be another event there and here."""


class Known(msgspec.Struct, frozen=True):
    """What the centre remembers of the node of that name."""

    met: bool = True
    """It was welcomed before."""
    boot: str | None = None
    """The boot it goes by; None: any."""
    conn: int = 0
    leases: frozenset[str | None] | None = frozenset()
    """Those that count; None: they cannot be judged, since the centre began anew after it had given them."""
    answered: Verdict | None = None
    """What this very boot was answered last."""
    rival: bool = False
    """Another boot of that name is heard now, or was told a moment ago to begin anew."""
    aside: bool = False
    """The office has yet to decide about this copy, or has said that it is gone."""


class Said(msgspec.Struct, frozen=True):
    """What the hello shows. `running` None: it has no event that is not acknowledged, nor one that is."""

    boot: str
    conn: int
    lease: str | None
    running: Running | None


class Judgement(msgspec.Struct, frozen=True):
    """`ends`: the epoch that must not go on; None: what is running may. `notes`: what was odd, for people."""

    verdict: Verdict
    notes: tuple[str, ...] = ()
    ends: str | None = None


def judge(known: Known, said: Said) -> Judgement:
    """The rule, most serious first."""
    if not known.met:
        return Judgement("continue", ("first contact",))
    doubts = _doubts(known, said)
    notes = tuple(_WORDS[doubt] for doubt in doubts)
    anew = _begun_anew(said.running)
    ends = said.running.epoch if said.running is not None and not anew else None
    if known.aside:
        return Judgement("quarantine", notes or ("set aside, the office has not decided",), ends)
    if not doubts:
        return Judgement("continue")
    if anew:
        return Judgement("continue", (*notes, "it has begun a new epoch by itself"))
    if known.rival:
        return Judgement("quarantine", (*notes, "another node of this name is heard"), ends)
    if "fork" in doubts and "short" not in doubts:
        return Judgement("quarantine", notes, ends)
    return Judgement("new_epoch", notes, ends)


def _doubts(known: Known, said: Said) -> list[Doubt]:
    """A boot that goes by its name needs no lease: it holds the journal open."""
    found: list[Doubt] = []
    if said.boot != known.boot or known.answered != "continue":
        if known.leases is not None and said.lease not in known.leases:
            found.append("no lease" if said.lease is None else "stale lease")
        if known.boot is not None and said.boot != known.boot and said.conn <= known.conn:
            found.append("counter")
    running = said.running
    if running is not None:
        if said.boot == known.boot and known.answered == "new_epoch" and not _begun_anew(running):
            found.append("told")
        if running.acked is not None and running.last < running.acked:
            found.append("short")
        if running.ended:
            found.append("ended")
        if running.fork is not None:
            found.append("fork")
    return found


def _begun_anew(running: Running | None) -> bool:
    """A node that found its journal torn is already where a verdict would bring it. A new board is not: its first
    epoch knows nothing of the numbers of the day."""
    return running is not None and running.acked is None and running.follows


_WORDS: dict[Doubt, str] = {
    "no lease": "a node that was welcomed before came without a lease",
    "stale lease": "stale lease: an old image or a clone",
    "counter": "its counter of connections went back: an old image or a clone",
    "told": "it was told to begin a new epoch and has not: an old image",
    "short": "it holds less than was acknowledged: an old image",
    "ended": "its epoch was ended before: an old image",
    "fork": "it holds other events than were acknowledged: a fork",
}
