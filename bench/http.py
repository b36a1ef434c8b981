"""Tickets a second over HTTP, beside the same server answering an empty handler; and what group commit is worth."""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from bench import hall
from bench.client import Told
from bench.figures import Figure, spread
from bench.node import EMPTY
from bench.raw import RawCommits, slow_disk
from bench.stand import Stand, child, line_of

ABOUT = "tickets a second over HTTP, of a whole node"
TICKETS = "/api/tickets"
CLIENTS = (1, 16)
INJECTED_MS = 5.0


class Pair(msgspec.Struct, frozen=True):
    """The same clients at both handlers, one after the other."""

    tickets: Told
    empty: Told


def run(stand: Stand) -> list[Figure]:
    repeats, seconds = stand.few(5, 2), stand.few(3, 1)
    rounds = [(n, clients) for n in range(repeats) for clients in CLIENTS]
    pairs: dict[int, list[Pair]] = {clients: [] for clients in CLIENTS}
    for n, clients in stand.track("tickets and empty answers in turn", rounds):
        # a fresh node each time: what the one before has issued must not slow the next
        with node(stand, f"node-{n}-{clients}") as url:
            pairs[clients].append(Pair(load(url, TICKETS, clients, seconds), load(url, EMPTY, clients, seconds)))
    found = [_rate(clients, pairs[clients]) for clients in CLIENTS]
    return [*found, _group_commit(stand, seconds)]


def _rate(clients: int, pairs: list[Pair]) -> Figure:
    for pair in pairs:
        require_different(pair.tickets)
    rates = [rate(pair.tickets) for pair in pairs]
    return Figure(
        name=f"tickets over HTTP, {clients} client{'s' * (clients > 1)}", measured=statistics.median(rates), unit="/s",
        raw=statistics.median(rate(pair.empty) for pair in pairs), raw_name="empty handler", comparison="ratio",
        note=f"{spread(rates)}; a ticket takes "
        f"{statistics.median(pair.tickets.p50_ms for pair in pairs):.1f} ms p50, "
        f"{statistics.median(pair.tickets.p99_ms for pair in pairs):.1f} ms p99; "
        "each slip is drawn and printed too; no number twice",
    )  # fmt: skip


def _group_commit(stand: Stand, seconds: float) -> Figure:
    """16 clients on a disk that takes 5 ms a commit, beside one commit a ticket on the same disk."""
    mine: list[float] = []
    raw: list[float] = []
    for n in stand.track("tickets with 5 ms a commit", range(stand.few(5, 2))):
        with node(stand, f"slow-{n}", INJECTED_MS) as url:
            told = load(url, TICKETS, 16, seconds)
        require_different(told)
        mine.append(rate(told))
        raw.append(_one_by_one(stand.folder / f"raw-{n}.db"))
    measured, single = statistics.median(mine), statistics.median(raw)
    return Figure(
        name="tickets over HTTP, 16 clients, 5 ms a commit", measured=measured, unit="/s", raw=single,
        raw_name="one commit a ticket", comparison="ratio", aim="≥ 3 × raw", met=measured >= 3 * single,
        note=f"{spread(mine)}; no number twice",
    )  # fmt: skip


def _one_by_one(path: Path) -> float:
    """Rows a second, each with a commit of its own."""
    commits = RawCommits(path, slow_disk(INJECTED_MS))
    took = statistics.median(commits.commit(bytes(430)) for _ in range(100))
    commits.close()
    return 1000 / took


def rate(told: Told) -> float:
    return told.requests / told.seconds


def require_different(told: Told) -> None:
    """Raises RuntimeError where a number was issued twice, or a request got none."""
    if len(set(told.tickets)) != told.requests:
        raise RuntimeError(f"{told.requests} tickets were taken, {len(set(told.tickets))} different ones issued")


def load(url: str, path: str, clients: int, seconds: float) -> Told:
    where = urlsplit(url)
    argv = ["-m", "bench.client", str(where.hostname), str(where.port), path, str(clients), str(seconds)]
    with child(*argv) as process:
        return msgspec.json.decode(line_of(process), type=Told)


@contextmanager
def node(stand: Stand, name: str, commit_ms: float = 0.0) -> Iterator[str]:
    """The address of a whole node on simulated devices, in a process of its own."""
    folder = stand.place(name)
    file = hall.write(folder / "hall.toml", hall.document(folder / "data"))
    with child("-m", "bench.node", str(file), "--commit-ms", str(commit_ms)) as process:
        yield line_of(process)
