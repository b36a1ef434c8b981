"""The numbers of the window's papers: acceptance receipts, one-time notices, results, visitors' badges.

An acceptance reads `{hall}.{node}-{yyyymmdd}-{seq5}` (acceptance.number_format), the others carry their
kind before the running number: `bench.bench-1-20261122-N00003`. Hall and node make it unique without a
network; where both have the same id it is said once. A dot stands in no id, so no two nodes can read alike.

When the journal was damaged nobody knows which numbers of the day were lost with it. From then on they
run above the count of seconds that the business day had lasted: fewer papers of one kind than one a
second were surely written before, and five digits hold the seconds of a day. This needs no memory of
what was lost, and holds for a second damage on the same day too.
"""

from edge.errors import Refused
from edge.hall.find import catalogue
from edge.hall.state import State

_MARKS = {"receipt": "", "notice": "N", "result": "R", "visitor": "V"}


def next_paper(state: State, kind: str) -> tuple[str, int]:
    """(number, running number) of the next paper of the day. Raises Refused "no_day"."""
    plan = state.plan
    if plan is None:
        raise Refused("No business day has begun yet: papers are numbered by day.", code="no_day")
    lost_at = state.papers_lost_at
    floor = (lost_at - plan.starts_at) // 1000 + 1 if plan.starts_at <= lost_at < plan.ends_at else 0
    n = max(state.papers.get(kind, 0), floor) + 1
    hall = catalogue(state).hall
    place = hall if state.node in ("", hall) else f"{hall}.{state.node}"
    return f"{place}-{plan.day.replace('-', '')}-{_MARKS[kind]}{n:05d}", n
