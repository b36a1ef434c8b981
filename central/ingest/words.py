"""Text from outside on its way into a column."""

import re

LONGEST = 255
_UNKEPT = re.compile("[\0\ud800-\udfff]")


def clean(text: str, longest: int = LONGEST) -> str:
    """At most `longest` characters, without NUL and halves of pairs, which no database here can hold."""
    return _UNKEPT.sub("\ufffd", text[:longest])
