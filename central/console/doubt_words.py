"""What was odd about a hello, in the reader's language; as central/ingest puts it, piece by piece."""

from collections.abc import Mapping
from typing import Any

from starlette_admin.i18n import gettext
from starlette_admin.i18n import lazy_gettext as _

WORDS: Mapping[str, Any] = {
    "first contact": _("first contact"),
    "known": _("known"),
    "a node that was welcomed before came without a lease": _("a node that was welcomed before came without a lease"),
    "stale lease: an old image or a clone": _("stale lease: an old image or a clone"),
    "its counter of connections went back: an old image or a clone": _(
        "its counter of connections went back: an old image or a clone"
    ),
    "it was told to begin a new epoch and has not: an old image": _(
        "it was told to begin a new epoch and has not: an old image"
    ),
    "it holds less than was acknowledged: an old image": _("it holds less than was acknowledged: an old image"),
    "its epoch was ended before: an old image": _("its epoch was ended before: an old image"),
    "it holds other events than were acknowledged: a fork": _("it holds other events than were acknowledged: a fork"),
    "it sends other events than were acknowledged: a fork": _("it sends other events than were acknowledged: a fork"),
    "it has begun a new epoch by itself": _("it has begun a new epoch by itself"),
    "another node of this name is heard": _("another node of this name is heard"),
    "set aside, the office has not decided": _("set aside, the office has not decided"),
    "new hardware": _("new hardware"),
    "the hardware of before is back": _("the hardware of before is back"),
}


def told(reason: str) -> str:
    """A verdict's reason; what is not known here stays as it is."""
    return gettext("; ").join(str(WORDS.get(piece, piece)) for piece in reason.split("; "))
