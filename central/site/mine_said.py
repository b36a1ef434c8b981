"""PURE: the words of one booking on its customer's screen: how it stands, what may be done, what happened."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Row

from central.booking import life
from central.booking.offer import HallOffer
from central.booking.sentences import BookingRefused
from central.site import moments
from words import catalogue


class May(msgspec.Struct, frozen=True):
    """What the customer may do now."""

    mend: bool
    move: bool
    change: bool
    cancel: bool
    report: bool
    """Hindered by force majeure: the leads do not hold."""
    call: bool
    """It is too late for anything here, but the hall can be called."""


class Standing(msgspec.Struct, frozen=True):
    """`mood`: go, calm, ask or over."""

    mood: str
    state: str
    advice: str


def may(booking: Row[Any], offer: HallOffer, change_waits: bool, at: int) -> May:
    rules, status, starts_at = offer.rules, booking.status, booking.starts_at
    displaced = status == "displaced"
    coming = status in life.OPEN and starts_at > at
    move = displaced or (status == "confirmed" and _passes(life.check_move, rules, starts_at, at))
    cancel = displaced or (status in life.OPEN and _passes(life.check_cancel, rules, starts_at, at))
    return May(
        mend=status == "returned" and (booking.deadline is None or at <= booking.deadline),
        move=move,
        change=status == "confirmed"
        and not change_waits
        and booking.matter is not None
        and _passes(life.check_change, rules, offer.times, starts_at, at),
        cancel=cancel,
        report=status == "confirmed" and rules.fm_waives,
        call=coming and not cancel,
    )


def standing(booking: Row[Any], zone: ZoneInfo, language: str) -> Standing:
    _ = catalogue("central", "site", language).gettext
    mend = _("Your place is kept until {time}. Correct what is named, and the booking is confirmed.")
    look = _("Staff look at your description. You are told when it is decided; your place is kept.")
    choose = _("Choose another time, or cancel. Nothing is counted against you.")
    arrive = _("Check in with your identity document or this code, from half an hour before your time.")
    watch = _("Please watch the screens in the hall and listen for your number.")
    match booking.status:
        case "confirmed":
            return Standing("go", _("Confirmed"), arrive)
        case "returned":
            deadline = moments.moment(booking.deadline, zone, language) if booking.deadline else ""
            return Standing("ask", _("Needs correcting"), mend.format(time=deadline))
        case "reviewing":
            return Standing("calm", _("Being looked at"), look)
        case "displaced":
            return Standing("ask", _("The hall is closed at your time"), choose)
        case "arrived":
            return Standing("calm", _("You have checked in"), watch)
    return Standing("over", *_ended(booking.status, language))


def _ended(status: str, language: str) -> tuple[str, str]:
    _ = catalogue("central", "site", language).gettext
    again = _("The place is free for somebody else. You can book again at any time.")
    missed = _("The booking is void. If something hindered you, call the hall; else book again.")
    return {
        "served": (_("Done. Thank you for your visit."), ""),
        "void": (_("Missed"), missed),
        "cancelled": (_("Cancelled"), again),
        "refused": (_("Not accepted"), _("You can book again, or ask in the hall.")),
        "expired": (_("Not corrected in time"), again),
    }[status]


def told(what: str, language: str) -> str:
    """What was just done; empty for nothing."""
    _ = catalogue("central", "site", language).gettext
    return {
        "confirmed": _("Your visit is booked. Keep the code."),
        "reviewing": _("Your application is with the staff. Keep the code."),
        "mended": _("Thank you: it has been corrected."),
        "moved": _("Your booking has a new time."),
        "asked": _("Your wish is with the staff. Until they have decided, the booking stands as it is."),
        "cancelled": _("Your booking is cancelled."),
    }.get(what, "")


def history(trail: Sequence[tuple[int, str]], zone: ZoneInfo, language: str) -> list[tuple[str, str]]:
    """When and what, of the entries of the audit trail that are the customer's business; the newest first."""
    _ = catalogue("central", "site", language).gettext
    names = {
        "booking.confirmed": _("Confirmed"),
        "booking.returned": _("Returned to be corrected"),
        "booking.reviewing": _("Given to staff to look at"),
        "booking.moved": _("Moved to another time"),
        "booking.change_asked": _("Another matter asked for"),
        "booking.changed": _("Another matter agreed to"),
        "booking.change_refused": _("Another matter not agreed to"),
        "booking.cancelled": _("Cancelled"),
        "booking.refused": _("Not accepted"),
        "booking.expired": _("Not corrected in time"),
        "booking.void": _("Missed"),
        "booking.called": _("Called by telephone"),
        "closure.hit": _("The hall closed for this time"),
        "closure.ended": _("The hall opens after all"),
        "enotice.ready": _("Result notice made"),
    }
    return [
        (moments.moment(at, zone, language), names[action]) for at, action in reversed(trail) if action in names
    ]  # fmt: skip


def _passes(check: Any, *facts: Any) -> bool:
    try:
        check(*facts)
    except BookingRefused:
        return False
    return True
