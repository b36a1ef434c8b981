"""The booking rules in words: of all halls, or a hall's own; who changed them when, and changing one sentence."""

from typing import Any
from urllib.parse import urlencode

import anyio.to_thread
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import get_timezone, lazy_gettext
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central.audit import Actor
from central.booking import opening, ruling
from central.booking.offer import rules_of
from central.booking.rules import BookingRules, parse
from central.console import shown
from central.console.booking import common_rules, forms, rule_changes
from central.console.booking.page import BookingPage, halls, sentence
from central.console.booking.teller import Teller, day_words
from central.console.chosen import hall_of
from central.console.who import ConsoleUser, current_user
from central.errors import CentralError

KEPT = 20
"""Versions shown."""


class BookingRulesPage(BookingPage):
    """`/booking-rules?hall=`; without a hall those of all. A POST changes the rules of one sentence; at `…/common` a
    hall with its own follows those of all again, after it was shown what that means."""

    menu_label = lazy_gettext("Booking rules")
    icon = "fa-solid fa-scale-unbalanced"
    path = "/booking-rules"
    route_name = "booking-rules"

    @route("")
    async def index(self, request: Request) -> Response:
        """The sentences."""
        return await self._show(request, request.query_params.get("hall", ruling.ALL))

    @route("", methods=["POST"], name="change-booking-rules")
    async def change(self, request: Request) -> Response:
        """`usual`: back to the default."""
        form, user = await request.form(), current_user(request)
        hall = forms.text(form, "hall")
        if not _may(user, hall):
            raise HTTPException(403, _("Your roles do not let you change these rules."))
        try:
            await anyio.to_thread.run_sync(self._change, hall, form, user.actor)
        except CentralError as error:
            return await self._show(request, hall, form, error)
        flash(request, _("The rules are changed; slots not yet sold follow them."), "success")
        return self.back(request, "booking-rules", urlencode({"hall": hall}))

    @route("/common", name="common-rules")
    async def common(self, request: Request) -> Response:
        """What following the rules of all halls would mean."""
        hall = request.query_params.get("hall", "")
        self._require(current_user(request), hall)
        return await self._outlook(request, hall)

    @route("/common", methods=["POST"], name="follow-common-rules")
    async def follow(self, request: Request) -> Response:
        """The hall follows them."""
        form, user = await request.form(), current_user(request)
        hall = forms.text(form, "hall")
        self._require(user, hall)
        try:
            await anyio.to_thread.run_sync(self._follow, hall, _stamp(form), user.actor)
        except CentralError as error:
            return await self._outlook(request, hall, error)
        flash(request, _("The hall follows the rules of all halls; slots not yet sold follow them."), "success")
        return self.back(request, "booking-rules", urlencode({"hall": hall}))

    def _require(self, user: ConsoleUser, hall: str) -> None:
        if not hall or not _may(user, hall):
            raise HTTPException(403, _("Your roles do not let you change these rules."))

    def _follow(self, hall: str, seen: int, by: Actor) -> None:
        with self.desk.working(by, staff=True) as work:
            ruling.follow_all(work, hall, seen)
        self._reopen()

    def _reopen(self) -> None:
        self.desk.offers.forget()
        opening.open_all(self.desk.engine, self.desk.offers, self.desk.wall())

    async def _outlook(self, request: Request, hall: str, error: CentralError | None = None) -> Response:
        def look(session: Session) -> dict[str, Any]:
            known = hall_of(halls(session, current_user(request), "rules.edit"), hall)
            connection = session.connection()
            if error is None and not ruling.has_own(connection, hall):
                raise HTTPException(404, _("This hall has no rules of its own."))
            return {
                "hall": known,
                "out": common_rules.outlook(connection, self.desk, hall),
                "own": ruling.version(connection, hall),
                "tell": Teller(session),
            }

        context = await self.read(look) | {"fault": sentence(error) if error else "", "day_words": day_words}
        return self.page(request, "rules_common.html", context, refused=error is not None)

    def _change(self, hall: str, form: FormData, by: Actor) -> None:
        asked = {name: forms.text(form, name) for name in BookingRules.__struct_fields__ if form.get(name) is not None}
        if forms.text(form, "usual"):
            asked = {name: _text(getattr(rule_changes.DEFAULTS, name)) for name in asked}
        with self.desk.working(by, staff=True) as work:
            rules = rule_changes.changed(rules_of(work.connection, hall)[0], asked)
            ruling.put(work, hall, rules, _stamp(form))
        self._reopen()

    async def _show(
        self, request: Request, hall: str, form: FormData | None = None, error: CentralError | None = None
    ) -> Response:
        user = current_user(request)

        def look(session: Session) -> dict[str, Any]:
            known = halls(session, user, "book.see")
            if hall != ruling.ALL and hall not in {one.id for one in known}:
                raise HTTPException(404, _("There is no hall %(id)s.") % {"id": hall[:40]})
            connection = session.connection()
            rules, own = rules_of(connection, hall)[0], ruling.version(connection, hall)
            return {
                "halls": known,
                "lines": rule_changes.lines(rules),
                "own": own,
                "has_own": ruling.has_own(connection, hall),
                "versions": _versions(session, hall),
            }

        context = await self.read(look)
        context |= {
            "hall": hall,
            "values": form if form is not None else {},
            "faults": {error.field or "rules": sentence(error)} if error is not None else {},
            "focus": error.field if error is not None else "",
            "may_change": _may(user, hall),
            "moment": lambda at: shown.moment(at, get_timezone(), seconds=False),
        }
        return self.page(request, "rules.html", context, refused=error is not None)


def _may(user: ConsoleUser, hall: str) -> bool:
    """Those of all halls only who works for all of them."""
    return user.may("rules.edit", hall) if hall else user.may("rules.edit") and not user.staff.halls


def _stamp(form: FormData) -> int:
    """The version somebody saw; -1 for what is none."""
    seen = forms.text(form, "stamp")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _versions(session: Session, hall: str) -> list[tuple[Any, list[str]]]:
    """Each with what it changed; the first one against the defaults."""
    rows = ruling.versions(session.connection(), hall, KEPT + 1)
    rules = [parse(row.rules) for row in rows]
    before = [*rules, BookingRules()][1:]
    return [(row, rule_changes.changes(old, now)) for row, now, old in zip(rows, rules, before, strict=True)][:KEPT]
