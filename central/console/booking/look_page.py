"""To look at: what went wrong beyond what the centre may decide by itself, each with its reason and a person's word."""

from collections.abc import Callable
from typing import Any

import anyio.to_thread
from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central import audit
from central.booking import reconciling, shares
from central.booking.work import Work
from central.console.booking import forms, labels, look_query
from central.console.booking.page import BookingPage, booking, halls, require, sentence
from central.console.booking.teller import Teller
from central.console.who import current_user
from central.db.tables import Booking, Grant, Slot
from central.errors import CentralError, Invalid


class LookPage(BookingPage):
    """`/look`; POST `/look/seen/{id}` a flag, `/look/settle/{grant}` a share,
    `/look/unsold/{hall}/{node}/{epoch}` all shares of an epoch, `/look/sell/{hall}` sells again."""

    menu_label = lazy_gettext("To look at")
    icon = "fa-solid fa-flag"
    path = "/look"
    route_name = "look"
    right = "capacity.edit"

    @route("")
    async def index(self, request: Request) -> Response:
        """All of it."""
        return await self._show(request)

    @route("/seen/{id:number}", methods=["POST"], name="seen-flag")
    async def seen(self, request: Request) -> Response:
        """A person has seen to a flagged booking."""
        id_, user = request.path_params["id"], current_user(request)
        row = await self.read(lambda session: booking(session, user, id_))
        note = forms.text(await request.form(), "note")
        return await self._do(request, row.hall, lambda work: _seen(work, row, note), _("Seen to."))

    @route("/settle/{grant:name}", methods=["POST"], name="settle-share")
    async def settle(self, request: Request) -> Response:
        """How many of a share's open places the hall has sold."""
        id_, form = request.path_params["grant"], await request.form()
        slot = await self.read(lambda session: _slot_of(session, id_))
        if slot is None:
            raise HTTPException(404, _("There is no such share."))
        said = _("Settled; what was not sold can be booked again.")
        return await self._do(request, slot.hall, lambda work: _settle(work, id_, form), said, f"sold-{id_}")

    @route("/unsold/{hall:name}/{node:name}/{epoch:name}", methods=["POST"], name="settle-unsold")
    async def unsold(self, request: Request) -> Response:
        """The hall has sold none of the open places of an epoch of its node that is over."""
        hall, node, epoch = (request.path_params[name] for name in ("hall", "node", "epoch"))
        form = await request.form()
        said = _("Settled; all of these places can be booked again.")
        field = f"asked-{node}-{epoch}"
        return await self._do(request, hall, lambda work: _unsold(work, hall, node, epoch, form), said, field)

    @route("/sell/{hall:name}", methods=["POST"], name="sell-again")
    async def sell(self, request: Request) -> Response:
        """The hall's places are sold although its roster has not been heard."""
        hall, form = request.path_params["hall"], await request.form()
        reason = forms.text(form, "reason")
        said = _("The hall's places are sold again.")
        return await self._do(request, hall, lambda work: _sell(work, hall, reason), said, f"reason-{hall}")

    async def _do(
        self, request: Request, hall: str, act: Callable[[Work], None], said: str, field: str = ""
    ) -> Response:
        user = require(request, "capacity.edit", hall)

        def run() -> None:
            with self.desk.working(user.actor, staff=True) as work:
                act(work)

        try:
            await anyio.to_thread.run_sync(run)
        except CentralError as error:
            return await self._show(request, {field: sentence(error)})
        self.desk.offers.forget()
        flash(request, said, "success")
        return self.back(request, "look")

    async def _show(self, request: Request, faults: dict[str, str] | None = None) -> Response:
        user = current_user(request)

        def look(session: Session) -> dict[str, Any]:
            mine = [hall.id for hall in halls(session, user, "capacity.edit")]
            odd = look_query.odd(session, mine)
            return {"odd": odd, "tell": Teller(session, {one.hall for one in odd.ended})}

        context = await self.read(look) | {
            "faults": faults or {},
            "focus": next(iter(faults or {}), ""),
            "reasons": labels.FLAGGED,
        }
        return self.page(request, "look.html", context, refused=bool(faults))


def _slot_of(session: Session, grant: str) -> Row[Any] | None:
    query = select(*Slot.__table__.columns).join(Grant, Grant.slot == Slot.id).where(Grant.id == grant)
    return session.execute(query).first()


def _seen(work: Work, row: Row[Any], note: str) -> None:
    here = (Booking.id == row.id, Booking.flag_seen_by.is_(None))
    done = work.connection.execute(update(Booking).where(*here).values(flag_seen_by=work.actor.name))
    if done.rowcount:
        after = {"flag": row.flag, "note": " ".join(note.split())[:200]}
        audit.record(work.connection, work.actor, "booking.flag_seen", "booking", row.code, at=work.at, after=after)


def _settle(work: Work, grant: str, form: FormData) -> None:
    text = forms.text(form, "sold")
    query = select(*Grant.__table__.columns).where(Grant.id == grant)
    left = shares.left(work.connection.execute(query).one())
    if not text.isascii() or not text.isdigit() or int(text[:6]) > left:
        raise Invalid(_("Write a whole number from 0 to %(n)d.") % {"n": left}, "sold")
    shares.settle(work, grant, int(text))
    after = {"sold": int(text), "free": left - int(text)}
    audit.record(work.connection, work.actor, "share.settled", "grant", grant, at=work.at, after=after)


def _unsold(work: Work, hall: str, node: str, epoch: str, form: FormData) -> None:
    seen = forms.text(form, "open")
    if not forms.text(form, "asked"):
        raise Invalid(_("Tick that the hall was asked."), "asked")
    if not seen.isascii() or not seen.isdigit():
        raise HTTPException(400)
    count = shares.settle_unsold(work, hall, node, epoch, int(seen[:6]))
    after = {"epoch": epoch, "shares": count, "sold": 0, "free": int(seen[:6])}
    audit.record(work.connection, work.actor, "shares.settled", "node", node, at=work.at, after=after)


def _sell(work: Work, hall: str, reason: str) -> None:
    text = " ".join(reason.split())[:200]
    if not text:
        raise Invalid(_("Give the reason."), "reason")
    if reconciling.lift(work.connection, hall):
        audit.record(work.connection, work.actor, "hall.sold_again", "hall", hall, at=work.at, after={"reason": text})
