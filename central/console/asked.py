"""What the address of a log's page asks for: which lines, of which days, and from where in the list on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement

from central.errors import Invalid

PAGE = 50


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A log adds its own filters. Empty: any; `since`, `until`: days, both included; `before`: an id."""

    since: str = ""
    until: str = ""
    before: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> Self:
        """What a person can have typed into the address."""
        return cls(**{name: _typed(params.get(name, "")) for name in cls.__struct_fields__})

    def query(self) -> dict[str, str]:
        """The filters that are set, for links; not the place in the list."""
        return {name: text for name, text in msgspec.structs.asdict(self).items() if text and name != "before"}

    def within(self, moment: Any, timezone: str) -> list[ColumnElement[bool]]:
        """Where the column `moment` (ms) lies in the days. Raises Invalid where a day is none."""
        zone, found = ZoneInfo(timezone), []
        if self.since:
            found.append(moment >= _midnight(self.since, "since", zone))
        if self.until:
            found.append(moment < _midnight(self.until, "until", zone, days=1))
        return found

    def page(self, found: Sequence[Any], id_: Callable[[Any], object]) -> dict[str, Any]:
        """What a template shows of the lines found, which are one more than a page where there are more."""
        lines = found[:PAGE]
        return {
            "values": self,
            "filters": self.query(),
            "lines": lines,
            "older": {**self.query(), "before": id_(lines[-1])} if len(found) > PAGE else None,
            "newest": not self.before,
        }


def whole_number(text: str) -> int | None:
    """A whole number out of an address or a form; None for what is none, or longer than a database can hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _typed(text: str) -> str:
    return "".join(one for one in text if one.isprintable()).strip()[:64]


def _midnight(day: str, field: str, zone: ZoneInfo, days: int = 0) -> int:
    try:
        start = date.fromisoformat(day) + timedelta(days=days)
        return int(datetime(start.year, start.month, start.day, tzinfo=zone).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise Invalid("A day is written like 2026-11-20.", field) from None
