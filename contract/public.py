"""PURE: the state report for whoever is not staff."""

from msgspec.structs import replace

from contract.messages import StateReport


def for_the_public(report: StateReport) -> StateReport:
    """Without what staff alone may know: a silent alarm must be nowhere that the person it is about may look.

    Who works where stays: it is written on the window.
    """
    counters = [replace(each, warned=[]) for each in report.counters]
    return replace(report, alarms=[], suspended=0, counters=counters)
