"""Messages passed on to departments: written, followed, and closed when the customer knows."""

from typing import Any

import anyio.to_thread
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import get_locale, get_timezone, lazy_gettext
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central.clock import wall_ms
from central.console import day_query, shown
from central.console.language import said
from central.console.notices import alert_words, relay_words
from central.console.page import Page
from central.console.who import ConsoleUser, current_user
from central.db.engine import writing
from central.db.tables import Booking, Contact, Department, Relay, RelayTo
from central.errors import CentralError
from central.relay import relaying
from central.relay import words as relay_texts
from central.relay.relaying import Message
from contract.booking_code import grouped

RECENT = 30


class RelaysPage(Page):
    """`/relays`: a POST there sends one; `/relays/{relay}/answer` and `/relays/{relay}/close`."""

    menu_label = lazy_gettext("Passed on")
    icon = "fa-solid fa-share-from-square"
    path = "/relays"
    route_name = "relays"
    right = "relay.send"

    def __init__(self, engine: Engine, public_url: str) -> None:
        super().__init__()
        self._engine = engine
        self._public_url = public_url

    @route("")
    async def index(self, request: Request) -> Response:
        """The form, what is open, and the newest of what is closed."""
        kind = request.query_params.get("kind", "")
        kind = kind if kind in relay_texts.KINDS else "message"
        return await self._shown(request, {"hall": "", "kind": kind, "text": "", "to": [], "urgent": False, "code": ""})

    @route("", methods=["POST"], name="relay-send")
    async def send(self, request: Request) -> Response:
        """Passes a message on, or shows the form again with what was wrong."""
        user, values = current_user(request), _typed(await request.form())
        if not user.may("relay.send", values["hall"]):
            raise HTTPException(403, _("This hall is not yours."))
        message = Message(**(values | {"to": tuple(values["to"])}))

        def act() -> None:
            with writing(self._engine).begin() as connection:
                relaying.send(connection, user.actor, message, at=wall_ms(), public_url=self._public_url)

        try:
            await anyio.to_thread.run_sync(act)
        except CentralError as fault:
            return await self._shown(request, values, fault)
        flash(request, _("The message is on its way."), "success")
        return self.back(request, "relays")

    @route("/{relay:number}/answer", methods=["POST"], name="relay-answer")
    async def answer(self, request: Request) -> Response:
        """What somebody said on the telephone, or in person."""
        user, relay = await self._reached(request)
        form = await request.form()
        contact, text = str(form.get("contact") or ""), str(form.get("feedback") or "")

        def act() -> None:
            with writing(self._engine).begin() as connection:
                number = int(contact) if contact.isdecimal() else 0
                relaying.answer(connection, relay, number, user.actor, text, at=wall_ms())

        return await self._tried(request, act, _("It is noted."))

    @route("/{relay:number}/close", methods=["POST"], name="relay-close")
    async def close(self, request: Request) -> Response:
        """Nothing is left to do."""
        user, relay = await self._reached(request)
        result = str((await request.form()).get("result") or "")

        def act() -> None:
            with writing(self._engine).begin() as connection:
                relaying.close(connection, user.actor, relay, result, at=wall_ms())

        return await self._tried(request, act, _("The message is closed."))

    async def _reached(self, request: Request) -> tuple[ConsoleUser, int]:
        """The user and a relay of his halls."""
        user, id_ = current_user(request), request.path_params["relay"]
        session: Session = request.state.session
        row = await anyio.to_thread.run_sync(session.get, Relay, id_)
        if row is None or not user.may("relay.send", row.hall):
            raise HTTPException(404, _("This message is not known."))
        return user, id_

    async def _tried(self, request: Request, act: Any, done: str) -> Response:
        try:
            await anyio.to_thread.run_sync(act)
        except CentralError as fault:
            flash(request, _(fault.detail), "error")
        else:
            flash(request, done, "success")
        return self.back(request, "relays")

    async def _shown(self, request: Request, values: dict[str, Any], fault: CentralError | None = None) -> Response:
        zone, language, user = get_timezone(), get_locale(), current_user(request)
        reach = user.staff.halls
        context = await anyio.to_thread.run_sync(_read, request.state.session, reach)
        context |= {
            "values": values,
            "kinds": list(relay_words.KINDS.items()),
            "words": relay_words,
            "ways": alert_words.WAYS,
            "what": lambda row: relay_texts.what(row.kind, row.text, row.facts, language),
            "moment": lambda at: shown.moment(at, zone, seconds=False),
            "now": wall_ms(),
            "grouped": grouped,
            "longest": relaying.LONGEST_TEXT,
            "by_link": relaying.BY_LINK,
            "no_link": not self._public_url,
        }
        return self.show(request, "notices/relays.html", context, fault)


def _typed(form: FormData) -> dict[str, Any]:
    texts = {name: str(form.get(name) or "").strip() for name in ("hall", "kind", "text", "code")}
    chosen = [int(one) for one in map(str, form.getlist("to")) if one.isdecimal()]
    return texts | {"to": chosen, "urgent": form.get("urgent") == "1"}


def _read(session: Session, reach: tuple[str, ...]) -> dict[str, Any]:
    halls = {hall.id: said(hall.name, hall.id) for hall in day_query.halls(session) if not reach or hall.id in reach}
    departments = {row.id: said(row.name, row.id) for row in session.scalars(select(Department))}
    contacts = session.scalars(select(Contact).where(Contact.active).order_by(Contact.department, Contact.name)).all()
    query = select(Relay, Booking.code).outerjoin(Booking, Booking.id == Relay.booking).where(Relay.hall.in_(halls))
    lasting = session.execute(query.where(Relay.closed_at.is_(None)).order_by(Relay.id)).all()
    over = query.where(Relay.closed_at.is_not(None)).order_by(Relay.closed_at.desc()).limit(RECENT)
    closed = session.execute(over).all()
    return {
        "halls": list(halls.items()),
        "hall_name": halls,
        "contacts": [one for one in contacts if not one.hall or one.hall in halls],
        "departments": departments,
        "lasting": lasting,
        "closed": closed,
        "recipients": _recipients(session, [row.id for row, _code in (*lasting, *closed)]),
    }


def _recipients(session: Session, relays: list[int]) -> dict[int, list[Any]]:
    query = select(RelayTo, Contact.name).join(Contact, Contact.id == RelayTo.contact)
    found: dict[int, list[Any]] = {}
    for row, name in session.execute(query.where(RelayTo.relay.in_(relays)).order_by(RelayTo.contact)):
        found.setdefault(row.relay, []).append((row, name))
    return found
