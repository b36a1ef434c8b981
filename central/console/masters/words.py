"""Words for the parts of the master data and the steps of the work."""

from collections.abc import Mapping
from typing import Any

from starlette_admin.i18n import lazy_gettext as _

from central.masters.entries import Step

PARTS: Mapping[str, tuple[Any, Any]] = {
    "matters": (_("Matters"), _("New matter")),
    "types": (_("Business types"), _("New business type")),
    "materials": (_("Materials"), _("New material")),
    "departments": (_("Departments"), _("New department")),
    "posts": (_("Posts"), _("New post")),
}
STEPS: Mapping[Step, Any] = {
    "apply": _("taking an application"),
    "review": _("reviewing it"),
    "confirm": _("confirming it"),
    "change": _("changing a booking"),
    "cancel": _("cancelling one"),
    "phone_confirm": _("confirming by telephone"),
    "closure": _("closing a hall"),
    "checkin": _("receiving and checking in"),
    "handle": _("handling at the window"),
    "result": _("telling the result"),
    "complaint": _("complaints"),
}
COMPLEXITY = (("simple", _("simple")), ("complex", _("complex")))
