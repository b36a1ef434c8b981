"""Reading what the centre told."""

import msgspec

from contract import directives
from contract.events import DirectiveTaken


def fact_told(event: DirectiveTaken) -> msgspec.Struct | None:
    """The fact inside; None for a command, and for what cannot be read, whose directive was answered as refused."""
    if event.kind != "fact":
        return None
    try:
        return directives.parse(event.type, event.data)
    except msgspec.ValidationError:
        return None
