"""PURE: the booking rules of a hall in plain sentences (S0-5)."""

from central.booking.rules import BookingRules
from contract.catalogue import Rules
from words import catalogue


def sentences(rules: BookingRules, language: str, arriving: Rules) -> list[str]:
    """`arriving`: the hall's own rules."""
    _ = catalogue("central", "site", language).gettext
    today = (
        _("For today you can book until {n} minutes before the time.")
        if rules.same_day
        else _("For today nothing can be booked.")
    )
    found = [
        _("You can book up to {n} days ahead.").format(n=rules.horizon_days),
        today.format(n=rules.same_day_min),
        _("One person has at most one open booking for each kind of business."),
        _("You can cancel or move a booking until {n} minutes before its time.").format(n=rules.cancel_lead_min),
        _("You can ask for another matter until {n} working hours before the time; staff look at it.").format(
            n=rules.change_lead_min // 60
        ),
        _("Check in from {n} minutes before your time, with your identity document or the booking code.").format(
            n=arriving.checkin_open_s // 60
        ),
        _("Up to {n} minutes late you are still served, behind others; later the booking is void.").format(
            n=arriving.grace_s // 60
        ),
    ]
    if rules.fm_waives:
        found.append(_("Whoever is hindered by force majeure moves or cancels at any time, and nothing is counted."))
    if rules.missed_limit:
        found.append(
            _("After {n} missed bookings within {days} days, the next one is made by telephone or in the hall.").format(
                n=rules.missed_limit, days=rules.missed_days
            )
        )
    return found
