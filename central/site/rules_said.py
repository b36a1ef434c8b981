"""PURE: the booking rules of a hall in plain sentences (S0-5)."""

from gettext import NullTranslations

from central.booking.rules import BookingRules
from contract.catalogue import Rules
from words import catalogue


def sentences(rules: BookingRules, language: str, arriving: Rules) -> list[str]:
    """`arriving`: the hall's own rules."""
    return [*_booking(rules, language), *_arriving(arriving, language), *_missing(rules, language)]


def _booking(rules: BookingRules, language: str) -> list[str]:
    say = catalogue("central", "site", language)
    _, n = say.gettext, rules.same_day_min
    same_day = (
        say.ngettext(
            "For today you can book until {n} minute before the time.",
            "For today you can book until {n} minutes before the time.",
            n,
        )
        if n
        else _("For today you can book until the time begins.")
    )
    ahead = say.ngettext("You can book up to {n} day ahead.", "You can book up to {n} days ahead.", rules.horizon_days)
    last = _("Booked visits end by {time}; only evening hours that begin later are booked to their end.")
    return [
        ahead.format(n=rules.horizon_days),
        same_day.format(n=n) if rules.same_day else _("For today nothing can be booked."),
        *([last.format(time=rules.last_end)] if rules.last_end else []),
        _("One person has at most one open booking for each kind of business."),
        *_changing(rules, say),
    ]


def _changing(rules: BookingRules, say: NullTranslations) -> list[str]:
    minutes = rules.cancel_lead_min
    cancel = (
        say.ngettext(
            "You can cancel or move a booking until {n} minute before its time.",
            "You can cancel or move a booking until {n} minutes before its time.",
            minutes,
        )
        if minutes
        else say.gettext("You can cancel or move a booking until its time begins.")
    )
    return [cancel.format(n=minutes), _another_matter(rules.change_lead_min, say)]


def _another_matter(minutes: int, say: NullTranslations) -> str:
    """`minutes`: working ones. Said in hours where they are whole ones."""
    if not minutes:
        return say.gettext("You can ask for another matter until the time begins; staff look at it.")
    hours, rest = divmod(minutes, 60)
    if rest:
        return say.ngettext(
            "You can ask for another matter until {n} working minute before the time; staff look at it.",
            "You can ask for another matter until {n} working minutes before the time; staff look at it.",
            minutes,
        ).format(n=minutes)
    return say.ngettext(
        "You can ask for another matter until {n} working hour before the time; staff look at it.",
        "You can ask for another matter until {n} working hours before the time; staff look at it.",
        hours,
    ).format(n=hours)


def _arriving(rules: Rules, language: str) -> list[str]:
    say = catalogue("central", "site", language)
    opens, grace = rules.checkin_open_s // 60, rules.grace_s // 60
    early = (
        say.ngettext(
            "Check in from {n} minute before your time, with your identity document or the booking code.",
            "Check in from {n} minutes before your time, with your identity document or the booking code.",
            opens,
        )
        if opens
        else say.gettext("Check in from your time on, with your identity document or the booking code.")
    )
    late = (
        say.ngettext(
            "Up to {n} minute late you are still served, behind others; later the booking is void.",
            "Up to {n} minutes late you are still served, behind others; later the booking is void.",
            grace,
        )
        if grace
        else say.gettext("Come in time: later the booking is void.")
    )
    return [early.format(n=opens), late.format(n=grace)]


def _missing(rules: BookingRules, language: str) -> list[str]:
    say = catalogue("central", "site", language)
    excused = say.gettext("Whoever is hindered by force majeure moves or cancels at any time, and nothing is counted.")
    limit = say.ngettext(
        "After {n} missed booking within {days}, the next one is made by telephone or in the hall.",
        "After {n} missed bookings within {days}, the next one is made by telephone or in the hall.",
        rules.missed_limit,
    )
    days = say.ngettext("{n} day", "{n} days", rules.missed_days).format(n=rules.missed_days)
    found = [excused] if rules.fm_waives else []
    return found + ([limit.format(n=rules.missed_limit, days=days)] if rules.missed_limit else [])
