"""PURE: the node's figures in the Prometheus text format."""

from collections.abc import Iterable

import msgspec

from edge.hall.view import HallView
from edge.web.panel import LinkStatus


class Commits(msgspec.Struct, frozen=True):
    """The journal's commits since the start: how many, and the seconds they took together."""

    count: int
    seconds: float


def exposition(view: HallView, link: LinkStatus, commits: Commits | None, guesses: int = 0) -> str:
    """`guesses`: tries at check-ins and slips turned away unseen, since their terminals had tried too often."""
    lines: list[str] = []
    _family(lines, "hallkeeper_tickets_issued", "gauge", "Tickets issued this business day.",
            ((f'service="{one.id}"', one.issued) for one in view.services))  # fmt: skip
    _family(lines, "hallkeeper_tickets_served", "gauge", "Tickets served this business day.",
            ((f'service="{one.id}"', one.served) for one in view.services))  # fmt: skip
    _family(lines, "hallkeeper_waiting", "gauge", "People waiting now.",
            ((f'service="{one.id}"', one.waiting) for one in view.services))  # fmt: skip
    _family(lines, "hallkeeper_counter_open", "gauge", "1 while somebody works at the counter.",
            ((f'counter="{one.id}"', int(one.status != "closed")) for one in view.counters))  # fmt: skip
    _family(lines, "hallkeeper_device_failed", "gauge", "1 for each device that has failed.",
            ((f'device="{device}"', 1) for device in sorted(view.failed_devices)))  # fmt: skip
    _family(lines, "hallkeeper_events", "counter", "Number of the last event.", [("", view.seq)])
    _family(lines, "hallkeeper_open", "gauge", "1 while tickets are issued.", [("", int(view.open))])
    _family(lines, "hallkeeper_backlog_events", "gauge", "Events not acknowledged.", [("", link.backlog)])
    _family(lines, "hallkeeper_link_up", "gauge", "1 while the centre is reached.", [("", int(link.online))])
    _family(lines, "hallkeeper_guesses_refused", "counter", "Tries turned away after too many wrong ones.",
            [("", guesses)])  # fmt: skip
    if commits is not None:
        lines += [
            "# HELP hallkeeper_commit_seconds Time the journal's commits took.",
            "# TYPE hallkeeper_commit_seconds summary",
            f"hallkeeper_commit_seconds_sum {commits.seconds:.6f}",
            f"hallkeeper_commit_seconds_count {commits.count}",
        ]
    return "\n".join(lines) + "\n"


def _family(lines: list[str], name: str, kind: str, text: str, samples: Iterable[tuple[str, int]]) -> None:
    lines += [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
    lines += [f"{name}{{{labels}}} {value}" if labels else f"{name} {value}" for labels, value in samples]
