"""The console's part about what is told: one entry of its menu."""

from sqlalchemy import Engine
from starlette_admin import DropDown
from starlette_admin.i18n import lazy_gettext as _

from central.console.notices.alerts_page import AlertsPage
from central.console.notices.contacts_page import ContactsPage
from central.console.notices.outbox_page import OutboxPage
from central.console.notices.relays_page import RelaysPage
from central.console.notices.watchers_page import WatchersPage
from central.console.notices.wording_page import WordingPage
from central.notices.sender import Sender


def notices_menu(engine: Engine, sender: Sender | None) -> DropDown:
    """Without a sender nothing is told from here."""
    ways, signature = (sender.ways, sender.signature) if sender else ({}, "")
    return DropDown(
        _("Notices"),
        [
            AlertsPage(engine),
            *([WatchersPage(engine, sender.vault)] if sender else []),
            RelaysPage(engine, sender.public_url if sender else ""),
            *([ContactsPage(engine, sender.vault)] if sender else []),
            OutboxPage(engine, ways),
            WordingPage(engine, signature),
        ],
        icon="fa-solid fa-envelope",
        always_open=False,
    )
