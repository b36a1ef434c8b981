"""The form of a closure: its times on the hall's own clock, and a first draft of what the public reads."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_skeleton
from sqlalchemy import Row
from starlette.datastructures import FormData
from starlette_admin.i18n import gettext as _

from central.booking.closing import CAUSES, LONGEST_TEXT
from central.console.asked import whole_number
from central.console.booking import forms
from central.db.tables import Hall
from central.errors import Invalid
from words import LANGUAGES, catalogue

DAY_MS = 86_400_000
ASKED = ("hall", "from", "until", "cause")
"""What decides whom a closure hits and what its draft says."""
DRAFTS = {
    "weather": "Because of the weather {hall} is closed from {since}. It is expected to open again at {until}.",
    "power": "Because of a power cut {hall} is closed from {since}. It is expected to open again at {until}.",
    "epidemic": "For epidemic control {hall} is closed from {since}. It is expected to open again at {until}.",
    "fire": "Because of a fire {hall} is closed from {since}. It is expected to open again at {until}.",
    "works": "Because of building works {hall} is closed from {since}. It is expected to open again at {until}.",
    "other": "{hall} is closed from {since}. It is expected to open again at {until}.",
}
"""By cause; what the public reads unless the office writes its own words."""


class Wanted(msgspec.Struct, frozen=True):
    """A closure as it is to be; ms."""

    from_at: int
    until_at: int
    cause: str
    known_at: int
    text: dict[str, str]


def wanted(form: FormData, zone: ZoneInfo, now: int) -> Wanted:
    """Raises Invalid in the reader's words, naming the field."""
    from_at, until_at = moment(form, "from", zone), moment(form, "until", zone)
    if until_at <= from_at or until_at <= now:
        raise Invalid(_("The hall opens again after it closes, and after now."), "until")
    cause = forms.text(form, "cause")
    if cause not in CAUSES:
        raise Invalid(_("Choose the cause."), "cause")
    known_at = moment(form, "known", zone) if forms.text(form, "known") else now
    return Wanted(from_at, until_at, cause, min(known_at, now), _written(form))


def _written(form: FormData) -> dict[str, str]:
    """What the public is to read, by language, as it was typed."""
    text = {language: " ".join(forms.text(form, f"text_{language}").split()) for language in LANGUAGES}
    for language, said in text.items():
        if len(said) > LONGEST_TEXT:
            raise Invalid(_("At most %(n)d characters.") % {"n": LONGEST_TEXT}, f"text_{language}")
    return {language: said for language, said in text.items() if said}


def longer(form: FormData, closure: Row[Any], name: Mapping[str, str], zone: ZoneInfo) -> tuple[int, dict[str, str]]:
    """Until when a closure lasts now, and what the public reads of it: a draft that stands as it was follows, and
    stands where nothing is written. Raises Invalid in the reader's words, naming the field."""
    until_at = moment(form, "until", zone)
    if until_at <= closure.until_at:
        raise Invalid(_("Give a later time, or end the closure."), "until")
    before = Wanted(closure.from_at, closure.until_at, closure.cause, closure.known_at, _written(form))
    old = drafts(before, name, zone)
    new = drafts(msgspec.structs.replace(before, until_at=until_at), name, zone)
    said = before.text or old
    return until_at, {one: new[one] if words == old[one] else words for one, words in said.items()}


def changed_since(form: FormData) -> bool:
    """Whether what stands in the form is no longer what it was looked at with."""
    return forms.text(form, "looked_at") not in ("", _asked(form))


def _asked(form: FormData) -> str:
    return " ".join(forms.text(form, name) for name in ASKED)


def moment(form: FormData, name: str, zone: ZoneInfo) -> int:
    """Local "2026-11-24T09:00", ms. Raises Invalid."""
    try:
        local = datetime.fromisoformat(forms.text(form, name)[:16]).replace(tzinfo=zone)
    except ValueError:
        raise Invalid(_("Give day and time."), name) from None
    return round(local.timestamp() * 1000)


def local(at: int, zone: ZoneInfo) -> str:
    """As an input of day and time takes it."""
    return datetime.fromtimestamp(at / 1000, zone).strftime("%Y-%m-%dT%H:%M")


def shown(form: FormData, hall: Hall, now: int, asked: Wanted | None) -> dict[str, str]:
    """What stands in the form: what was typed, moments of an address (ms) as local time, a draft where nothing is
    written or the last draft stands as it was."""
    zone = ZoneInfo(hall.timezone)
    values = {name: forms.text(form, name) for name in form} | {"hall": hall.id}
    for name, usual in (("from", now), ("until", now + DAY_MS), ("known", now)):
        at = values.get(name) or str(usual)
        ms = whole_number(at) if len(at) < 15 else None
        values[name] = at if ms is None else local(ms, zone)
    if asked is not None:
        for language, draft in drafts(asked, hall.name, zone).items():
            if not asked.text or asked.text.get(language) == forms.text(form, f"draft_{language}"):
                values[f"text_{language}"] = draft
            values[f"draft_{language}"] = draft
        values["looked_at"] = _asked(form)
    return values


def drafts(asked: Wanted, name: Mapping[str, str], zone: ZoneInfo) -> dict[str, str]:
    """What the public reads, by language, where nothing was written."""
    return {language: _draft(asked, name, zone, language) for language in LANGUAGES}


def _draft(asked: Wanted, name: Mapping[str, str], zone: ZoneInfo, language: str) -> str:
    said = catalogue("central", "desk", language).gettext(DRAFTS[asked.cause])
    hall = name.get(language) or next(iter(name.values()), "")
    return said.format(
        hall=hall, since=_said(asked.from_at, zone, language), until=_said(asked.until_at, zone, language)
    )


def _said(at: int, zone: ZoneInfo, language: str) -> str:
    when = datetime.fromtimestamp(at / 1000, zone)
    return f"{format_skeleton('MMMEd', when, locale=language)} {when:%H:%M}"
