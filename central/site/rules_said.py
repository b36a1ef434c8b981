"""PURE: the booking rules of a hall in plain sentences (S0-5)."""

from central.booking.rules import BookingRules
from contract.catalogue import Rules
from words import catalogue


def sentences(rules: BookingRules, language: str, arriving: Rules) -> list[str]:
    """`arriving`: the hall's own rules."""
    return [*_booking(rules, language), *_arriving(arriving, language), *_missing(rules, language)]


def _booking(rules: BookingRules, language: str) -> list[str]:
    _ = catalogue("central", "site", language).gettext
    same_day = _("For today you can book until {n} minutes before the time.")
    ahead = _("You can book up to {n} days ahead.")
    cancel = _("You can cancel or move a booking until {n} minutes before its time.")
    last = _("Booked visits end by {time}; only evening hours that begin later are booked to their end.")
    change = _("You can ask for another matter until {n} working hours before the time; staff look at it.")
    return [
        ahead.format(n=rules.horizon_days),
        same_day.format(n=rules.same_day_min) if rules.same_day else _("For today nothing can be booked."),
        *([last.format(time=rules.last_end)] if rules.last_end else []),
        _("One person has at most one open booking for each kind of business."),
        cancel.format(n=rules.cancel_lead_min),
        change.format(n=rules.change_lead_min // 60),
    ]


def _arriving(rules: Rules, language: str) -> list[str]:
    _ = catalogue("central", "site", language).gettext
    early = _("Check in from {n} minutes before your time, with your identity document or the booking code.")
    late = _("Up to {n} minutes late you are still served, behind others; later the booking is void.")
    return [early.format(n=rules.checkin_open_s // 60), late.format(n=rules.grace_s // 60)]


def _missing(rules: BookingRules, language: str) -> list[str]:
    _ = catalogue("central", "site", language).gettext
    excused = _("Whoever is hindered by force majeure moves or cancels at any time, and nothing is counted.")
    limit = _("After {n} missed bookings within {days} days, the next one is made by telephone or in the hall.")
    found = [excused] if rules.fm_waives else []
    return found + ([limit.format(n=rules.missed_limit, days=rules.missed_days)] if rules.missed_limit else [])
