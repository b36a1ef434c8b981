"""The booking rules in sentences, each with the rules it speaks of."""

from collections.abc import Callable, Mapping

from starlette_admin.i18n import get_locale, ngettext
from starlette_admin.i18n import gettext as _

from central.booking.rules import BookingRules
from words import catalogue
from words.rules import duration

Say = Callable[[BookingRules], str]


def _minutes(n: int) -> str:
    return duration(n * 60, catalogue("words", "rules", get_locale()).gettext)


def _days(n: int) -> str:
    return ngettext("%(num)d day", "%(num)d days", n) % {"num": n}


def _slot(rules: BookingRules) -> str:
    if not rules.last_end:
        return _("A slot lasts %(n)s; the last one ends when the hall closes.") % {"n": _minutes(rules.slot_min)}
    return _("A slot lasts %(n)s; none ends after %(t)s.") % {"n": _minutes(rules.slot_min), "t": rules.last_end}


def _share(rules: BookingRules) -> str:
    return _("%(n)d %% of what the windows can do is bookable; the rest is kept for walk-ins.") % {
        "n": rules.share_percent
    }


def _hall(rules: BookingRules) -> str:
    if not rules.hall_percent:
        return _("The hall has no share of its own: without a network it sells nothing.")
    text = _("Of each slot %(n)d %% is the hall's own share, %(d)s ahead, sold there also without a network.")
    if rules.hall_recall:
        text = _(
            "Of each slot %(n)d %% is the hall's own share, %(d)s ahead, sold there also without a network; what "
            "is left of it is asked back when the centre has nothing left."
        )
    return text % {"n": rules.hall_percent, "d": _days(rules.hall_days)}


def _horizon(rules: BookingRules) -> str:
    days = rules.horizon_days
    return ngettext("Bookings open %(num)d day ahead.", "Bookings open %(num)d days ahead.", days) % {"num": days}


def _same_day(rules: BookingRules) -> str:
    if not rules.same_day:
        return _("Nobody books for the day itself.")
    return _("On the day itself customers book until %(t)s before the time.") % {"t": _minutes(rules.same_day_min)}


def _cancel(rules: BookingRules) -> str:
    return _("Customers cancel and move online until %(t)s before the time.") % {"t": _minutes(rules.cancel_lead_min)}


def _change(rules: BookingRules) -> str:
    text = _("Another matter can be asked for until %(t)s of working time before: staff review it.")
    return text % {"t": _minutes(rules.change_lead_min)}


def _mend(rules: BookingRules) -> str:
    text = _("What is returned is mended within %(t)s, at the latest %(b)s before the time; the place is held so long.")
    return text % {"t": _minutes(rules.resubmit_min), "b": _minutes(rules.resubmit_before_min)}


def _review(rules: BookingRules) -> str:
    text = _("What hotline and window take is decided within %(t)s.")
    return text % {"t": _minutes(rules.review_min)}


def _readback(rules: BookingRules) -> str:
    if rules.readback:
        return _("Staff read the details back before they book.")
    return _("Staff need not read the details back.")


def _email(rules: BookingRules) -> str:
    if rules.email_required:
        return _("An e-mail address is required.")
    return _("An e-mail address is asked for, not required.")


def _phone(rules: BookingRules) -> str:
    if not rules.phone_confirm:
        return _("Nobody is called to confirm.")
    text = _(
        "Important matters, and customers from %(n)d years, disabled or in need of an interpreter are confirmed by "
        "telephone within %(t)s of working time."
    )
    return text % {"n": rules.elderly_age, "t": _minutes(rules.phone_confirm_min)}


def _remind(rules: BookingRules) -> str:
    if rules.remind_at and rules.remind_before_min:
        text = _("Customers are reminded the day before at %(t)s and %(b)s before the time.")
        return text % {"t": rules.remind_at, "b": _minutes(rules.remind_before_min)}
    if rules.remind_at:
        return _("Customers are reminded the day before at %(t)s.") % {"t": rules.remind_at}
    if rules.remind_before_min:
        return _("Customers are reminded %(b)s before the time.") % {"b": _minutes(rules.remind_before_min)}
    return _("Customers are not reminded.")


def _force(rules: BookingRules) -> str:
    if rules.fm_waives:
        return _("Who is hindered by force majeure cancels and moves at any time.")
    return _("Force majeure changes nothing in the leads.")


def _missed(rules: BookingRules) -> str:
    if not rules.missed_limit:
        return _("Missed bookings have no consequence.")
    text = ngettext(
        "After %(num)d missed booking within %(d)s a person books by telephone or in the hall only.",
        "After %(num)d missed bookings within %(d)s a person books by telephone or in the hall only.",
        rules.missed_limit,
    )
    return text % {"num": rules.missed_limit, "d": _days(rules.missed_days)}


def _shown(rules: BookingRules) -> str:
    if rules.show_capacity:
        return _("The public sees how many places are free.")
    return _("The public sees only whether a place is free.")


def _closure(rules: BookingRules) -> str:
    text = _(
        "A closure is published within %(p)s; who was to come on the same day is contacted within %(c)s, others within "
        "a working day."
    )
    return text % {"p": _minutes(rules.closure_publish_min), "c": _minutes(rules.closure_contact_min)}


SENTENCES: Mapping[tuple[str, ...], Say] = {
    ("slot_min", "last_end"): _slot,
    ("share_percent",): _share,
    ("hall_percent", "hall_days", "hall_recall"): _hall,
    ("horizon_days",): _horizon,
    ("same_day", "same_day_min"): _same_day,
    ("cancel_lead_min",): _cancel,
    ("change_lead_min",): _change,
    ("resubmit_min", "resubmit_before_min"): _mend,
    ("review_min",): _review,
    ("readback",): _readback,
    ("email_required",): _email,
    ("phone_confirm", "elderly_age", "phone_confirm_min"): _phone,
    ("remind_at", "remind_before_min"): _remind,
    ("fm_waives",): _force,
    ("missed_limit", "missed_days"): _missed,
    ("show_capacity",): _shown,
    ("closure_publish_min", "closure_contact_min"): _closure,
}
"""Together they speak of every rule, each once."""
