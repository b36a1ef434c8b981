"""The console's part about what is told: one entry of its menu."""

from sqlalchemy import Engine
from starlette_admin import DropDown
from starlette_admin.i18n import lazy_gettext as _

from central.console.alerts_page import AlertsPage
from central.console.contacts_page import ContactsPage
from central.console.outbox_page import OutboxPage
from central.console.relays_page import RelaysPage
from central.console.watchers_page import WatchersPage
from central.console.wording_page import WordingPage
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
