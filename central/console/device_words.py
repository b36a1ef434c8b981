"""Why a device failed, in the reader's language; as a hall's devices say it (edge/locale has the same words)."""

import re
from collections.abc import Mapping
from typing import Any

from starlette_admin.i18n import lazy_gettext as _

KNOWN: Mapping[str, Any] = {
    "the printer's cover is open: close it": _("the printer's cover is open: close it"),
    "the printer is out of paper: put in a new roll": _("the printer is out of paper: put in a new roll"),
    "the printer reports an error: look at its cutter, then switch it off and on": _(
        "the printer reports an error: look at its cutter, then switch it off and on"
    ),
    "the printer is offline: press its feed or online key": _("the printer is offline: press its feed or online key"),
    "the printer does not answer: is it switched on, is its cable or network in place": _(
        "the printer does not answer: is it switched on, is its cable or network in place"
    ),
    "the printer is still busy with a document": _("the printer is still busy with a document"),
    "the printer takes data too slowly": _("the printer takes data too slowly"),
    "the printer is unplugged: put its cable back": _("the printer is unplugged: put its cable back"),
    "the sound device is unplugged: put it back": _("the sound device is unplugged: put it back"),
    "unplugged; plug the keys in again": _("unplugged; plug the keys in again"),
    "the card reader is unplugged; put its cable back": _("the card reader is unplugged; put its cable back"),
    "not opened yet": _("not opened yet"),
}
_OF_A_KEY: tuple[tuple[re.Pattern[str], Any], ...] = (
    (
        re.compile(r"key (?P<key>\S+) of (?P<device>\S+) is stuck down and ignored; .+"),
        _("key %(key)s of %(device)s is stuck down and ignored; free it, or look for a short in its wire"),
    ),
    (
        re.compile(r"key (?P<key>\S+) of (?P<device>\S+) chatters and is ignored; .+"),
        _("key %(key)s of %(device)s chatters and is ignored; look at its contact and its wire"),
    ),
    (
        re.compile(r"alarm input (?P<key>\S+) of (?P<device>\S+) has stayed closed since its alarm; .+"),
        _("alarm input %(key)s of %(device)s has stayed closed since its alarm; until it opens no other can be seen"),
    ),
)


def why(cause: str) -> str:
    """A fault's cause; what is not known here (a driver's own words, an address) stays as it is."""
    for pattern, words in _OF_A_KEY:
        if found := pattern.fullmatch(cause):
            return str(words) % found.groupdict()
    return str(KNOWN.get(cause, cause))
