"""Which lines of the audit trail are asked for."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from central.db.tables import AuditRow
from central.errors import Invalid

PAGE = 50
FILE = 20_000
"""Lines of one file at most; a narrower question gets the rest."""


class Asked(msgspec.Struct, frozen=True):
    """Empty: any. `action`, `subject_id`: how they begin; `since`, `until`: days, both included; `before`: an id."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    subject_id: str = ""
    since: str = ""
    until: str = ""
    before: str = ""

    def query(self) -> dict[str, str]:
        """The filters that are set, for links; not the place in the list."""
        return {name: text for name, text in msgspec.structs.asdict(self).items() if text and name != "before"}


def asked(params: Mapping[str, str]) -> Asked:
    """What a page's address asks for."""
    return Asked(**{name: params.get(name, "").strip()[:64] for name in Asked.__struct_fields__})


def lines(session: Session, wanted: Asked, timezone: str, most: int) -> Sequence[AuditRow]:
    """Newest first. Raises Invalid where a day is none."""
    return session.scalars(_filtered(wanted, ZoneInfo(timezone)).order_by(AuditRow.id.desc()).limit(most)).all()


def _filtered(wanted: Asked, zone: ZoneInfo) -> Select[AuditRow]:
    query = select(AuditRow)
    if wanted.actor:
        query = query.where(AuditRow.actor == wanted.actor)
    if wanted.action:
        query = query.where(AuditRow.action.startswith(wanted.action, autoescape=True))
    if wanted.subject:
        query = query.where(AuditRow.subject == wanted.subject)
    if wanted.subject_id:
        query = query.where(AuditRow.subject_id.startswith(wanted.subject_id, autoescape=True))
    if wanted.since:
        query = query.where(AuditRow.at >= midnight(wanted.since, "since", zone))
    if wanted.until:
        query = query.where(AuditRow.at < midnight(wanted.until, "until", zone, days=1))
    if wanted.before.isdigit():
        query = query.where(AuditRow.id < int(wanted.before[:18]))
    return query


def midnight(day: str, field: str, zone: ZoneInfo, days: int = 0) -> int:
    try:
        start = date.fromisoformat(day) + timedelta(days=days)
        return int(datetime(start.year, start.month, start.day, tzinfo=zone).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise Invalid("A day is written like 2026-11-20.", field) from None
