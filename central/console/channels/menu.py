"""The console's part about programs: their keys, and what their servers are told."""

from sqlalchemy import Engine
from starlette_admin import DropDown
from starlette_admin.i18n import lazy_gettext as _

from central.console.channels.deliveries_page import DeliveriesPage
from central.console.channels.hooks_page import HooksPage
from central.console.channels.keys_page import KeysPage
from central.hooks.address import Allowed
from central.vault import Vault


def channels_menu(engine: Engine, vault: Vault, allowed: Allowed) -> DropDown:
    """`allowed`: where webhooks may lead."""
    return DropDown(
        _("Programs"),
        [KeysPage(engine), HooksPage(engine, vault, allowed), DeliveriesPage(engine)],
        icon="fa-solid fa-plug",
        always_open=False,
    )
