"""The persons named for halls, who are told when something is wrong there."""

from typing import Any

import anyio.to_thread
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central.alerts import telling
from central.alerts.naming import NAMED, Wanted
from central.clock import wall_ms
from central.console.notices import alert_words
from central.console.notices.addressed_page import AddressedPage
from central.db.engine import writing
from central.db.tables import Watcher
from words import LANGUAGES, catalogue

TRIAL = "A trial message of Hallkeeper: alerts reach you here."


class WatchersPage(AddressedPage):
    """`/watchers`, `/watchers/new`, `/watchers/{id}`; a POST to `/watchers/{id}/trial`."""

    menu_label = lazy_gettext("Persons told")
    icon = "fa-solid fa-user-clock"
    path = "/watchers"
    route_name = "watchers"
    right = NAMED.right
    book = NAMED
    wanted = Wanted
    order = (Watcher.hall, Watcher.name)
    templates_of = ("notices/watchers.html", "notices/watcher.html")
    kept = lazy_gettext("Saved. Send a trial message to see that it arrives.")

    def choices(self, session: Session) -> dict[str, Any]:
        """Kinds of alerts."""
        return {"kinds": alert_words.KINDS, "occasions": [(kind, word, "") for kind, word in alert_words.KINDS.items()]}

    @route("/{id:number}/trial", methods=["POST"])
    async def trial(self, request: Request) -> Response:
        """Sends a message for trial."""
        row = await self.row(request)
        words = {language: catalogue("central", "notices", language).gettext(TRIAL) for language in LANGUAGES}

        def send() -> None:
            with writing(self.engine).begin() as connection:
                telling.tell_trial(connection, row.id, words, wall_ms())

        await anyio.to_thread.run_sync(send)
        flash(request, _("The trial message is on its way; see under Notices sent what became of it."), "success")
        return self.back(request, self.route_name)
