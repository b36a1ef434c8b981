"""PURE: what somebody wrote into the form, as an application; and which field is called what."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from central.booking.application import FLAGS, ID_TYPES, Application
from central.booking.offer import HallOffer
from central.site.form import Form
from central.site.texts import said
from identity_numbers import kinds
from words import catalogue

QUESTION = "answers."
"""Fields of the questions a matter asks begin with it."""


class Option(msgspec.Struct, frozen=True):
    value: str
    name: str


class Question(msgspec.Struct, frozen=True):
    """`field`: the name of its input. Without `choices` it is answered in words."""

    field: str
    text: str
    required: bool
    choices: tuple[Option, ...] = ()


class Entries(msgspec.Struct, frozen=True):
    """As it was typed, to be shown again where something is to be mended."""

    name: str = ""
    id_type: str = "resident-id"
    id_number: str = ""
    phone: str = ""
    email: str = ""
    flags: tuple[str, ...] = ()
    priority_class: str = ""
    detail: str = ""
    answers: Mapping[str, str] = {}
    consent: bool = False


def entries(form: Form) -> Entries:
    return Entries(
        name=form.text("name"),
        id_type=form.text("id_type") or ID_TYPES[0],
        id_number=form.text("id_number"),
        phone=form.text("phone"),
        email=form.text("email"),
        flags=form.all("flags"),
        priority_class=form.text("priority_class"),
        detail=form.text("detail"),
        answers=form.under(QUESTION),
        consent=form.text("consent") == "yes",
    )


def application(wrote: Entries, *, hall: str, matter: str, slot: str, language: str, openid: str) -> Application:
    return Application(
        hall=hall,
        matter=matter,
        slot=slot,
        name=wrote.name,
        phone=wrote.phone,
        email=wrote.email,
        id_type=wrote.id_type,
        id_number=wrote.id_number,
        detail=wrote.detail,
        answers=dict(wrote.answers),
        flags=wrote.flags,
        priority_class=wrote.priority_class or None,
        language=language,
        openid=openid,
    )


def choices(offer: HallOffer, matter: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What the form of that matter offers and asks."""
    return {
        "id_types": id_types(language),
        "needs": flags(language),
        "classes": [Option(id_, said(name, language) or id_) for id_, name in offer.classes.items()],
        "questions": questions(matter, language),
        "detail_required": matter["detail_required"],
        "email_required": offer.rules.email_required,
    }


def id_types(language: str) -> list[Option]:
    names = {kind.id: kind.name for kind in kinds()}
    return [Option(id_, said(names[id_], language)) for id_ in ID_TYPES]


def flags(language: str) -> list[Option]:
    _ = catalogue("central", "site", language).gettext
    names = {
        "elderly": _("I am elderly and would like to be called by telephone"),
        "disabled": _("I have a disability and need help in the hall"),
        "interpreter": _("I need an interpreter or sign language"),
    }
    return [Option(flag, names[flag]) for flag in FLAGS]


def questions(matter: Mapping[str, Any], language: str) -> list[Question]:
    asked: Sequence[Mapping[str, Any]] = matter["questions"]
    return [
        Question(
            QUESTION + one["id"],
            said(one["text"], language) or one["id"],
            bool(one.get("required")),
            tuple(Option(each["id"], said(each["text"], language) or each["id"]) for each in one.get("choices", ())),
        )
        for one in asked
    ]


def named(
    faults: Mapping[str, str], matter: Mapping[str, Any], language: str, on_page: Collection[str] | None = None
) -> list[tuple[str, str, str]]:
    """(field, its name, sentence) as templates say them. `on_page`: the fields of that form, where it has not all; what
    is wrong with any other is said at the top only."""
    here = {field: field if on_page is None or field in on_page else "" for field in faults}
    return [(here[field], field_name(field, matter, language), text) for field, text in faults.items()]


def field_name(field: str, matter: Mapping[str, Any], language: str) -> str:
    """What the form calls that field."""
    _ = catalogue("central", "site", language).gettext
    names = {
        "name": _("Name"),
        "id_type": _("Kind of document"),
        "id_number": _("Number of the document"),
        "phone": _("Mobile number"),
        "email": _("E-mail"),
        "flags": _("Help you need"),
        "priority_class": _("Priority"),
        "detail": _("What it is about"),
        "consent": _("Consent"),
        "slot": _("Time"),
        "reason": _("Reason"),
        "code": _("Booking code"),
        "tail": _("Last four digits of the telephone number"),
    }
    asked = {one.field: one.text for one in questions(matter, language)} if matter else {}
    return names.get(field) or asked.get(field) or field
