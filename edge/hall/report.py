"""The hall's part of the state report to the centre, out of a picture."""

from contract.messages import CounterReport, ServiceReport
from edge.hall.view import HallView


def service_reports(view: HallView, at: int) -> list[ServiceReport]:
    """`at` (ms): the moment of the report, up to which the longest wait is counted."""
    return [
        ServiceReport(each.id, each.name, each.waiting, _seconds(each.waiting_since, at), each.wait)
        for each in view.services
    ]


def counter_reports(view: HallView) -> list[CounterReport]:
    """`clerk` is the clerk's name where the catalogue knows it, else the id."""
    return [
        CounterReport(
            each.id, each.name, each.status, each.clerk_name or each.clerk, each.number, each.since, list(each.warned)
        )
        for each in view.counters
    ]


def _seconds(since: int | None, at: int) -> int:
    return 0 if since is None else max(0, at - since) // 1000
