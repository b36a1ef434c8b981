"""The daily figures as tables: what the page shows and what is exported come from the same rows."""

from collections.abc import Sequence

from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import ngettext

from central.console import shown
from central.console.table import Groups, Number, Table, Tile, number
from central.metrics.daily import Daily
from central.metrics.figures import Figures


def _headings() -> tuple[str, ...]:
    return (
        _("Issued"),
        _("Services done"),
        _("Passed"),
        _("Average wait"),
        _("Median wait"),
        _("P90 wait"),
        _("Average handling"),
        _("Median handling"),
        _("P90 handling"),
        _("Overrun"),
        _("Passed rate"),
        _("Rated"),
        _("Satisfied"),
        _("Late"),
        _("Lifted voids"),
        _("Exceptions per 1000 calls"),
    )


_PLAIN = (
    "issued",
    "served",
    "passed",
    "wait_mean_s",
    "wait_median_s",
    "wait_p90_s",
    "handling_mean_s",
    "handling_median_s",
    "handling_p90_s",
    "overrun_share",
    "passed_share",
    "rated_share",
    "satisfied_share",
    "late_share",
    "lifted_voids",
    "exceptions_per_1000_calls",
)


def _people(figures: Figures) -> tuple[str, ...]:
    wait, handling = figures.wait, figures.handling
    times = (wait.mean, wait.median, wait.p90, handling.mean, handling.median, handling.p90)
    rates = (figures.overrun, figures.passed_rate, figures.participation, figures.satisfaction)
    counts = (figures.issued, figures.served, figures.passed)
    order = (shown.percent(figures.late), str(figures.lifted), shown.per_thousand(figures.exceptions))
    return (*map(str, counts), *map(shown.duration, times), *map(shown.percent, rates), *order)


def _file(figures: Figures) -> tuple[Number, ...]:
    wait, handling = figures.wait, figures.handling
    times = (wait.mean, wait.median, wait.p90, handling.mean, handling.median, handling.p90)
    rates = (figures.overrun, figures.passed_rate, figures.participation, figures.satisfaction)
    counts = (figures.issued, figures.served, figures.passed)
    share = figures.exceptions.share
    order = (number(figures.late.share, 4), figures.lifted, number(None if share is None else share * 1000, 2))
    return (*counts, *(number(t) for t in times), *(number(r.share, 4) for r in rates), *order)


def _counter_headings() -> tuple[str, ...]:
    """A ticket is taken at no counter: it stands with that of its first service."""
    return (_("Tickets, by their first service"), *_headings()[1:])


of_groups = Groups(_headings, _people, _PLAIN, _file).table
"""Of services or halls."""
of_counters = Groups(_counter_headings, _people, _PLAIN, _file).table


def of_hours(title: str, day: Daily) -> Table:
    """One line an hour."""
    return Table(
        title,
        (
            _("Hour"),
            _("Issued"),
            _("Services done"),
            _("Average wait"),
            _("Median wait"),
            _("P90 wait"),
            _("Longest wait"),
        ),
        tuple(
            (
                f"{h.hour:02d}:00",
                str(h.issued),
                str(h.served),
                *map(shown.duration, (h.wait.mean, h.wait.median, h.wait.p90, h.wait.longest)),
            )
            for h in day.hours
        ),
        ("hour", "issued", "served", "wait_mean_s", "wait_median_s", "wait_p90_s", "wait_longest_s"),
        tuple(
            (h.hour, h.issued, h.served, number(h.wait.mean), number(h.wait.median), number(h.wait.p90), h.wait.longest)
            for h in day.hours
        ),
    )


def tiles(total: Figures) -> tuple[tuple[str, Sequence[Tile]], ...]:
    """The figures above the tables in groups, each with its title; the first needs none."""
    groups: tuple[tuple[str, Sequence[Tile]], ...] = (("", _main(total)), (_("Order of calls"), _order(total)))
    return (*groups, (_("Identity checks"), _identity(total)), (_("Cases taken in"), _papers(total)))


def _main(total: Figures) -> Sequence[Tile]:
    wait, handling = total.wait, total.handling
    return (
        (_("Issued"), str(total.issued), _("%(n)d still open") % {"n": total.still_open}),
        (_("Services done"), str(total.served), _("%(n)d called") % {"n": total.called}),
        (_("Passed"), str(total.passed), shown.percent(total.passed_rate)),
        (_("Average wait"), shown.duration(wait.mean), _("over %(n)d called") % {"n": wait.n}),
        (_("Median wait"), shown.duration(wait.median), _("longest %(t)s") % {"t": shown.duration(wait.longest)}),
        (_("P90 wait"), shown.duration(wait.p90), _("9 of 10 waited no longer")),
        (_("Average handling"), shown.duration(handling.mean), _("over %(n)d served") % {"n": handling.n}),
        (
            _("Median handling"),
            shown.duration(handling.median),
            _("longest %(t)s") % {"t": shown.duration(handling.longest)},
        ),
        (_("P90 handling"), shown.duration(handling.p90), _("9 of 10 took no longer")),
        (_("Overrun"), shown.percent(total.overrun), shown.of(total.overrun)),
        (_("Rated"), shown.percent(total.participation), shown.of(total.participation)),
        (
            _("Satisfied"),
            shown.percent(total.satisfaction),
            _("strictly %(p)s, of those rated") % {"p": shown.percent(total.strict_satisfaction)},
        ),
    )


def _order(total: Figures) -> Sequence[Tile]:
    calls = total.exceptions.whole
    made_of = ngettext(
        "chosen %(c)d · lifted %(l)d · moved back %(m)d · of %(num)d call",
        "chosen %(c)d · lifted %(l)d · moved back %(m)d · of %(num)d calls",
        calls,
    ) % {
        "c": total.chosen,
        "l": total.lifted,
        "m": total.moved_back,
        "num": calls,
    }
    return (
        (_("Late"), shown.percent(total.late), _("%(n)s check-ins of bookings") % {"n": shown.of(total.late)}),
        (_("Lifted voids"), str(total.lifted), _("by a supervisor, with reason")),
        (_("Exceptions per 1000 calls"), shown.per_thousand(total.exceptions), made_of),
    )


def _identity(total: Figures) -> Sequence[Tile]:
    return (
        (_("Verified"), str(total.by_reader.whole), _("tickets with a verified identity")),
        (_("Read by a reader"), shown.percent(total.by_reader), shown.of(total.by_reader)),
        (_("Typed by hand"), shown.percent(total.by_hand), shown.of(total.by_hand)),
        (_("Somebody else"), str(total.mismatches), _("not who had booked or checked in")),
    )


def _papers(total: Figures) -> Sequence[Tile]:
    return (
        (_("Accepted at once"), shown.percent(total.first_time_pass), shown.of(total.first_time_pass)),
        (_("More than one notice"), shown.percent(total.repeated_notices), shown.of(total.repeated_notices)),
    )
