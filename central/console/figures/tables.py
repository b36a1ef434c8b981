"""The booking figures as tiles and tables: what the page shows and what is exported come from the same rows."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from starlette_admin.i18n import gettext as _

from central.console import shown
from central.console.figures.choice import CHANNELS
from central.console.table import Groups, Number, Table, Tile, number
from central.metrics.booking import BookingFigures
from central.metrics.booking_office import OfficeFigures
from central.metrics.formulas import Rate
from central.metrics.visits import Visits

_PLAIN = (
    "applied", "pending", "expected", "came", "missed", "cancelled", "refused_or_expired", "success_share",
    "success_by_attempts_share", "punctual_share", "late_share", "no_show_share", "cancel_share", "late_cancel_share",
    "change_share", "on_time_share", "overrides",
)  # fmt: skip


def _headings() -> tuple[str, ...]:
    return (
        _("Applied"), _("Not decided"), _("Expected"), _("Came"), _("Missed"), _("Cancelled"),
        _("Refused or expired"), _("Success"), _("Success by attempts"), _("Punctual"), _("Late"), _("No-shows"),
        _("Cancel rate"), _("Late cancel rate"), _("Change rate"), _("On time"), _("Overrides"),
    )  # fmt: skip


def _counts(figures: BookingFigures) -> tuple[int, ...]:
    return (
        figures.applied, figures.pending, figures.expected, figures.came, figures.missed, figures.cancelled,
        figures.never,
    )  # fmt: skip


def _rates(figures: BookingFigures) -> tuple[Rate, ...]:
    return (
        figures.success, figures.success_by_attempts, figures.punctual, figures.late, figures.no_show, figures.cancel,
        figures.late_cancel, figures.change, figures.on_time,
    )  # fmt: skip


def _people(figures: BookingFigures) -> tuple[str, ...]:
    return (*map(str, _counts(figures)), *map(shown.percent, _rates(figures)), str(figures.overrides))


def _file(figures: BookingFigures) -> tuple[Number, ...]:
    return (*_counts(figures), *(number(rate.share, 4) for rate in _rates(figures)), figures.overrides)


of_groups = Groups(_headings, _people, _PLAIN, _file).table
"""Of halls, matters, channels or days."""


def of_notices(office: OfficeFigures) -> Table:
    """One line a way of telling. Only SMS gateways report what was delivered."""
    names, none = {"sms": _("SMS"), "email": _("E-mail"), "wechat": _("WeChat")}, Rate(0, 0)
    lines = [
        (id_, names.get(id_, id_), one, Rate(one.delivered, one.sent) if id_ == "sms" else none)
        for id_, one in office.notices.items()
    ]
    return Table(
        _("Notices"),
        (_("Way"), _("Sent"), _("Delivered"), _("Failed"), _("Waiting"), _("Delivery rate")),
        tuple(
            (name, str(f.sent), str(f.delivered), str(f.failed), str(f.waiting), shown.percent(rate))
            for _id, name, f, rate in lines
        ),
        ("channel", "name", "sent", "delivered", "failed", "waiting", "delivered_share"),
        tuple(
            (id_, name, f.sent, f.delivered, f.failed, f.waiting, number(rate.share, 4)) for id_, name, f, rate in lines
        ),
    )


def of_visits(visits: Sequence[Visits], name: Callable[[str], str]) -> Table:
    """One line a matter (S1-5)."""
    return Table(
        _("Steps and visits"),
        (_("Matter"), _("Steps"), _("Visits published"), _("Visits served"), _("Cases"), _("Visits per case")),
        tuple(
            (name(v.matter), str(v.steps), str(v.published), str(v.served), str(v.cases), _plain(v.mean))
            for v in visits
        ),
        ("matter", "name", "steps", "visits_published", "visits_served", "cases", "visits_per_case"),
        tuple((v.matter, name(v.matter), v.steps, v.published, v.served, v.cases, number(v.mean, 2)) for v in visits),
    )


def _plain(mean: Fraction | None) -> str:
    return shown.NOTHING if mean is None else f"{float(mean):.2f}"


def of_load(hours: Mapping[tuple[int, int], Rate], weekdays: Sequence[str]) -> Table:
    """One line a weekday and hour."""
    lines = [(weekday, hour, rate) for (weekday, hour), rate in hours.items()]
    return Table(
        _("Slot load"),
        (_("Weekday and hour"), _("Booked"), _("Capacity"), _("Slot load")),
        tuple(
            (f"{weekdays[day - 1]} {hour:02d}:00", str(rate.part), str(rate.whole), shown.percent(rate))
            for day, hour, rate in lines
        ),
        ("weekday", "hour", "booked", "capacity", "load"),
        tuple((day, hour, rate.part, rate.whole, number(rate.share, 4)) for day, hour, rate in lines),
    )


def channel_name(id_: str) -> str:
    return str(CHANNELS.get(id_, id_))


def tiles(
    total: BookingFigures, load: Rate, of_all: Rate | None, office: OfficeFigures
) -> Sequence[tuple[str, Sequence[Tile]]]:
    """Groups of tiles, each with its title; the last is there when there were closures."""
    groups = [
        (_("Applications"), _applications(total, office)),
        (_("Customers"), _customers(total)),
        (_("Slots and service"), _service(total, load, of_all)),
        (_("What the office did"), _office(office)),
    ]
    return [*groups, (_("Closures"), _closures(office))] if office.closures.n else groups


def _applications(total: BookingFigures, office: OfficeFigures) -> Sequence[Tile]:
    return (
        (_("Applied"), str(total.applied), _("%(n)d not decided yet") % {"n": total.pending}),
        _rate(_("Success"), total.success, _("each application once")),
        _rate(_("Success by attempts"), total.success_by_attempts, _("every resubmission counted")),
        _rate(_("Cancel rate"), total.cancel, _("of all once confirmed")),
        _rate(_("Late cancel rate"), total.late_cancel, _("less than the lead time left")),
        _rate(_("Change rate"), total.change, _("moved or changed")),
        (
            _("Change approval"),
            shown.duration(office.approval.mean),
            _("on average of %(n)d · %(w)d waiting") % {"n": office.approval.n, "w": office.undecided},
        ),
    )


def _customers(total: BookingFigures) -> Sequence[Tile]:
    return (
        (_("Came"), str(total.came), _("%(n)d still expected") % {"n": total.expected}),
        _rate(_("Punctual"), total.punctual, _("of check-ins")),
        _rate(_("Late"), total.late, _("of check-ins")),
        _rate(_("No-shows"), total.no_show, _("void, of those waited for")),
        (_("Overrides"), str(total.overrides), _("void, and served all the same")),
    )


def _service(total: BookingFigures, load: Rate, of_all: Rate | None) -> Sequence[Tile]:
    booked = _rate(_("On time"), total.on_time, _("of customers with a booking"))
    everybody = [_rate(_("On time, of all"), of_all, _("walk-ins counted too"))] if of_all is not None else []
    return (_rate(_("Slot load"), load, _("booked of capacity")), booked, *everybody)


def _office(office: OfficeFigures) -> Sequence[Tile]:
    return (
        (
            _("Review of offline applications"),
            shown.duration(office.review.mean),
            _("on average; longest %(t)s") % {"t": shown.duration(office.review.longest)},
        ),
        _rate(_("Reviewed in time"), office.review_in_time, _("within the limit of the rules")),
        _rate(_("SMS delivered"), office.sms, _("by the gateway's report")),
        _rate(_("Phone confirmations done"), office.called, _("of those to be done")),
        _rate(_("Phoned in time"), office.called_in_time, _("of those done")),
    )


def _closures(office: OfficeFigures) -> Sequence[Tile]:
    late = _("longest %(t)s") % {"t": shown.duration(office.closures.longest)}
    return (
        (_("Notice latency"), shown.duration(office.closures.mean), late),
        _rate(_("Published in time"), office.closures_in_time, _("within the limit of the rules")),
        _rate(_("Contacted in time"), office.contacted_in_time, _("of customers affected")),
        _rate(_("Resolved"), office.resolved, _("%(n)d not reached") % {"n": office.unreachable}),
    )


def _rate(label: str, rate: Rate, made_of: str) -> Tile:
    """Both numbers stand below, so that a share of three is not mistaken for a trend."""
    return label, shown.percent(rate), f"{shown.of(rate)} · {made_of}"


def share(rate: Rate) -> float | None:
    """In percent, for a chart."""
    part: Fraction | None = rate.share
    return number(None if part is None else part * 100)
