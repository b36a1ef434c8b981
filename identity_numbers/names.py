"""PURE. Names: compared as booking.name_match_mode asks, and masked for slips and screens (PIPL)."""

import unicodedata

_DOTS = dict.fromkeys(map(ord, "·•．・‧∙⋅․.｡"))
"""Variants of the middle dot in minority and foreign names; which one stands there depends on who typed it."""


def name_matches(one: str, other: str) -> bool:
    """Exact, after spaces and middle dots are removed and width and letter case made uniform. Empty never matches."""
    return bool(_bare(one)) and _bare(one) == _bare(other)


def name_fits(name: str, masked: str) -> bool:
    """Whether the roster's masked name can be this one. It says "no" for certain, "yes" only with the number."""
    return bool(_bare(name)) and _bare(masked_name(name)) == _bare(masked)


def masked_name(name: str) -> str:
    """张* · 李*明 · 欧**峰; of a name in Latin letters the initials of its words: A*** L**.

    Dots and spaces of other names leave no star, so that masks of one name are the same whoever typed it.
    """
    words = unicodedata.normalize("NFC", name).split()
    if name.isascii():
        return " ".join(word[0] + "*" * (len(word) - 1) for word in words)
    name = "".join(words).translate(_DOTS)
    if len(name) <= 1:
        return "*" * len(name)
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def _bare(name: str) -> str:
    # Dots go first: NFKC would make some of them full stops and leave the others.
    return "".join(unicodedata.normalize("NFKC", name.translate(_DOTS)).translate(_DOTS).split()).casefold()
