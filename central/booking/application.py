"""PURE. An application as it comes in, and its automatic check (自动初审, S0-22): complete, and each entry possible."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from central.booking.rules import BookingRules
from central.booking.sentences import Fault, fault, number_fault
from central.ingest.words import clean
from contract.person import Person
from identity_numbers import Examined, NumberError, examine, kinds, phone_digits

FLAGS = ("elderly", "disabled", "interpreter")
"""Customers who are called again (confirm.phone.customer_flags); elderly is also seen from the identity number."""
ID_TYPES = tuple(kind.id for kind in kinds() if kind.of != "staff")
_ORGANISATIONS = frozenset(kind.id for kind in kinds() if kind.of == "organisation")
LONGEST_DETAIL = 2000
LONGEST_ANSWER = 500
LONGEST_NAME = 60
_EMAIL = re.compile(r"[^@\s<>\"',;\x00-\x1f\x7f]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")
_IN_NAMES = frozenset(" ·•．.・‧'’-‐()（）,，")
"""Beside letters and their marks: the dots of minority names, and what stands in names from abroad."""


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants, in their own words; nothing of it is trusted. `slot`: id of a slot."""

    hall: str
    matter: str
    slot: str
    name: str = ""
    phone: str = ""
    email: str = ""
    id_type: str = "resident-id"
    id_number: str = ""
    detail: str = ""
    answers: dict[str, str] = {}
    """Question id to answer."""
    flags: tuple[str, ...] = ()
    priority_class: str | None = None
    language: str = "zh"
    openid: str = ""
    ref: str = ""
    """Call id of the hotline, or the partner's own number."""
    readback: bool = False
    began_at: int | None = None
    """Assisted channels: when the call or the talk began, ms."""


class Examination(msgspec.Struct, frozen=True):
    """`person` holds what could be read, normalised; `identity` None where the number cannot be right."""

    person: Person
    identity: Examined | None
    flags: tuple[str, ...]
    faults: tuple[Fault, ...]

    def faulty(self, field: str) -> bool:
        return any(one.field == field for one in self.faults)


def examination(
    asked: Application, matter: Mapping[str, Any], rules: BookingRules, today: date, slot_day: date
) -> Examination:
    """`matter`: a row of `matters` (detail_required, questions). Faults in the order of the form."""
    faults: list[Fault] = []
    name = " ".join(asked.name.split())
    if not name:
        faults.append(fault("name", "name_missing"))
    elif len(name) > LONGEST_NAME or not _is_name(name, asked.id_type):
        faults.append(fault("name", "name_strange"))
    identity = _identity(asked, today, faults)
    phone = _phone(asked.phone, faults)
    email = _email(asked.email.strip(), rules, faults)
    faults += _details(asked, matter)
    faults += [fault("flags", "flag_unknown", flag=clean(one, 20)) for one in asked.flags[:10] if one not in FLAGS]
    person = Person(
        name=clean(
            "".join(sign for sign in name if sign.isprintable()), LONGEST_NAME
        ),  # none that turns the text round
        phone=phone,
        email=email,
        id_type=identity.id_type if identity else "",
        id_number=identity.number if identity else "",
        openid=clean(asked.openid, 64),
    )
    flags = tuple(
        flag for flag in FLAGS if flag in asked.flags or (flag == "elderly" and _old(identity, slot_day, rules))
    )
    return Examination(person, identity, flags, tuple(faults))


def _is_name(text: str, id_type: str) -> bool:
    """Letters of any script (〇 counts as one), and no sign a spreadsheet or a page could take for its own.

    An organisation may have figures in its name too.
    """
    kinds = {unicodedata.category(sign) for sign in text if sign not in _IN_NAMES}
    if id_type in _ORGANISATIONS:
        kinds -= {"Nd"}
    return bool(kinds) and text[0] != "-" and all(kind[0] in "LM" or kind == "Nl" for kind in kinds)


def _identity(asked: Application, today: date, faults: list[Fault]) -> Examined | None:
    if not asked.id_number.strip():
        faults.append(fault("id_number", "id_missing"))
        return None
    try:
        found = examine(asked.id_type, asked.id_number, today)
    except NumberError as error:
        faults.append(number_fault(error.sentence))
        return None
    if found.id_type not in ID_TYPES:
        faults.append(fault("id_number", "id_missing"))
        return None
    return found


def _phone(text: str, faults: list[Fault]) -> str:
    if not text.strip():
        faults.append(fault("phone", "phone_missing"))
        return ""
    try:
        return phone_digits(text)
    except NumberError:
        faults.append(fault("phone", "phone_wrong"))
        return ""


def _email(text: str, rules: BookingRules, faults: list[Fault]) -> str:
    if not text and rules.email_required:
        faults.append(fault("email", "email_missing"))
    if text and (len(text) > 254 or not _EMAIL.fullmatch(text)):
        faults.append(fault("email", "email_wrong"))
        return ""
    return text


def _details(asked: Application, matter: Mapping[str, Any]) -> list[Fault]:
    found = []
    if matter["detail_required"] and not asked.detail.strip():
        found.append(fault("detail", "detail_missing"))
    if len(asked.detail) > LONGEST_DETAIL:
        found.append(fault("detail", "detail_long", most=LONGEST_DETAIL))
    questions: Sequence[Mapping[str, Any]] = matter["questions"]
    for question in questions:
        answer = asked.answers.get(question["id"], "").strip()
        if question.get("required") and not answer:
            found.append(fault(f"answers.{question['id']}", "answer_missing"))
        if answer and not _offered(question, answer):
            found.append(fault(f"answers.{question['id']}", "answer_unknown"))
        if len(answer) > LONGEST_ANSWER:
            found.append(fault(f"answers.{question['id']}", "answer_long", most=LONGEST_ANSWER))
    return found


def _offered(question: Mapping[str, Any], answer: str) -> bool:
    """One of the choices, where the question has any."""
    choices = question.get("choices") or ()
    return not choices or any(answer == one["id"] for one in choices)


def _old(identity: Examined | None, slot_day: date, rules: BookingRules) -> bool:
    if identity is None or identity.birth is None:
        return False
    birth = identity.birth
    age = slot_day.year - birth.year - ((slot_day.month, slot_day.day) < (birth.month, birth.day))
    return age >= rules.elderly_age
