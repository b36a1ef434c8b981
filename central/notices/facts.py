"""PURE: the facts of a notice as they are said, in the reader's language and the hall's time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_date

from contract.booking_code import grouped

Text = Mapping[str, str]


class Masters(msgspec.Struct, frozen=True):
    """What the office's masters say of a booking's hall and matter, when the notice is sent."""

    hall: Text = {}
    address: Text = {}
    hall_phone: str = ""
    timezone: str = "Asia/Shanghai"
    type: Text = {}
    matter: Text = {}
    notes: Text = {}


def said(facts: Mapping[str, Any], masters: Masters, language: str) -> dict[str, str]:
    """`facts`: the row's variables. Every placeholder of notices/events.py; what is not known is empty."""

    def text(of: Text) -> str:
        return of.get(language) or next(iter(of.values()), "")

    def moment(name: str) -> str:
        at = facts.get(name)
        return f"{day(at, zone, language)} {clock(at, zone)}" if isinstance(at, int) else ""

    zone = ZoneInfo(masters.timezone)
    start, end = facts.get("starts_at"), facts.get("ends_at")
    return {
        "code": grouped(str(facts.get("code") or "")),
        "name": str(facts.get("name") or ""),
        "type": text(masters.type),
        "matter": text(masters.matter) or text(masters.type),
        "hall": text(masters.hall),
        "address": text(masters.address),
        "hall_phone": masters.hall_phone,
        "date": day(start, zone, language) if start else "",
        "time": period(start, end, zone) if start else "",
        "notes": text(masters.notes),
        "link": str(facts.get("link") or ""),
        "reason": _either(facts.get("reason"), language),
        "faults": _listed([_either(fault.get("text"), language) for fault in facts.get("faults") or ()], language),
        "deadline": moment("deadline"),
        "resumes": moment("resumes_at"),
        "number": str(facts.get("number") or ""),
        "outcome": _either(facts.get("outcome"), language),
        "collect": _either(facts.get("collect"), language),
    }


def day(at: int, zone: ZoneInfo, language: str) -> str:
    """8月2日 周日; Sunday 2 August."""
    local = datetime.fromtimestamp(at / 1000, zone)
    return str(format_date(local, "M月d日 EEE" if language == "zh" else "EEEE d MMMM", locale=language))


def clock(at: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at / 1000, zone).strftime("%H:%M")


def period(start: int, end: int | None, zone: ZoneInfo) -> str:
    """09:00–09:30."""
    return f"{clock(start, zone)}–{clock(end, zone)}" if end else clock(start, zone)


def _either(value: Any, language: str) -> str:
    """A plain text, or one by language."""
    if isinstance(value, Mapping):
        return str(value.get(language) or next(iter(value.values()), ""))
    return str(value or "")


def _listed(texts: list[str], language: str) -> str:
    return ("；" if language == "zh" else "; ").join(text for text in texts if text)
