"""The booking that is open in a browser; and how one is opened: by its code and the phone's last four digits (F50)."""

from math import ceil
from typing import Any, NamedTuple

import msgspec
from fastapi import Request, Response
from sqlalchemy import Row

from central.audit import Actor
from central.booking import life
from central.booking.desk import Who
from central.booking.sentences import BookingRefused
from central.guesses import Guesses, TooManyTries
from central.site import entries, ids
from central.site.form import Form
from central.site.front import Front, NotOpened, asked_language, client, wait
from central.site.visit import Visit
from contract.booking_code import tidy
from words import catalogue

_ = str  # marks sentences for the catalogue
CLOSED = _("The booking was closed here meanwhile. What you wrote is kept: give its code and digits to go on.")
ANOTHER = _("Another booking was opened in this browser meanwhile. Give the code of the one that this is for.")

NO_CODE = _("Fill in the booking code.")
NO_TAIL = _("Fill in the last four digits of the telephone number.")


class Wrong(NamedTuple):
    """Why nothing was opened, and beside which field it is said. `wait_s`: how long nothing will be."""

    sentence: str
    status: int = 404
    wait_s: float = 0.0
    field: str = "code"


class Opening:
    """`guesses`: those of other ways count too."""

    def __init__(self, front: Front, guesses: Guesses) -> None:
        self._front, self._guesses = front, guesses

    def shown(self, request: Request) -> tuple[Visit, Row[Any]]:
        """The visit, from now on open for its full time again, and the booking. Raises NotOpened."""
        visit, now = self._front.visit(request), self._front.now()
        if not (visit.booking and visit.proven(now)):
            raise NotOpened
        return msgspec.structs.replace(visit, proved_at=now), self._front.desk.find(Who(visit.booking))

    def changeable(self, request: Request) -> tuple[Visit, Row[Any]]:
        """As `shown`, before a form that changes the booking; one that is over says so on its own page.

        Raises NotOpened.
        """
        visit, booking = self.shown(request)
        if booking.status not in life.OPEN:
            raise NotOpened
        return visit, booking

    def sent(self, request: Request, form: Form) -> tuple[Visit, Row[Any]]:
        """As `shown`, for a form that was made while that booking was open. Where it is open no more, code and digits
        are asked for and what was typed waits in that form. Raises NotOpened."""
        visit, about = self._front.visit(request), self._front.visits.about(form.text("form"))
        asked = bool(form.all("code"))
        if not asked and visit.proven(self._front.now()) and visit.booking and about in ("", visit.booking):
            return self.shown(request)
        if not asked or form.unsent:
            sentence = ANOTHER if about and visit.booking not in ("", about) else CLOSED
            status = 200 if form.unsent else 403
            raise NotOpened(self.ask(request, visit, form, Wrong(self._say(request, sentence), status, field="")))
        found = self.prove(request, form)
        if isinstance(found, Wrong):
            raise NotOpened(self.ask(request, visit, form, found))
        return visit.proving(self._front.now(), booking=found.code), found

    def prove(self, request: Request, form: Form) -> Row[Any] | Wrong:
        """The booking of the fields `code` and `tail`. Unknown and wrong have one answer, after the same time."""
        code, tail = tidy(form.text("code"))[:64], form.text("tail").strip()[:20]
        language = asked_language(request)
        for field, given, sentence in (("code", code, NO_CODE), ("tail", tail, NO_TAIL)):
            if not given:
                return Wrong(self._say(request, sentence), 422, field=field)
        try:
            found = self._guesses.tried(code, client(request), lambda: self._found(code, tail))
        except TooManyTries as error:
            return Wrong(too_many(error, language), 429, error.wait_s)
        return Wrong(BookingRefused("not_found", "code").said(language)) if found is None else found

    def ask(self, request: Request, visit: Visit, form: Form, wrong: Wrong | None = None) -> Response:
        """The form that opens a booking, with what was typed into it, or into the one that was sent instead of it."""
        kept = form.others("form", "code", "tail", "lang")
        faults = {} if wrong is None else {wrong.field: wrong.sentence}
        page = self._front.page(
            request,
            "mine_ask.html",
            200 if wrong is None else wrong.status,
            visit=visit,
            typed=request.url.path if kept else "/b",
            kept=kept,
            code=form.text("code")[:64],
            tail=form.text("tail")[:20],
            faults=entries.named(faults, {}, asked_language(request)),
        )
        return wait(page, wrong.wait_s) if wrong is not None and wrong.wait_s else page

    def _found(self, code: str, tail: str) -> Row[Any] | None:
        """No digits prove nothing."""
        if not (ids.sound(code) and tail):
            return None
        try:
            return self._front.desk.find(Who(code, tail))
        except BookingRefused:
            return None

    def _say(self, request: Request, sentence: str) -> str:
        return catalogue("central", "site", asked_language(request)).gettext(sentence)


def customer(visit: Visit) -> Actor:
    """In the audit trail."""
    return Actor("customer", visit.channel)


def too_many(error: TooManyTries, language: str) -> str:
    """Of the limit that holds: that of the code, or that of everybody behind the same address."""
    minutes = ceil(error.wait_s / 60)
    say = catalogue("central", "site", language)
    of_code = say.ngettext(
        "Too many wrong tries of this code. Try again in {n} minute, or call the hall.",
        "Too many wrong tries of this code. Try again in {n} minutes, or call the hall.",
        minutes,
    )
    of_address = say.ngettext(
        "Too many wrong tries from your connection. Try again in {n} minute, or call the hall.",
        "Too many wrong tries from your connection. Try again in {n} minutes, or call the hall.",
        minutes,
    )
    return (of_code if error.of_code else of_address).format(n=minutes)
