"""What the booking pages share: who may see which halls, and refusals in words beside their field."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import anyio.to_thread
from sqlalchemy import Row, select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.i18n import get_locale
from starlette_admin.i18n import gettext as _

from central.booking.desk import BookingDesk
from central.booking.sentences import BookingRefused, Faulty
from central.console.booking import labels
from central.console.language import said
from central.console.page import Page
from central.console.who import ConsoleUser, current_user
from central.db.tables import Booking, Hall
from central.errors import CentralError
from central.guesses import TooManyTries
from central.people.roles import Right
from central.site.opened import too_many

T = TypeVar("T")
UNPROCESSABLE = 422


class BookingPage(Page):
    """A page over the booking desk. `right`: without it the page does not exist for somebody."""

    right: Right | None = "book.see"
    below = True

    def __init__(self, desk: BookingDesk) -> None:
        super().__init__()
        self.desk = desk

    def page(self, request: Request, template: str, context: Mapping[str, Any], *, refused: bool = False) -> Response:
        """A template of the folder booking/; what its pieces need is there in any case."""
        always = {
            "said": said,
            "statuses": labels.STATUS,
            "colours": labels.STATUS_COLOURS,
            "channels": labels.CHANNEL,
            "languages": labels.LANGUAGES,
            "faults": {},
            "focus": "",
            "now": self.desk.wall(),
        }
        answer = self.show(request, f"booking/{template}", {**always, **context})
        if refused:
            answer.status_code = UNPROCESSABLE
        return answer

    async def read(self, reading: Callable[[Session], T]) -> T:
        """What `reading` finds, as it stands now: later than the login's own look at the database."""

        def run() -> T:
            with Session(self.desk.engine) as session:
                return reading(session)

        return await anyio.to_thread.run_sync(run)


def halls(session: Session, user: ConsoleUser, right: Right) -> list[Hall]:
    """Those in which somebody has `right`, by id."""
    return [hall for hall in session.scalars(select(Hall).order_by(Hall.id)) if user.may(right, hall.id)]


def require(request: Request, right: Right, hall: str | None = None) -> ConsoleUser:
    """Who asks, and has `right` there. Raises HTTPException 403."""
    user = current_user(request)
    if not user.may(right, hall):
        raise HTTPException(403, _("Your roles do not let you do this here."))
    return user


def booking(session: Session, user: ConsoleUser, id_: int) -> Row[Any]:
    """Raises HTTPException 404 also for one of a hall somebody else works for."""
    found = session.connection().execute(select(Booking).where(Booking.id == id_)).first()
    if found is None or not user.may("book.see", found.hall):
        raise HTTPException(404, _("There is no such booking."))
    return found


def sentence(error: CentralError) -> str:
    """In the reader's language."""
    match error:
        case BookingRefused():
            return error.said(get_locale())
        case TooManyTries():
            return too_many(error, get_locale())
        case _:
            return _(error.detail)


def wrongs(error: CentralError, otherwise: str) -> dict[str, str]:
    """Field to sentence; `otherwise`: where one that names no field is shown."""
    if isinstance(error, Faulty):
        return {one.field: one.said(get_locale()) for one in error.faults}
    return {error.field or otherwise: sentence(error)}
