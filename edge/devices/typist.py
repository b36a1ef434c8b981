"""PURE. From the keys a scanner presses to the text it means: US layout, shift and caps lock, Enter at the end.

Scanners that read the machine-readable lines of a document type each line with an Enter of its own; the
lines of one document are put together again.
"""

import re

_PLAIN = {
    "SPACE": "  ", "MINUS": "-_", "EQUAL": "=+", "LEFTBRACE": "[{", "RIGHTBRACE": "]}", "SEMICOLON": ";:",
    "APOSTROPHE": "'\"", "GRAVE": "`~", "BACKSLASH": "\\|", "COMMA": ",<", "DOT": ".>", "SLASH": "/?",
    "KPASTERISK": "**", "KPMINUS": "--", "KPPLUS": "++", "KPDOT": "..", "KPSLASH": "//", "KPEQUAL": "==",
}  # fmt: skip
LAYOUT: dict[str, str] = {
    **{letter: letter.lower() + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    **{digit: digit + shifted for digit, shifted in zip("1234567890", "!@#$%^&*()", strict=True)},
    **{f"KP{digit}": digit * 2 for digit in "0123456789"},
    **_PLAIN,
}
"""Key name to what it types, plain and with shift."""
SHIFTS, ENTERS, CAPS = ("LEFTSHIFT", "RIGHTSHIFT"), ("ENTER", "KPENTER"), "CAPSLOCK"
KEYS = (*LAYOUT, *SHIFTS, *ENTERS, CAPS, "TAB")

_MOST = 2048
_GAP_NS = 2_000_000_000
"""A scanner types without pause; what was left half typed so long ago belongs to another scan."""
_MRZ_LINE = re.compile(r"[A-Z0-9<]+")
_MRZ_LINES = {30: 3, 36: 2, 44: 2}


class Typist:
    """Feed edges in their order; times in ns of one steady clock."""

    def __init__(self) -> None:
        self._text = ""
        self._shifts: set[str] = set()
        self._caps = False
        self._last_ns = 0

    def feed(self, key: str, down: bool, mono_ns: int) -> str | None:
        """The text when this edge ended it (Enter, or Tab as some scanners are set), else None."""
        if key in SHIFTS:
            (self._shifts.add if down else self._shifts.discard)(key)
        if not down or key in SHIFTS:
            return None
        if mono_ns - self._last_ns > _GAP_NS:
            self._text = ""
        self._last_ns = mono_ns
        if key == CAPS:
            self._caps = not self._caps
        elif key in ENTERS or key == "TAB":
            text, self._text = self._text.strip(), ""
            return text[:_MOST] or None
        elif len(self._text) <= _MOST:
            self._text += self._typed(key)
        return None

    def _typed(self, key: str) -> str:
        upper = bool(self._shifts) != (self._caps and key.isalpha() and len(key) == 1)
        return LAYOUT[key][int(upper)]


class Lines:
    """Machine-readable lines of one document, gathered; other texts pass at once."""

    def __init__(self) -> None:
        self._held: list[str] = []

    @property
    def waiting(self) -> bool:
        """Whether more lines are expected; if none comes, `give_up`."""
        return bool(self._held)

    def add(self, text: str) -> list[str]:
        """What is complete now, in its order."""
        wanted = _MRZ_LINES.get(len(text), 0) if _MRZ_LINE.fullmatch(text) else 0
        if self._held and wanted and len(text) == len(self._held[0]):
            self._held.append(text)
            return self.give_up() if len(self._held) == wanted else []
        before = self.give_up()
        if wanted and text[0] in "ACIPV" and "<" in text:
            self._held = [text]
            return before
        return [*before, text]

    def give_up(self) -> list[str]:
        """What there is, as one text."""
        held, self._held = self._held, []
        return ["\n".join(held)] if held else []
