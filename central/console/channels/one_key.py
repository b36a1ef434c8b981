"""What the pages of API keys share: one key with its webhooks, shown to who manages keys of its halls."""

from typing import Any, NamedTuple

import anyio.to_thread
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.i18n import get_timezone, lazy_gettext
from starlette_admin.i18n import gettext as _

from central.api import keys
from central.console import reach, shown
from central.console.channels import words
from central.console.language import said
from central.console.page import Page
from central.console.who import ConsoleUser, current_user
from central.errors import CentralError
from central.hooks import register
from central.hooks.events import TEST

NO_HOOK = {"url": "", "events": []}


class Told(NamedTuple):
    """What is shown this once: a key (`hook` None), or the secret of a webhook."""

    secret: str
    hook: int | None = None


class OneKey(Page):
    """A page that can show one key."""

    menu_label = lazy_gettext("API keys")
    right = "keys.edit"

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine

    async def row(self, request: Request, key: int) -> Any:
        """The key. Raises HTTPException 404 also for one that somebody else manages."""

        def read() -> Any:
            # not in the request's own transaction, which may have begun before the key was made
            with self.engine.connect() as connection:
                return next((row for row in keys.listed(connection) if row.id == key), None)

        row = await anyio.to_thread.run_sync(read)
        if row is None or not may_manage(current_user(request), row.halls):
            raise HTTPException(404, _("There is no such key."))
        return row

    async def shown(
        self, request: Request, key: int, *, values: dict[str, Any] | None = None, fault: CentralError | None = None,
        told: Told | None = None,
    ) -> Response:  # fmt: skip
        """`values`: what was typed into one of its forms."""
        row, zone, user = await self.row(request, key), get_timezone(), current_user(request)

        def read(session: Session) -> dict[str, Any]:
            with self.engine.connect() as connection:
                return {"halls": halls_of(session, user), "hooks": register.listed(connection, key)}

        context = {
            "key": row,
            "told": told,
            "values": NO_HOOK | {"halls": row.halls, "per_minute": row.per_minute} | (values or {}),
            "most": keys.MOST_PER_MINUTE,
            "words": words,
            "types": [(type_, word, type_) for type_, word in words.TYPES.items() if type_ != TEST],
            "moment": lambda at: shown.moment(at, zone),
        }
        found = await anyio.to_thread.run_sync(read, request.state.session)
        return self.show(request, "channels/key.html", found | context, fault)


def may_manage(user: ConsoleUser, halls: list[str]) -> bool:
    """Whether this person manages keys of those halls (empty: all)."""
    mine = user.staff.halls
    return user.may("keys.edit") and (not mine or (bool(halls) and set(halls) <= set(mine)))


def halls_of(session: Session, user: ConsoleUser) -> list[tuple[str, str, str]]:
    """Those this person may tick."""
    return [(hall.id, said(hall.name, hall.id), "") for hall in reach.halls(session, user.staff)]
