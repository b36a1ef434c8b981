"""What somebody chose on the page of booking figures: halls, days, matter, channel; and what there is to choose."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext

from central.console import reach
from central.console.chosen import day_of, hall_of
from central.console.language import said
from central.console.tables_page import ALL
from central.db.tables import Hall, Matter
from central.figures import bookings
from central.figures.bookings import Choice
from central.people.scope import Staff

LONGEST_DAYS = 366
USUAL_DAYS = 30
CHANNELS = {
    "web": lazy_gettext("Web site"),
    "app": lazy_gettext("App"),
    "wechat": lazy_gettext("WeChat"),
    "partner": lazy_gettext("Partner"),
    "hotline": lazy_gettext("Hotline"),
    "onsite": lazy_gettext("At the booking window"),
    "hall": lazy_gettext("In the hall, from its own share"),
    "roster": lazy_gettext("From a file"),
    "rebuilt": lazy_gettext("Rebuilt from a hall's roster"),
}


class Options(msgspec.Struct, frozen=True):
    """What can be chosen, by id."""

    halls: dict[str, Mapping[str, str]]
    matters: dict[str, Mapping[str, str]]
    channels: dict[str, str]


class Chosen(msgspec.Struct, frozen=True):
    """`hall` None: all of those somebody works for."""

    hall: str | None
    choice: Choice
    options: Options

    def matter_name(self, id_: str) -> str:
        """In the reader's language."""
        return said(self.options.matters.get(id_), id_ or _("unknown"))

    def query(self, **other: str) -> dict[str, str]:
        """The same page again, or with something else chosen."""
        kept = {
            "hall": self.hall or ALL,
            "since": self.choice.since,
            "until": self.choice.until,
            "matter": self.choice.matter or "",
            "channel": self.choice.channel or "",
        } | other
        return {name: value for name, value in kept.items() if value}


def chosen(session: Session, asked: Mapping[str, str], staff: Staff, timezone: str) -> Chosen | None:
    """None while there is no hall. Raises HTTPException for what cannot be shown."""
    halls = reach.halls(session, staff)
    if not halls:
        return None
    hall = _hall(halls, asked.get("hall"))
    since, until = days(asked, datetime.now(ZoneInfo(hall.timezone if hall else timezone)).date())
    ids = tuple(one.id for one in halls) if hall is None else (hall.id,)
    options = _options(session, halls, ids)
    choice = Choice(ids, since, until, _one(asked, "matter", options.matters), _one(asked, "channel", options.channels))
    return Chosen(hall.id if hall else None, choice, options)


def days(asked: Mapping[str, str], today: date) -> tuple[str, str]:
    """From and to, the last 30 days unless asked otherwise. Raises HTTPException."""
    until = day_of(asked.get("until")) or today
    since = day_of(asked.get("since")) or min(until, today) - timedelta(days=USUAL_DAYS - 1)
    if since > until:
        raise HTTPException(400, _("The first day lies after the last one."))
    if (until - since).days >= LONGEST_DAYS:
        raise HTTPException(400, _("Choose at most %(n)d days.") % {"n": LONGEST_DAYS})
    return since.isoformat(), until.isoformat()


def periods(today: date) -> Sequence[tuple[str, str, str]]:
    """Usual ones to choose with one click: label, from, to."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    found = (
        (_("Only today"), today, today),
        (_("Last 30 days"), today - timedelta(days=USUAL_DAYS - 1), today),
        (_("This month"), month, (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)),
        (_("Last month"), before.replace(day=1), before),
        (_("Next 14 days"), today, today + timedelta(days=14)),
    )
    return [(label, since.isoformat(), until.isoformat()) for label, since, until in found]


def _hall(halls: Sequence[Hall], id_: str | None) -> Hall | None:
    return None if id_ == ALL or (not id_ and len(halls) > 1) else hall_of(halls, id_)


def _options(session: Session, halls: Sequence[Hall], ids: Sequence[str]) -> Options:
    matters, channels = bookings.seen(session.connection(), ids)
    names: dict[str, Mapping[str, str]] = {
        row.id: row.name for row in session.execute(select(Matter.id, Matter.name).where(Matter.id.in_(matters)))
    }
    return Options(
        halls={hall.id: hall.name for hall in halls},
        matters={id_: names.get(id_, {"": id_}) for id_ in matters},
        channels={id_: str(CHANNELS.get(id_, id_)) for id_ in sorted(channels, key=_order)},
    )


def _order(channel: str) -> int:
    return list(CHANNELS).index(channel) if channel in CHANNELS else len(CHANNELS)


def _one(asked: Mapping[str, str], name: str, known: Mapping[str, object]) -> str | None:
    """A hall that never had such a booking has nothing to show of it: the choice falls back to all."""
    value = asked.get(name) or None
    return value if value in known else None
