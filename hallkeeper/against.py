"""`hallkeeper edge verify --against`: the journal beside what the centre holds of it, difference by difference."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Container, Iterable, Mapping
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from contract.events import DayStarted, EpochBegun, TicketRated
from edge.config import Settings
from edge.errors import HallkeeperError
from edge.hall.apply import apply
from edge.hall.state import State, Ticket
from edge.journal import Reader, Recorded, Unread
from edge.journal.shapes import place_of

FIGURES = ("taken", "served", "passed", "voided", "open", "rated")
Counts = dict[str, dict[str, Any]]
"""Service to its figures; `rated` maps a level to its count."""


class Difference(NamedTuple):
    what: str
    journal: str
    centre: str


BY = "the centre: "
"""How the reason of an epoch begins that the centre wanted (edge/sync/uplink.py)."""
TRIES, PAUSE_S = 5, 1.0
"""A hall that runs moves on between the two looks; so it is looked at again."""


class Found(NamedTuple):
    """`behind`: events of the journal the centre does not have yet; `beyond`: epochs ended as a copy, to the events the
    centre holds of each that the copy never knew."""

    day: str
    mine: Counts
    theirs: Counts
    differences: list[Difference]
    behind: int
    beyond: dict[str, int]


def compare(settings: Settings, reader: Reader, centre: str, console: Console) -> bool:
    """Prints both sides and how many differences there are; True where there is none and nothing is on its way.

    Raises HallkeeperError.
    """
    found = _look(settings, reader, centre)
    for _ in range(TRIES - 1):
        if not found.differences and not found.behind:
            break
        time.sleep(PAUSE_S)
        again = _look(settings, reader, centre)
        # what was the same once is not different because more came since
        if not again.differences or found.differences:
            found = again
    console.print(_table(found.day, found.mine, found.theirs))
    for difference in found.differences:
        console.print(f"[red]{difference.what}[/]: journal {difference.journal}, centre {difference.centre}")
    for epoch, n in found.beyond.items():
        console.print(
            f"Epoch {epoch} was ended as a copy: the centre holds {n:,} events more of it, which this journal does not "
            "have. The figures of the day it was ended on count them, and are not compared."
        )
    if found.behind:
        console.print(f"{found.behind:,} events of the journal have not reached the centre yet; the rest is compared.")
    console.print(f"{len(found.differences)} differences")
    return not found.differences and not found.behind


def _look(settings: Settings, reader: Reader, centre: str) -> Found:
    """The centre first, and then the journal up to where the centre says it has it."""
    day = counted(reader.replay())[0]
    if not day:
        raise HallkeeperError("The journal has no business day yet: there is nothing to compare.")
    theirs = _asked(centre, settings.hall.id, day).get(settings.node.id)
    if theirs is None:
        raise HallkeeperError(f"The centre knows no node {settings.node.id} in hall {settings.hall.id}.")
    streams = theirs["streams"]
    _, mine = counted(one for one in reader.replay() if one.seq <= _folded(streams, one.epoch))
    own = reader.all_streams()
    behind = sum(max(0, stream.last - _acked(streams, stream.epoch)) for stream in own)
    beyond, ended_today = _beyond(reader, streams, day)
    differences = list(_chains(reader, streams, beyond))
    if not ended_today:
        differences += _figures(mine, theirs["services"])
    return Found(day, mine, theirs["services"], differences, behind, beyond)


def _beyond(reader: Reader, theirs: Mapping[str, Any], day: str) -> tuple[dict[str, int], bool]:
    """`Found.beyond`, and whether one of those epochs was ended on `day` or after."""
    found, ended_at = dict[str, int](), 0
    for stream in reader.all_streams():
        more = _acked(theirs, stream.epoch) - stream.last
        after = next(iter(reader.replay(stream.end)), None)
        if more > 0 and after is not None and isinstance(after.event, EpochBegun) and after.event.reason.startswith(BY):
            found[stream.epoch], ended_at = more, max(ended_at, after.at)
    return found, bool(found) and ended_at >= _started_at(reader, day)


def _started_at(reader: Reader, day: str) -> int:
    """When that business day began, ms."""
    plans = [one.event.plan for one in reader.replay() if isinstance(one.event, DayStarted)]
    return max((plan.starts_at for plan in plans if plan.day == day), default=0)


def counted(events: Iterable[Recorded]) -> tuple[str, Counts]:
    """The newest business day of the journal and its tickets by service, from the events alone."""
    state, tickets = State(), dict[str, Ticket]()
    levels: dict[tuple[str, int], TicketRated] = {}
    for one in events:
        if not isinstance(one.event, Unread):
            apply(state, one.event, seq=one.seq, at=one.at)
            if isinstance(one.event, TicketRated):
                levels[one.event.ticket, one.event.stage] = one.event
            # the hall forgets closed tickets at the end of the day; this list keeps them
            if (id_ := getattr(one.event, "ticket", None)) in state.tickets:
                tickets[id_] = state.tickets[id_]
    day = state.plan.day if state.plan else ""
    counts: Counts = {}
    for ticket in tickets.values():
        if ticket.day == day:
            _count(counts, ticket)
    for given in levels.values():
        if given.ticket in tickets and tickets[given.ticket].day == day:
            rated = counts[given.service]["rated"]
            rated[str(given.level)] = rated.get(str(given.level), 0) + 1
    return day, dict(sorted(counts.items()))


def _count(counts: Counts, ticket: Ticket) -> None:
    def of(service: str) -> dict[str, Any]:
        return counts.setdefault(service, dict.fromkeys(FIGURES[:-1], 0) | {"rated": {}})

    of((*ticket.stages, ticket.service)[0])["taken"] += 1
    for stage in ticket.stages:
        of(stage)["served"] += 1
    last = of(ticket.service)
    last[{"done": "served", "passed": "passed", "voided": "voided"}.get(ticket.status, "open")] += 1


def _asked(centre: str, hall: str, day: str) -> Mapping[str, Any]:
    url = f"{centre.rstrip('/')}/api/v1/halls/{urllib.parse.quote(hall)}/ledger?day={day}"
    if not url.startswith(("http://", "https://")):
        raise HallkeeperError("--against: give the centre's address, such as https://centre.example", "against")
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            nodes: Mapping[str, Any] = json.load(answer)["nodes"]
            return nodes
    except urllib.error.HTTPError as error:
        raise HallkeeperError(f"The centre answered {error.code}: {error.read(300).decode(errors='replace')}") from None
    except (OSError, ValueError, KeyError) as error:
        raise HallkeeperError(f"The centre at {centre} did not answer: {error}", "against") from None


def _acked(streams: Mapping[str, Any], epoch: str) -> int:
    return int(streams.get(epoch, {}).get("acked", 0))


def _folded(streams: Mapping[str, Any], epoch: str) -> int:
    """The last event that is in the centre's figures; an older centre does not say it."""
    return int(streams.get(epoch, {}).get("folded", _acked(streams, epoch)))


def _chains(reader: Reader, theirs: Mapping[str, Any], beyond: Container[str]) -> Iterable[Difference]:
    """Every stream by its hash, at the place up to which the centre has it; but those `beyond` what is here."""
    own = {stream.epoch: stream for stream in reader.all_streams()}
    for epoch in sorted(own.keys() | theirs.keys()):
        if epoch in beyond:
            continue
        acked, hash_ = _acked(theirs, epoch), str(theirs.get(epoch, {}).get("hash", ""))
        if epoch not in own or acked > own[epoch].last:
            last = own[epoch].last if epoch in own else 0
            yield Difference(f"events of {epoch}", f"{last:,}", f"{acked:,}")
        elif (
            acked and (mine := reader.hash_at(place_of(own[epoch].ordinal, acked))) is not None and mine.hex() != hash_
        ):
            yield Difference(f"chain of {epoch} at {acked:,}", mine.hex()[:16], hash_[:16])


def _figures(mine: Counts, theirs: Counts) -> Iterable[Difference]:
    for service in sorted(mine.keys() | theirs.keys()):
        for figure in FIGURES:
            empty: Any = {} if figure == "rated" else 0
            one, other = mine.get(service, {}).get(figure, empty), theirs.get(service, {}).get(figure, empty)
            if one != other:
                yield Difference(f"{service} {figure}", str(one), str(other))


def _table(day: str, mine: Counts, theirs: Counts) -> Table:
    table = Table("service", *FIGURES, title=f"{day}: journal / centre")
    for service in sorted(mine.keys() | theirs.keys()):
        one, other = mine.get(service, {}), theirs.get(service, {})
        table.add_row(service, *(f"{_said(one.get(figure))} / {_said(other.get(figure))}" for figure in FIGURES))
    return table


def _said(figure: Any) -> str:
    return str(sum(figure.values()) if isinstance(figure, dict) else figure or 0)
