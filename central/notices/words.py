"""PURE: the built-in words of every notice. The office's own (`notice_templates`) go before them.

A text message says the least that its clause asks for, an e-mail a little more.
"""

import msgspec

from words import catalogue


class Wording(msgspec.Struct, frozen=True):
    """`subject` is an e-mail's alone. `gateway_id`: under which the SMS provider approved the text."""

    body: str
    subject: str = ""
    gateway_id: str = ""


def built_in(event: str, channel: str, language: str) -> Wording:
    """`channel`: sms or email."""
    say = catalogue("central", "notices", language).gettext
    short, subject, long = _WORDS[event]
    if channel == "sms":
        return Wording(say(short))
    return Wording(f"{say(long)}\n\n{say(_FOOT)}", say(subject))


_FOOT = "{hall}[\n{address}][\n{hall_phone}]"

_WORDS: dict[str, tuple[str, str, str]] = {
    "booking.confirmed": (
        "Booked: {matter}, {date} {time}, {hall}[, {address}]. Booking code {code}.[ Please note: {notes}.][ {link}]",
        "Your appointment on {date}, {time}",
        "Your appointment is confirmed.\n\nBooking code: {code}\nBusiness: {matter}\nTime: {date} {time}\n"
        "Place: {hall}[, {address}][\nPlease note: {notes}]\n\nShow the booking code or your identity document when "
        "you arrive.[\n\nTo look at, change or cancel it: {link}]",
    ),
    "booking.returned": (
        "Your booking {code} ({matter}) cannot be confirmed yet. Please correct: {faults}. Your place is kept until "
        "{deadline}.[ {link}]",
        "Your booking {code}: please correct until {deadline}",
        "Your booking {code} for {matter}, {date} {time}, cannot be confirmed yet.\n\nPlease add or correct: {faults}"
        "[\n{reason}]\n\nYour place is kept until {deadline}.[\n\nTo correct it: {link}]",
    ),
    "booking.refused": (
        "Your booking {code} ({matter}) was not accepted[: {reason}].[ Questions: {hall_phone}.]",
        "Your booking {code} was not accepted",
        "Your booking {code} for {matter}, {date} {time}, was not accepted.\n\nReason: {reason}[\n\n"
        "To book again: {link}]",
    ),
    "booking.moved": (
        "Your appointment {code} has a new time: {matter}, {date} {time}, {hall}.[ Reason: {reason}.][ {link}]",
        "New time of your appointment: {date}, {time}",
        "Your appointment has a new time.\n\nBooking code: {code}\nBusiness: {matter}\nTime: {date} {time}\n"
        "Place: {hall}[, {address}][\nReason: {reason}][\nPlease note: {notes}][\n\nTo look at, change or cancel it: "
        "{link}]",
    ),
    "booking.change_asked": (
        "We have received the change you asked for of booking {code}. You will hear from us when it is decided; until "
        "then the booking stands as it is.",
        "The change you asked for of booking {code}",
        "We have received the change you asked for of booking {code} ({matter}, {date} {time}). You will hear from us "
        "when it is decided; until then the booking stands as it is.",
    ),
    "booking.changed": (
        "Changed as you asked: booking {code}, {matter}, {date} {time}, {hall}.[ Please note: {notes}.][ {link}]",
        "Your booking {code} was changed",
        "Your booking was changed as you asked.\n\nBooking code: {code}\nBusiness: {matter}\nTime: {date} {time}\n"
        "Place: {hall}[, {address}][\nPlease note: {notes}][\n\nTo look at, change or cancel it: {link}]",
    ),
    "booking.change_refused": (
        "The change of booking {code} could not be made[: {reason}]. The booking stands as it was: {matter}, {date} "
        "{time}.",
        "Your booking {code} stands as it was",
        "The change you asked for of booking {code} could not be made.\n\nReason: {reason}\n\nThe booking stands as it "
        "was: {matter}, {date} {time}, {hall}.[\n\nTo look at, change or cancel it: {link}]",
    ),
    "booking.cancelled": (
        "Cancelled: booking {code}, {matter}, {date} {time}.[ Reason: {reason}.][ To book again: {link}]",
        "Your appointment on {date} is cancelled",
        "Your appointment is cancelled.\n\nBooking code: {code}\nBusiness: {matter}\nTime: {date} {time}[\n"
        "Reason: {reason}][\n\nTo book again: {link}]",
    ),
    "booking.void": (
        "You did not come for booking {code} ({date} {time}), so it is no longer valid. We gladly help you to book "
        "again.[ Telephone {hall_phone}.][ {link}]",
        "Your missed appointment on {date}",
        "You did not come for your appointment {code} ({matter}, {date} {time}), so it is no longer valid.\n\nWe "
        "gladly help you to book again.[\n\nTelephone: {hall_phone}][\n{link}]",
    ),
    "booking.expired": (
        "Booking {code} was not corrected in time and its place was given up.[ To book again: {link}]",
        "Your booking {code} was given up",
        "Booking {code} ({matter}, {date} {time}) was not corrected in time and its place was given up.[\n\n"
        "To book again: {link}]",
    ),
    "reminder.day": (
        "Reminder: {matter}, {date} {time}, {hall}[, {address}]. Booking code {code}.[ Please note: {notes}.]",
        "Reminder: your appointment on {date}, {time}",
        "We remind you of your appointment.\n\nBooking code: {code}\nBusiness: {matter}\nTime: {date} {time}\n"
        "Place: {hall}[, {address}][\nPlease note: {notes}][\n\nIf you cannot come, please cancel it for others: "
        "{link}]",
    ),
    "reminder.hour": (
        "Your appointment is soon: today {time}, {hall}. Booking code {code}.",
        "Your appointment is soon: {time}",
        "Your appointment is soon.\n\nBooking code: {code}\nBusiness: {matter}\nTime: {date} {time}\n"
        "Place: {hall}[, {address}][\nPlease note: {notes}]",
    ),
    "closure.hit": (
        "{hall} has to close[: {reason}]. It is expected to open again on {resumes}. Your booking {code} ({date} "
        "{time}) is affected; choose a new time here: {link}",
        "{hall} has to close: your appointment on {date}",
        "{hall} has to close[: {reason}].\n\nIt is expected to open again on {resumes}. Your appointment {code} "
        "({matter}, {date} {time}) is affected.\n\nChoose a new time, or cancel it: {link}\n\nIf we do not hear from "
        "you, we shall ring you up.",
    ),
    "closure.ended": (
        "{hall} is open again.[ Your booking {code} stands: {date} {time}.]",
        "{hall} is open again",
        "{hall} is open again.[\n\nYour appointment {code} stands: {matter}, {date} {time}.][\n{link}]",
    ),
    "result.ready": (
        "Your business {matter}, number {number}, is done[: {outcome}]. {collect}[ Questions: {hall_phone}.]",
        "Your business {matter} is done",
        "Your business {matter}, number {number}, is done[: {outcome}].\n\n{collect}[\n\n{link}]",
    ),
    "enotice.ready": (
        "The result of your business, number {number}[: {outcome}]. Electronic notice: {link}",
        "Electronic result notice {number}",
        "The electronic notice of the result of your business ({matter}), number {number}, can be read now[: "
        "{outcome}].\n\n{link}",
    ),
}
