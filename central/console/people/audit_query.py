"""Which lines of the audit trail are asked for."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from central.console import asked
from central.console.asked import whole_number
from central.db.tables import AuditRow

FILE = 20_000
"""Lines of one file at most; a narrower question gets the rest."""


class Asked(asked.Asked, frozen=True):
    """`action`, `subject_id`: how they begin."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    subject_id: str = ""


def lines(session: Session, wanted: Asked, timezone: str, most: int) -> Sequence[AuditRow]:
    """Newest first. Raises Invalid where a day is none."""
    return session.scalars(_filtered(wanted, timezone).order_by(AuditRow.id.desc()).limit(most)).all()


def _filtered(wanted: Asked, timezone: str) -> Select[AuditRow]:
    query = select(AuditRow).where(*wanted.within(AuditRow.at, timezone))
    if wanted.actor:
        query = query.where(AuditRow.actor == wanted.actor)
    if wanted.action:
        query = query.where(AuditRow.action.startswith(wanted.action, autoescape=True))
    if wanted.subject:
        query = query.where(AuditRow.subject == wanted.subject)
    if wanted.subject_id:
        query = query.where(AuditRow.subject_id.startswith(wanted.subject_id, autoescape=True))
    if (before := whole_number(wanted.before)) is not None:
        query = query.where(AuditRow.id < before)
    return query
