"""The calling rules of a hall in words: those in force, since when and by whom, those before; and changing one."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

import anyio.to_thread
import msgspec
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.i18n import get_timezone, lazy_gettext
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central import audit
from central.audit import Actor
from central.clock import wall_ms
from central.console import codes, reach, shown
from central.console.language import said
from central.console.rules import query, words
from central.console.rules.query import HallRules
from central.console.telling_page import TellingPage
from central.console.who import current_user
from central.db.engine import writing
from central.db.tables import Hall
from central.errors import Invalid, Refused
from central.ingest import orders
from central.people.scope import Staff
from contract import directives as d
from contract.catalogue import Rules

NOT_RULES = ("hall", "stamp", "csrftoken", "usual")


class RulesPage(TellingPage):
    """`/rules?hall=`; a POST there changes the rules of one sentence. Only those with the right can."""

    menu_label = lazy_gettext("Rules")
    icon = "fa-solid fa-scale-balanced"
    path = "/rules"
    route_name = "rules"

    @route("")
    async def index(self, request: Request) -> Response:
        """The page."""
        asked, staff = request.query_params.get("hall"), current_user(request).staff
        hall, halls, found = await anyio.to_thread.run_sync(_read, request.state.session, staff, asked)
        context: dict[str, Any] = {"halls": halls, "hall": hall, "found": found, "said": said, "now": wall_ms()}
        if found is not None:
            context |= _context(found) | {
                "may_change": current_user(request).may("rules.edit", hall.id if hall else None) and not found.newer
            }
        return self.show(request, "rules/rules.html", context)

    @route("", methods=["POST"], name="change-rules")
    async def change(self, request: Request) -> Response:
        """Tells the hall its rules with some changed; the outcome comes with its events."""
        user = current_user(request)
        form = await request.form()
        hall = str(form.get("hall") or "")
        if not user.may("rules.edit", hall):
            raise HTTPException(403, _("Your roles do not let you change this hall's rules."))
        issue = partial(self._issue, hall, form, user.actor)
        back = self.back(request, "rules", urlencode({"hall": hall}))
        return await self.tell(request, issue, back, _("The rules are on their way; the outcome is shown below."))

    def _issue(self, hall: str, form: FormData, by: Actor) -> None:
        with Session(writing(self._engine)) as session, session.begin():
            found = query.of_hall(session, hall)
            if found is None:
                raise Refused(_("This hall has not told its rules yet: it must have been connected once."), "hall")
            rules = _asked(found, form)
            now, (before, after) = wall_ms(), audit.changed(*map(msgspec.structs.asdict, (found.base, rules)))
            orders.issue(session.connection(), hall, d.RulesChanged(rules), by=by.name, at=now)
            audit.record(session.connection(), by, "rules.changed", "hall", hall, at=now, before=before, after=after)


def _asked(found: HallRules, form: FormData) -> Rules:
    """The rules that are to hold. Raises Refused, or Invalid with every rule that cannot be so."""
    if found.newer:
        raise Refused(_("This hall's software is newer than the centre's: its rules are changed at the hall."), "hall")
    if form.get("stamp") != found.stamp:
        raise Refused(_("The rules have changed meanwhile: look at them again."), "stamp")
    asked = {name: str(text) for name, text in form.items() if name in Rules.__struct_fields__}
    if not asked or set(form) - set(NOT_RULES) - set(asked):
        raise HTTPException(400, _("There is no such rule."))
    if form.get("usual"):
        usual = {name: getattr(words.DEFAULTS, name) for name in asked}
        rules = msgspec.structs.replace(found.base, **usual)
    else:
        try:
            rules = words.changed(found.base, asked)
        except ValueError as error:
            raise Invalid(str(error), "rules") from error
    wrong = list(words.complaints(rules, found.catalogue))
    if wrong:
        raise Invalid(" ".join(wrong), "rules")
    if rules == found.base:
        raise Refused(_("Nothing is changed by this."), "rules")
    return rules


def _context(found: HallRules) -> dict[str, Any]:
    now, before = found.versions[0], found.versions[1:]
    pairs = zip(found.versions, (*before, None), strict=True)
    return {
        "lines": words.lines(now.rules, found.base, found.catalogue),
        "coming": words.changes(now.rules, found.coming, found.catalogue) if found.coming else [],
        "versions": [
            (one, words.changes(old.rules, one.rules, found.catalogue) if old else None) for one, old in pairs
        ][: query.BEFORE],
        "moment": lambda at: shown.moment(at, get_timezone()),
        "by": _by,
        "outcomes": dict(codes.OUTCOME),
        "colours": codes.OUTCOME_COLOURS,
    }


def _by(who: str | None) -> str:
    if who is None:
        return _("by the hall's file")
    return _("by the centre, told again") if who == "snapshot" else _("by %(who)s") % {"who": who}


def _read(session: Session, staff: Staff, asked: str | None) -> tuple[Hall | None, list[Hall], HallRules | None]:
    halls = reach.halls(session, staff)
    hall = next((one for one in halls if one.id == asked), None)
    if hall is None and asked:
        raise HTTPException(404, _("There is no hall %(id)s.") % {"id": asked})
    hall = hall or (halls[0] if halls else None)
    return hall, halls, query.of_hall(session, hall.id) if hall else None
