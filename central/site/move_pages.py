"""`/b/move`, `/b/change`, `/b/hindrance`: another time, another matter, and what force majeure excuses (S0-53)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from sqlalchemy import Row

from central.booking import store
from central.booking.changing import FORCE_MAJEURE
from central.booking.desk import Who
from central.booking.offer import HallOffer
from central.booking.sentences import BookingRefused
from central.site import choosing, entries, guide, ids
from central.site.form import CHOSEN, Form, Sent
from central.site.front import Front, asked_language
from central.site.opened import Opening, customer
from central.site.texts import said
from central.site.visit import Visit

Faults = Mapping[str, str]
"""Field to sentence; under "" what is of no field."""


class MovePages:
    def __init__(self, front: Front, opening: Opening) -> None:
        self._front, self._opening = front, opening

    def routes(self) -> APIRouter:
        routes = self._front.routes()
        options: dict[str, Any] = {"response_model": None}
        routes.add_api_route("/b/hindrance", self.hindrance, methods=["GET", "HEAD"], **options)
        routes.add_api_route("/b/move", self.choose_time, methods=["GET", "HEAD"], **options)
        routes.add_api_route("/b/move", self.move, methods=["POST"], **options)
        routes.add_api_route("/b/change", self.choose_matter, methods=["GET", "HEAD"], **options)
        routes.add_api_route("/b/change", self.change, methods=["POST"], **options)
        return routes

    def hindrance(self, request: Request) -> Response:
        """What is not counted against a customer, and the two ways from there."""
        visit, booking = self._opening.changeable(request)
        offer, language = self._front.desk.offer(booking.hall), asked_language(request)
        place = choosing.place(offer, booking, language)
        return self._front.page(request, "mine_hindrance.html", visit=visit, place=place, phone=offer.phone)

    # --- another time ----------------------------------------------------------

    def choose_time(self, request: Request, day: str = "", slot: str = "", fm: str = "") -> Response:
        visit, booking = self._opening.changeable(request)
        ids.require(slot=slot)
        hindered = fm == "1"
        if slot:
            return self._confirm_move(request, visit, booking, slot, hindered)
        return self._choices(request, visit, booking, "/b/move?fm=1&" if hindered else "/b/move?", booking.service, day)

    def move(self, request: Request, form: Sent) -> Response:
        visit, booking = self._opening.sent(request, form)
        slot, reason, hindered = form.text("slot"), form.text("reason"), form.text("fm") == "1"
        ids.require(slot=slot)
        if form.choosing is not None and not form.choosing[2]:
            return self._choices(request, visit, booking, "/b/move?", booking.service, form.choosing[1], form)
        if form.unsent or form.choosing:
            return self._confirm_move(request, visit, booking, slot, hindered, reason)
        if stale := self._front.stale(request, visit, form):
            return self._confirm_move(request, visit, booking, slot, hindered, reason, {"": stale}, 403)
        try:
            self._front.desk.move(
                Who(booking.code), slot, customer(visit), reason=reason,
                reason_code=FORCE_MAJEURE if hindered else "customer",
            )  # fmt: skip
        except BookingRefused as refused:
            faults = {refused.field or "": refused.said(asked_language(request))}
            return self._confirm_move(request, visit, booking, slot, hindered, reason, faults, refused.status)
        return self._front.go(request, "/b", msgspec.structs.replace(visit, told="moved"))

    def _confirm_move(
        self, request: Request, visit: Visit, booking: Row[Any], slot: str, hindered: bool, reason: str = "",
        faults: Faults | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        offer, language = self._front.desk.offer(booking.hall), asked_language(request)
        return self._front.page(
            request,
            "mine_move.html",
            status,
            typed=request.url.path,
            visit=visit,
            before=choosing.place(offer, booking, language),
            hindered=hindered,
            reason=reason,
            **self._time(offer, slot, faults or {}, language),
        )

    # --- another matter --------------------------------------------------------

    def choose_matter(self, request: Request, matter: str = "", day: str = "", slot: str = "") -> Response:
        visit, booking = self._opening.changeable(request)
        offer, language = self._front.desk.offer(booking.hall), asked_language(request)
        ids.require(matter=matter, slot=slot)
        if not matter:
            others = [one for one in offer.bookable() if one["id"] != booking.matter]
            return self._front.page(
                request, "mine_matter.html", visit=visit, groups=guide.by_type(others, language),
                now=said(offer.matters.get(booking.matter, {}).get("name"), language),
            )  # fmt: skip
        row = offer.matter(matter)
        if slot:
            return self._confirm_change(request, visit, booking, matter, slot)
        return self._choices(request, visit, booking, f"/b/change?matter={matter}&", row["service"], day)

    def change(self, request: Request, form: Sent) -> Response:
        """Staff look at it; until then the booking stands, and the new place is held (S0-48)."""
        visit, booking = self._opening.sent(request, form)
        matter, slot, reason = form.text("matter"), form.text("slot"), form.text("reason")
        ids.require(matter=matter, slot=slot)
        if form.choosing is not None and not form.choosing[2]:
            service, day = self._front.desk.offer(booking.hall).matter(matter)["service"], form.choosing[1]
            return self._choices(request, visit, booking, "/b/change?", service, day, form)
        if form.unsent or form.choosing:
            return self._confirm_change(request, visit, booking, matter, slot, reason)
        if stale := self._front.stale(request, visit, form):
            return self._confirm_change(request, visit, booking, matter, slot, reason, {"": stale}, 403)
        try:
            self._front.desk.ask_change(
                Who(booking.code), matter, slot, customer(visit), reason=reason, channel=visit.channel
            )
        except BookingRefused as refused:
            faults = {refused.field or "": refused.said(asked_language(request))}
            return self._confirm_change(request, visit, booking, matter, slot, reason, faults, refused.status)
        return self._front.go(request, "/b", msgspec.structs.replace(visit, told="asked"))

    def _confirm_change(
        self, request: Request, visit: Visit, booking: Row[Any], matter: str, slot: str, reason: str = "",
        faults: Faults | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        offer, language = self._front.desk.offer(booking.hall), asked_language(request)
        return self._front.page(
            request,
            "mine_change.html",
            status,
            typed=request.url.path,
            visit=visit,
            guide=guide.guide(offer.matter(matter), offer.materials, language),
            before=said(offer.matters.get(booking.matter, {}).get("name"), language),
            reason=reason,
            **self._time(offer, slot, faults or {}, language),
        )

    # ---------------------------------------------------------------------------

    def _choices(
        self, request: Request, visit: Visit, booking: Row[Any], address: str, service: str, day: str,
        form: Form | None = None,
    ) -> Response:  # fmt: skip
        """The days, or the times of one. `address`: of this page, for one more of its query. `form`: where a time is
        chosen anew, with what was typed so far."""
        offer, language, at = self._front.desk.offer(booking.hall), asked_language(request), self._front.now()
        day_name = choosing.day_name(day, language) if day else ""
        own = booking.slot if service == booking.service and address.startswith("/b/change") else ""
        with self._front.desk.engine.connect() as connection:
            days = choosing.days(connection, offer, service, at, language)
            times = choosing.times(connection, offer, service, day, at, language, own) if day else []
            checking = choosing.checking(connection, offer.hall)
        return self._front.page(
            request,
            "mine_choose.html",
            visit=visit,
            before=choosing.place(offer, booking, language),
            address=address,
            day_name=day_name,
            days=days,
            times=times,
            checking=checking,
            typed=request.url.path if form else None,
            kept=form.others(*CHOSEN) if form else None,
            chosen=[("matter", form.text("matter")), ("day", day)] if form else [],
        )

    def _time(self, offer: HallOffer, slot: str, faults: Faults, language: str) -> dict[str, Any]:
        """The time chosen (`after`), `others` where it cannot be had, `faults` by field. Raises BookingRefused."""
        with self._front.desk.engine.connect() as connection:
            found = store.slot(connection, slot)
            others: Sequence[Row[Any]] = ()
            if "slot" in faults:
                others = choosing.still_free(connection, offer, found.service, found.day, self._front.now())
        if found.hall != offer.hall:
            raise BookingRefused("slot_unknown", "slot")
        places = [choosing.place(offer, one, language) for one in (found, *others)]
        fields = ("slot", "reason") if others else ("reason",)
        return {
            "after": places[0],
            "others": places[1:],
            "faults": entries.named(faults, {}, language, fields),
        }
