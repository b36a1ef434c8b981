"""PURE: when a watcher may be told: not in the quiet hours, unless it is urgent."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def told_at(now: int, quiet_from: str, quiet_to: str, zone: ZoneInfo) -> int:
    """`now`, or the end of the quiet hours it falls into (ms). Hours are local "HH:MM" and may run over midnight; empty
    or the same twice: none."""
    if not quiet_from or not quiet_to or quiet_from == quiet_to:
        return now
    local = datetime.fromtimestamp(now / 1000, zone)
    clock = local.strftime("%H:%M")
    over_midnight = quiet_from > quiet_to
    inside = clock >= quiet_from or clock < quiet_to if over_midnight else quiet_from <= clock < quiet_to
    if not inside:
        return now
    hour, _, minute = quiet_to.partition(":")
    end = local.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    if end <= local:
        end = (end.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=zone)
    return round(end.timestamp() * 1000)
