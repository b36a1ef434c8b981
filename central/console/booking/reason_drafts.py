"""PURE. Reasons that are often given, to choose from beside the field, in the language the customer reads."""

from collections.abc import Mapping, Sequence

from words import catalogue

CANCEL = (
    "The clerk in charge is not available.",
    "The system for this matter is out of service.",
    "You asked for it by telephone.",
    "Severe weather",
    "Public transport was interrupted",
)
"""Of a booking that staff cancel or move."""
REFUSE = (
    "This hall does not deal with this matter.",
    "This matter needs no appointment: please come during opening hours.",
    "The conditions for this matter are not met.",
)
MEND: Mapping[str, Sequence[str]] = {
    "name": ("Write the name exactly as on the document.",),
    "id_number": ("Give the number of the document you will bring.",),
    "phone": ("This number could not be reached: give another one.",),
    "email": ("Messages to this address come back: give another one.",),
    "detail": ("Describe what it is about in a few more words.", "Say which papers you have already."),
}
"""Of an application that is sent back, by its field."""


def said(reasons: Sequence[str], language: str) -> list[str]:
    """In that language."""
    say = catalogue("central", "desk", language).gettext
    return [say(one) for one in reasons]


def mends(language: str) -> dict[str, list[str]]:
    """Field to its reasons in that language."""
    return {field: said(reasons, language) for field, reasons in MEND.items()}
