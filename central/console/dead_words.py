"""Why something became a dead letter, in words; what was found stays beside them as it is kept."""

from collections.abc import Mapping
from typing import Any

from starlette_admin.i18n import lazy_gettext as _

from central.ingest import dead

_WORDS: Mapping[dead.Kind, Any] = {
    "event": _("An event that could not be read, also when it was asked for again"),
    "message": _("A message that could not be read"),
    "topic": _("It came under a topic that does not exist"),
    "stranger": _("No active node has this name: it is to be enrolled first"),
    "twice": _("Two customers have this number, one of the node, one of a copy of it; both are among the tickets"),
}
_SAID_WHOLE = ("topic", "twice")
"""Their kept reason says no more than the words."""


def why(letter: Any) -> dict[str, str]:
    """Of a row of the table: the `word` in the reader's language, and what was `found`, empty where it says no more."""
    kind = dead.kind(letter.seq, letter.reason)
    return {"word": str(_WORDS[kind]), "found": "" if kind in _SAID_WHOLE else letter.reason}
