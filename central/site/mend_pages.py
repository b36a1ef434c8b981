"""`/b/mend`: a returned application (S0-24). Only what is faulty is asked again; the rest is kept as it was given."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from sqlalchemy import Row

from central.booking.application import Application
from central.booking.desk import Who
from central.booking.sentences import SENTENCES, BookingRefused, Fault
from central.booking.written import DETAILS, Details
from central.site import choosing, entries, moments
from central.site.entries import Entries
from central.site.form import Form, Sent
from central.site.front import Front, asked_language
from central.site.opened import Opening, customer
from central.site.visit import Visit
from contract.person import Person
from identity_numbers import dialled

Faults = Sequence[Mapping[str, str]]


class MendPages:
    def __init__(self, front: Front, opening: Opening) -> None:
        self._front, self._opening = front, opening

    def routes(self) -> APIRouter:
        routes = self._front.routes()
        options: dict[str, Any] = {"response_model": None}
        routes.add_api_route("/b/mend", self.ask, methods=["GET", "HEAD"], **options)
        routes.add_api_route("/b/mend", self.mend, methods=["POST"], **options)
        return routes

    def ask(self, request: Request) -> Response:
        visit, booking = self._opening.shown(request)
        if booking.status != "returned":
            return self._front.go(request, "/b", visit)
        person, written = self._kept(booking)
        wrote = Entries(name=person.name, email=person.email, detail=written.text, answers=written.answers)
        return self._ask(request, visit, booking, wrote)

    def mend(self, request: Request, form: Sent) -> Response:
        """What is still faulty is asked once more, as long as the deadline allows."""
        visit, booking = self._opening.sent(request, form)
        if form.unsent:
            return self._ask(request, visit, booking, entries.entries(form))
        if stale := self._front.stale(request, visit, form):
            return self._ask(request, visit, booking, entries.entries(form), [{"field": "", "text": stale}], 403)
        person, written = self._kept(booking)
        asked = _application(booking, person, written, form)
        try:
            now = self._front.desk.resubmit(Who(booking.code), asked, customer(visit))
        except BookingRefused as refused:
            fault = {"field": refused.field or "", "text": refused.said(asked_language(request))}
            return self._ask(request, visit, booking, entries.entries(form), [fault], refused.status)
        if now.status == "returned":
            return self._ask(request, visit, now, entries.entries(form), None, 422)
        return self._front.go(request, "/b", msgspec.structs.replace(visit, told="mended"))

    def _kept(self, booking: Row[Any]) -> tuple[Person, Details]:
        vault = self._front.desk.vault
        person = vault.person(booking.person, booking.person_kid)
        written = vault.open(booking.detail, booking.person_kid, DETAILS)
        return person, msgspec.json.decode(written, type=Details)

    def _ask(
        self, request: Request, visit: Visit, booking: Row[Any], wrote: Entries, more: Faults | None = None,
        status: int = 200,
    ) -> Response:  # fmt: skip
        """`more`: what is wrong with what was just sent, beside what the booking was returned for."""
        language, offer = asked_language(request), self._front.desk.offer(booking.hall)
        matter = offer.matter(booking.matter)
        asked = {one["field"] for one in booking.faults}
        return self._front.page(
            request,
            "mine_mend.html",
            status,
            typed=request.url.path,
            visit=visit,
            booking=booking,
            faults=entries.named(_said(booking, more or (), language), matter, language, asked),
            asked=asked,
            wrote=wrote,
            place=choosing.place(offer, booking, language),
            deadline=moments.moment(booking.deadline, offer.times.zone, language) if booking.deadline else "",
            **entries.choices(offer, matter, language),
        )


def _said(booking: Row[Any], more: Faults, language: str) -> dict[str, str]:
    """Field to sentence, in the reader's language where it is one of ours; the newest word on a field counts."""
    found = {}
    for one in (*booking.faults, *more):
        ours = SENTENCES.get(one.get("why", ""), "")
        plain = ours and "{" not in ours
        found[one["field"]] = Fault(one["field"], one["why"], ours).said(language) if plain else one["text"]
    return found


def _application(booking: Row[Any], person: Person, written: Details, form: Form) -> Application:
    """The faulty fields as they were sent now, all others as they are kept."""
    faulty = {one["field"].partition(".")[0] for one in booking.faults}
    sent = entries.entries(form)
    mended: dict[str, Any] = {field: getattr(sent, field) for field in faulty & set(Entries.__struct_fields__)}
    if "id_number" in faulty:
        mended["id_type"] = sent.id_type
    if "answers" in faulty:
        mended["answers"] = written.answers | dict(sent.answers)
    kept = Application(
        hall=booking.hall,
        matter=booking.matter,
        slot=booking.slot,
        name=person.name,
        phone=dialled(person.phone),
        email=person.email,
        id_type=person.id_type or "resident-id",
        id_number=person.id_number,
        detail=written.text,
        answers=written.answers,
        flags=tuple(booking.flags),
        priority_class=booking.priority_class,
        language=booking.language,
        openid=person.openid,
        ref=booking.channel_ref,
    )
    return msgspec.structs.replace(kept, **mended)
