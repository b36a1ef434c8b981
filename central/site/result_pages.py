"""`/results`: an electronic result notice (S0-42), found by its code and the phone's last four digits."""

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from sqlalchemy import Row

from central import links
from central.booking.desk import Who
from central.guesses import Guesses, TooManyTries
from central.site import enotices, ids, moments
from central.site.form import Form, Sent
from central.site.front import Front, asked_language, client, wait
from central.site.opened import too_many
from central.site.texts import said
from central.site.visit import Visit
from contract.booking_code import tidy
from words import catalogue


class ResultPages:
    def __init__(self, front: Front, guesses: Guesses) -> None:
        self._front, self._guesses = front, guesses

    def routes(self) -> APIRouter:
        routes = self._front.routes()
        options: dict[str, Any] = {"response_model": None}
        routes.add_api_route("/results", self.show, methods=["GET", "HEAD"], **options)
        routes.add_api_route("/results", self.look_up, methods=["POST"], **options)
        routes.add_api_route(links.enotice("{code}"), self.linked, methods=["GET", "HEAD"], **options)
        return routes

    def show(self, request: Request) -> Response:
        visit, now = self._front.visit(request), self._front.now()
        engine = self._front.desk.engine
        found = enotices.find(engine, visit.notice) if visit.notice and visit.proven(now) else None
        if found is None:
            return self._ask(request, visit, Form([]))
        language, offer = asked_language(request), self._front.desk.offer(found.hall)
        return self._front.page(
            request,
            "result.html",
            visit=msgspec.structs.replace(visit, proved_at=now),
            notice=enotices.read(engine, [found], language, now)[0],
            when=moments.moment(found.at, offer.times.zone, language),
            hall=said(offer.name, language),
            phone=offer.phone,
            matter=said(offer.matters.get(found.matter or "", {}).get("name"), language),
        )

    def linked(self, request: Request, code: str) -> Response:
        return self._ask(request, self._front.visit(request), Form([("code", tidy(code)[:20])]))

    def look_up(self, request: Request, form: Sent) -> Response:
        visit, language = self._front.visit(request), asked_language(request)
        if form.unsent:
            return self._ask(request, visit, form)
        if stale := self._front.stale(request, visit, form):
            return self._ask(request, visit, form, {"": stale}, 403)
        code, tail = tidy(form.text("code"))[:64], form.text("tail").strip()[:20]
        try:
            found = self._guesses.tried(code, client(request), lambda: self._proven(code, tail))
        except TooManyTries as error:
            return wait(self._ask(request, visit, form, {"code": too_many(error, language)}, 429), error.wait_s)
        if found is None:
            wrong = catalogue("central", "site", language).gettext(
                "No notice has this code and these last four digits of the telephone number."
            )
            return self._ask(request, visit, form, {"code": wrong}, 404)
        return self._front.go(request, "/results", visit.proving(self._front.now(), notice=found.code))

    def _ask(
        self, request: Request, visit: Visit, form: Form, wrong: Mapping[str, str] | None = None, status: int = 200
    ) -> Response:
        """`wrong`: field to sentence."""
        name = catalogue("central", "site", asked_language(request)).gettext("Code of the notice")
        return self._front.page(
            request,
            "result_ask.html",
            status,
            typed="/results",
            visit=visit,
            code=form.text("code")[:64],
            tail=form.text("tail")[:20],
            faults=[(field, name if field else "", text) for field, text in (wrong or {}).items()],
        )

    def _proven(self, code: str, tail: str) -> Row[Any] | None:
        found = enotices.find(self._front.desk.engine, code) if ids.sound(code) and tail else None
        return found if found is not None and Who(found.booking_code, tail).proves(found.phone_masked) else None
