"""The office's own wording of notices: checked, kept, and taken back again. Each change is in the audit trail."""

from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from central import audit
from central.audit import Actor
from central.db.tables import NoticeTemplate
from central.errors import Invalid, Unknown
from central.notices import wording, words
from central.notices.events import EVENTS
from central.notices.words import Wording
from words import LANGUAGES

CHANNELS = ("sms", "email")
LONGEST = {"sms": 500, "email": 5000}
LONGEST_SUBJECT = 150
LONGEST_ID = 64

_TABLE = NoticeTemplate.__table__
_FIELDS = ("subject", "body", "gateway_id")


def own(connection: Connection) -> dict[tuple[str, str, str], Wording]:
    """All there are, by event, channel and language."""
    return {(row.event, row.channel, row.language): _read(row) for row in connection.execute(select(_TABLE))}


def one(connection: Connection, event: str, channel: str, language: str) -> Wording | None:
    """The office's own, where there is one. Raises Unknown for what is no notice."""
    if event not in EVENTS or channel not in CHANNELS or language not in LANGUAGES:
        raise Unknown("there is no such notice", "event")
    row = connection.execute(select(_TABLE).where(*_key(event, channel, language))).first()
    return _read(row) if row else None


def faults(event: str, channel: str, text: Wording) -> list[tuple[str, wording.Fault]]:
    """What keeps a text from being kept, each with its field. An empty body or subject is the built-in one."""
    known, needs = EVENTS[event].facts, EVENTS[event].needs
    found = [("body", fault) for fault in wording.faults(text.body, known, needs)] if text.body else []
    if channel == "email":
        found += [("subject", fault) for fault in wording.faults(text.subject, known)]
    return found


def keep(connection: Connection, by: Actor, event: str, channel: str, language: str, text: Wording, *, at: int) -> None:
    """From now on notices are worded so; an empty text goes back to the built-in one. Raises Invalid, Unknown."""
    before = one(connection, event, channel, language)
    wrong = faults(event, channel, text)
    if wrong:
        field, fault = wrong[0]
        raise Invalid(f"{field}: {fault.code} {fault.about}", field)
    if len(text.body) > LONGEST[channel] or len(text.subject) > LONGEST_SUBJECT or len(text.gateway_id) > LONGEST_ID:
        raise Invalid(f"the text has more than {LONGEST[channel]} characters", "body")
    if text == before or (text == Wording("") and before is None):
        return
    key = {"event": event, "channel": channel, "language": language}
    if text == Wording(""):
        connection.execute(delete(NoticeTemplate).where(*_key(**key)))
    elif before is None:
        connection.execute(insert(NoticeTemplate).values(**key, **_columns(text)))
    else:
        connection.execute(update(NoticeTemplate).where(*_key(**key)).values(**_columns(text)))
    was, now = audit.changed(_columns(before or Wording("")), _columns(text))
    audit.record(
        connection, by, "template.changed", "template", f"{event} {channel} {language}", at=at, before=was, after=now
    )


def joined(event: str, channel: str, language: str, text: Wording | None) -> Wording:
    """The office's own over the built-in one."""
    ours = words.built_in(event, channel, language)
    return Wording(text.body or ours.body, text.subject or ours.subject, text.gateway_id) if text else ours


def _key(event: str, channel: str, language: str) -> tuple[Any, ...]:
    return (
        NoticeTemplate.event == event,
        NoticeTemplate.channel == channel,
        NoticeTemplate.language == language,
    )


def _read(row: Any) -> Wording:
    return Wording(row.body, row.subject, row.gateway_id)


def _columns(text: Wording) -> dict[str, str]:
    return {name: getattr(text, name) for name in _FIELDS}
