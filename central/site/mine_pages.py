"""`/b`: a booking is looked up by its code and the phone's last four digits, then shown; and cancelled."""

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from sqlalchemy import Row

from central import links
from central.booking.desk import Who
from central.booking.sentences import BookingRefused
from central.notices.facts import Masters
from central.notices.ics import calendar_file
from central.site import choosing, enotices, entries, guide, mine_query, mine_said, moments, qr
from central.site.form import Form, Sent
from central.site.front import HEADERS, Front, asked_language
from central.site.opened import Opening, Wrong, customer
from central.site.texts import said
from central.site.visit import Visit
from contract.booking_code import grouped, tidy


class MinePages:
    def __init__(self, front: Front, opening: Opening) -> None:
        self._front, self._opening = front, opening

    def routes(self) -> APIRouter:
        routes = self._front.routes()
        options: dict[str, Any] = {"response_model": None}
        routes.add_api_route("/b", self.show, methods=["GET", "HEAD"], **options)
        routes.add_api_route("/b", self.look_up, methods=["POST"], **options)
        routes.add_api_route("/b/calendar.ics", self.calendar, methods=["GET", "HEAD"], **options)
        routes.add_api_route("/b/leave", self.leave, methods=["POST"], **options)
        routes.add_api_route("/b/cancel", self.ask_cancel, methods=["GET", "HEAD"], **options)
        routes.add_api_route("/b/cancel", self.cancel, methods=["POST"], **options)
        return routes

    def link(self) -> APIRouter:
        """`/b/{code}`, the address in a message; added after all others below /b."""
        routes = self._front.routes()
        routes.add_api_route("/b/{code}", self.linked, methods=["GET", "HEAD"], response_model=None)
        return routes

    def show(self, request: Request) -> Response:
        """The booking that is open in this browser, or the form that opens one."""
        visit = self._front.visit(request)
        if not (visit.booking and visit.proven(self._front.now())):
            return self._opening.ask(request, visit, Form([]))
        booking = self._front.desk.find(Who(visit.booking))
        return self._show(request, visit, booking)

    def linked(self, request: Request, code: str) -> Response:
        """The address in a message names the booking; it is proven all the same."""
        visit, named = self._front.visit(request), tidy(code)[:20]
        if visit.booking == named and visit.proven(self._front.now()):
            return self._front.go(request, "/b", visit)
        return self._opening.ask(request, visit, Form([("code", named)]))

    def look_up(self, request: Request, form: Sent) -> Response:
        visit = self._front.visit(request)
        if form.unsent:
            return self._opening.ask(request, visit, form)
        if stale := self._front.stale(request, visit, form):
            return self._opening.ask(request, visit, form, Wrong(stale, 403, field=""))
        found = self._opening.prove(request, form)
        if isinstance(found, Wrong):
            return self._opening.ask(request, visit, form, found)
        return self._front.go(request, "/b", visit.proving(self._front.now(), booking=found.code))

    def leave(self, request: Request, form: Sent) -> Response:
        """The next one at this device sees nothing of it."""
        visit = self._front.visit(request)
        self._front.key(visit, form.text("form"))
        return self._front.go(request, "/", visit.leaving())

    def calendar(self, request: Request) -> Response:
        """The appointment, for the customer's own calendar."""
        _visit, booking = self._opening.shown(request)
        offer = self._front.desk.offer(booking.hall)
        matter = offer.matters.get(booking.matter or "", {})
        masters = Masters(
            hall=offer.name, address=offer.address, hall_phone=offer.phone, timezone=offer.times.zone.key,
            matter=matter.get("name", {}), notes=matter.get("notes", {}),
        )  # fmt: skip
        link = str(request.url.replace(path=links.booking(booking.code), query="", fragment=""))
        facts = {"code": booking.code, "starts_at": booking.starts_at, "ends_at": booking.ends_at, "link": link}
        file = calendar_file(facts, masters, asked_language(request), at=self._front.now(), revision=booking.rev)
        named = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
        return Response(file, media_type="text/calendar; charset=utf-8", headers={**HEADERS, **named})

    def ask_cancel(self, request: Request, fm: str = "") -> Response:
        visit, booking = self._opening.changeable(request)
        return self._ask_cancel(request, visit, booking, fm == "1", "")

    def cancel(self, request: Request, form: Sent) -> Response:
        """S0-21; hindered by force majeure, at any time (S0-53)."""
        visit, booking = self._opening.sent(request, form)
        hindered, reason = form.text("fm") == "1", form.text("reason")
        if form.unsent:
            return self._ask_cancel(request, visit, booking, hindered, reason)
        if stale := self._front.stale(request, visit, form):
            return self._ask_cancel(request, visit, booking, hindered, reason, {"": stale}, 403)
        try:
            self._front.desk.cancel(
                Who(booking.code), customer(visit), reason=reason, reason_code="FM" if hindered else "customer"
            )
        except BookingRefused as refused:
            faults = {refused.field or "": refused.said(asked_language(request))}
            return self._ask_cancel(request, visit, booking, hindered, reason, faults, refused.status)
        return self._front.go(request, "/b", msgspec.structs.replace(visit, told="cancelled"))

    # ---------------------------------------------------------------------------

    def _show(self, request: Request, visit: Visit, booking: Row[Any]) -> Response:
        language, now = asked_language(request), self._front.now()
        offer = self._front.desk.offer(booking.hall)
        zone, about = offer.times.zone, mine_query.about(self._front.desk.engine, booking)
        matter = offer.matters.get(booking.matter or "")
        notices = enotices.read(self._front.desk.engine, about.notices, language, now)
        return self._front.page(
            request,
            "mine.html",
            visit=msgspec.structs.replace(visit, told="", proved_at=now),
            told=mine_said.told(visit.told, language),
            booking=booking,
            code=grouped(booking.code),
            picture=qr.picture(booking.code),
            standing=mine_said.standing(booking, zone, language),
            may=mine_said.may(booking, offer, about.change_waits, now),
            place=choosing.place(offer, booking, language),
            hall=offer,
            guide=guide.guide(matter, offer.materials, language) if matter else None,
            change=about.change,
            change_matter=said(offer.matters.get(about.change.matter, {}).get("name"), language)
            if about.change
            else "",
            notices=[(one, moments.moment(one.at, zone, language)) for one in notices],
            history=mine_said.history(about.trail, zone, language),
        )

    def _ask_cancel(
        self, request: Request, visit: Visit, booking: Row[Any], hindered: bool, reason: str,
        faults: Mapping[str, str] | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        offer, language = self._front.desk.offer(booking.hall), asked_language(request)
        return self._front.page(
            request,
            "mine_cancel.html",
            status,
            typed=request.url.path,
            visit=visit,
            booking=booking,
            hindered=hindered,
            reason=reason,
            faults=entries.named(faults or {}, {}, language, ("reason",)),
            place=choosing.place(offer, booking, language),
        )
