"""What is said when a booking cannot be as asked. The sentence is a message id of the domain "booking"; `said` gives it
in a language with its facts filled in. `why` is the code that programs go by."""

from collections.abc import Sequence
from typing import Any

import msgspec

from central.errors import Refused
from words import catalogue

SENTENCES = {
    # the application
    "name_missing": "Give the name as it stands on the identity document.",
    "name_strange": "Write the name with letters, at most 60 of them, without signs such as < or =.",
    "phone_missing": "Give a mobile number: the confirmation goes there.",
    "phone_wrong": "This is no mobile number. Write its 11 digits, or + and the country code for one from abroad.",
    "email_missing": "Give an e-mail address.",
    "email_wrong": "This is no e-mail address: look at it again, it reads like name@example.org.",
    "id_missing": "Give the number of the identity document you will bring.",
    "detail_missing": "Describe what it is about: this matter is prepared from your description.",
    "detail_long": "Describe it in at most {most} characters.",
    "answer_missing": "Answer this question: it is needed for the matter.",
    "answer_unknown": "Choose one of the answers offered.",
    "answer_long": "Answer in at most {most} characters.",
    "flag_unknown": "{flag} is no known need; choose of those listed.",
    "class_unknown": "{id} is no priority class of this hall.",
    "readback_missing": "Read the details back to the customer and tick that you did.",
    # the place
    "hall_unknown": "There is no such hall, or it takes no bookings.",
    "matter_unknown": "This hall does not offer that matter for booking.",
    "slot_unknown": "There is no such time; choose one of those shown.",
    "slot_full": "This time has just been fully booked. Please choose another one.",
    "slot_closed": "The hall takes no bookings for this time. Please choose another one.",
    "slot_past": "It is too late to book this time. Please choose a later one.",
    "slot_far": "This time cannot be booked yet: bookings open {days} days ahead.",
    "hall_checking": "The bookings of this hall are being checked. Please try again later, or call the hall.",
    "open_booking": "This person has an open booking for this kind of business. Change or cancel that one first.",
    "returned_many": "{n} applications with this telephone number wait to be mended. Mend or cancel one of them first.",
    "missed_limit": "{n} bookings were missed within {days} days, so the next one is made by telephone or in the hall.",
    # one that exists
    "not_found": "No booking has this code and these last four digits of the telephone number.",
    "mend_first": "This booking waits to be mended or reviewed: its time can be changed once it is confirmed.",
    "not_open": "This booking is over: it cannot be changed any more.",
    "cancel_late": "Bookings are cancelled online until {minutes} minutes before the time. Please call the hall.",
    "move_late": "Bookings are moved online until {minutes} minutes before the time. Please call the hall.",
    "change_late": "Another matter can be asked for until {hours} working hours before the time. Please call the hall.",
    "change_waits": "A change of this booking is being looked at already.",
    "same_slot": "That is the time you have already.",
    "nothing_changes": "Choose another matter or another time: nothing would change.",
    "not_returned": "There is nothing to mend in this booking.",
    "deadline_over": "The time for mending this booking is over. Please book again.",
    "reason_missing": "Give a reason.",
    "reason_long": "Give the reason in at most {most} characters.",
    "not_looked_at": "Nobody here looked at it before its time, for which we apologise. Please book again.",
    "details_known": "Who this booking is for is known: there is nothing to complete.",
    "name_unfit": "This is not the name the hall has, {masked}. Ask for it as it stands on the identity document.",
    "id_unfit": "This is not the number the booking was made with. Ask which document the customer named then.",
    "phone_unfit": "This is not the telephone number the booking was made with. Ask which number was given then.",
    "not_reviewing": "This booking is not waiting for a review.",
    "shares_moved": "Other places of this share are open by now than you saw: look again.",
    "offer_gone": "This offer is not open any more.",
    "not_assisted": "Only staff can do this.",
    # the caller
    "key_reused": "This Idempotency-Key was used for another request: take a new one.",
}

_ONE = {
    SENTENCES["slot_far"]: ("days", "This time cannot be booked yet: bookings open {days} day ahead."),
    SENTENCES["missed_limit"]: (
        "n",
        "{n} booking was missed within {days} days, so the next one is made by telephone or in the hall.",
    ),
    SENTENCES["cancel_late"]: (
        "minutes",
        "Bookings are cancelled online until {minutes} minute before the time. Please call the hall.",
    ),
    SENTENCES["move_late"]: (
        "minutes",
        "Bookings are moved online until {minutes} minute before the time. Please call the hall.",
    ),
    SENTENCES["change_late"]: (
        "hours",
        "Another matter can be asked for until {hours} working hour before the time. Please call the hall.",
    ),
}
"""Counted sentences: the fact that counts, and how one of them is said."""


class BookingRefused(Refused):
    """`why`: a key of SENTENCES; over HTTP it is the error's code."""

    def __init__(self, why: str, field: str | None = None, **facts: Any) -> None:
        super().__init__(_said("booking", SENTENCES[why], "en", facts), field)
        self.code = why
        self.facts = facts
        if why in ("not_found", "hall_unknown", "matter_unknown", "slot_unknown"):
            self.status = 404

    def said(self, language: str) -> str:
        return _said("booking", SENTENCES[self.code], language, self.facts)


class Fault(msgspec.Struct, frozen=True):
    """One field of an application that must be mended. `sentence`: a message id of `domain`."""

    field: str
    why: str
    sentence: str
    facts: dict[str, Any] = {}
    domain: str = "booking"

    def said(self, language: str) -> str:
        return _said(self.domain, self.sentence, language, self.facts)


class Faulty(Refused):
    """Several fields are to be mended at once, each with its own sentence."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(one.said("en") for one in faults), faults[0].field)
        self.faults = tuple(faults)


def fault(field: str, why: str, **facts: Any) -> Fault:
    return Fault(field, why, SENTENCES[why], facts)


def number_fault(sentence: str) -> Fault:
    """Of the identity number, in the words of `identity_numbers`."""
    return Fault("id_number", "id_wrong", sentence, {}, "identity")


def _said(domain: str, sentence: str, language: str, facts: dict[str, Any]) -> str:
    package = "words" if domain == "identity" else "central"
    say = catalogue(package, domain, language)
    counts, one = _ONE.get(sentence, ("", ""))
    text = say.ngettext(one, sentence, facts[counts]) if counts else say.gettext(sentence)
    return text.format(**facts)
