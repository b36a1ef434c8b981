"""Text from outside on its way into a column."""

LONGEST = 255


def clean(text: str, longest: int = LONGEST) -> str:
    """At most `longest` characters, without NUL, which PostgreSQL cannot hold."""
    return text.replace("\0", "\ufffd")[:longest]
