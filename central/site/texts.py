"""PURE: texts that are kept in several languages."""

from collections.abc import Mapping


def said(text: Mapping[str, str] | None, language: str) -> str:
    """In the reader's language, else in any that there is; empty where there is none."""
    if not text:
        return ""
    return text.get(language) or next((one for one in text.values() if one), "")
