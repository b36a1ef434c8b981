"""What a clerk does with one booking: cancels, moves, asks for another matter, mends what was returned."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Row
from starlette.datastructures import FormData
from starlette_admin.i18n import get_locale
from starlette_admin.i18n import gettext as _

from central.audit import Actor
from central.booking.application import Application
from central.booking.desk import BookingDesk, Who
from central.booking.sentences import SENTENCES
from central.console.booking import forms
from central.console.booking.details import mended
from words import catalogue

Act = Callable[[BookingDesk, Row[Any], FormData, Actor], str]
"""Gives the sentence about what was done. Raises BookingRefused."""

REASON_CODES = ("customer", "FM", "office")


def cancel(desk: BookingDesk, booking: Row[Any], form: FormData, by: Actor) -> str:
    """S0-21, S0-53; later than the lead time with a reason."""
    reason = forms.text(form, "reason")
    desk.cancel(Who(booking.code), by, staff=True, reason=reason, reason_code=_reason_code(form))
    return _("The booking is cancelled and its place is free; the customer is told.")


def move(desk: BookingDesk, booking: Row[Any], form: FormData, by: Actor) -> str:
    """The same matter at another time."""
    slot, reason = forms.text(form, "slot"), forms.text(form, "reason")
    desk.move(Who(booking.code), slot, by, staff=True, reason=reason, reason_code=_reason_code(form))
    return _("The booking has its new time; the customer is told.")


def change(desk: BookingDesk, booking: Row[Any], form: FormData, by: Actor) -> str:
    """Another matter: a reviewer decides (S0-48)."""
    channel = forms.text(form, "channel")
    desk.ask_change(
        Who(booking.code),
        forms.text(form, "matter"),
        forms.text(form, "slot"),
        by,
        staff=True,
        reason=forms.text(form, "reason"),
        channel=channel if channel in forms.CHANNELS else forms.CHANNELS[0],
    )
    return _("The change waits for a reviewer; the new place is held meanwhile.")


def mend(desk: BookingDesk, booking: Row[Any], form: FormData, by: Actor) -> str:
    """What was returned, mended on the customer's word (S0-24)."""
    wanted = {one["field"].partition(".")[0] for one in booking.faults}
    if "id_number" in wanted:
        wanted.add("id_type")
    mends = {name: forms.text(form, name) for name in wanted if form.get(name) is not None}
    asked = mended(desk.vault, booking, mends, forms.answers(form))
    asked = msgspec.structs.replace(asked, began_at=forms.began(forms.text(form, "began_at"), desk.wall()))
    now = desk.resubmit(Who(booking.code), asked, by, staff=True)
    if now.status == "returned":
        return _("Something is still to be mended: see below.")
    return _("Mended: the booking is confirmed.") if now.status == "confirmed" else _("Mended: it is reviewed again.")


def complete(desk: BookingDesk, booking: Row[Any], form: FormData, by: Actor) -> str:
    """Who it is for, of one that was made again from the hall's roster."""
    asked = Application(
        hall=booking.hall, matter=booking.matter or "", slot=booking.slot or "", name=forms.text(form, "name"),
        phone=forms.text(form, "phone"), email=forms.text(form, "email"), id_type=forms.text(form, "id_type"),
        id_number=forms.text(form, "id_number"), language=forms.text(form, "language"),
    )  # fmt: skip
    now = desk.complete(booking.code, asked, by)
    if now.flag == "double":
        return _("The details are complete. This person has another booking of the same kind: ask which one is meant.")
    return _("The details are complete; the customer is told of what happens from now on.")


ACTS: Mapping[str, Act] = {
    "cancel": cancel, "move": move, "change": change, "mend": mend, "complete": complete,
}  # fmt: skip


def _reason_code(form: FormData) -> str:
    code = forms.text(form, "reason_code")
    return code if code in REASON_CODES else REASON_CODES[0]


def faults_of(booking: Row[Any]) -> dict[str, str]:
    """What is to be mended, field to sentence. A rule's own sentence, kept in the customer's language, is said in the
    reader's; a reviewer's words stay as they are."""
    say = catalogue("central", "booking", get_locale()).gettext
    return {
        one["field"]: one["text"] if "{" in SENTENCES.get(one["why"], "{") else say(SENTENCES[one["why"]])
        for one in booking.faults
    }
