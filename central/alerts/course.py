"""PURE: the course of alerts, from what is wrong to what is told: begun once, over when it has been gone a while."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from central.alerts.judge import LIVE, Judgement, Key

GONE = "gone_at"


class Open(NamedTuple):
    """An alert that lasts."""

    id: int
    key: Key
    facts: Mapping[str, Any]


class Steps(msgspec.Struct):
    """What to write: alerts that begin, new facts of some that last, ids of those that end."""

    begin: list[tuple[Key, dict[str, Any]]] = []
    note: list[tuple[int, dict[str, Any]]] = []
    end: list[int] = []


def course(lasting: Sequence[Open], judged: Judgement, now: int, settle_ms: int) -> Steps:
    """What follows at `now` (ms)."""
    steps = Steps()
    known = {alert.key for alert in lasting}
    steps.begin = [(key, facts) for key, facts in judged.holds.items() if key not in known]
    for alert in lasting:
        gone_at = alert.facts.get(GONE)
        if alert.key in judged.holds:
            if gone_at is not None:
                steps.note.append((alert.id, {name: it for name, it in alert.facts.items() if name != GONE}))
        elif alert.key[1] in LIVE and alert.facts.get("node") in judged.unheard:
            continue
        elif gone_at is None:
            steps.note.append((alert.id, {**alert.facts, GONE: now}))
        elif now - gone_at >= settle_ms:
            steps.end.append(alert.id)
    return steps
