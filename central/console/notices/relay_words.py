"""The kinds of relayed messages, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from starlette_admin.i18n import lazy_gettext as _

KINDS: Mapping[str, Any] = {
    "message": _("customer's message"),
    "visitor": _("visitor"),
    "mail": _("urgent mail"),
    "outage": _("line failure"),
}
HINTS: Mapping[str, Any] = {
    "message": _("Close it when the customer has heard the answer."),
    "visitor": _("Close it when the visitor has met his host."),
    "mail": _("Close it when it is handed over."),
    "outage": _("Close it when the line works again; everybody told hears it."),
}
