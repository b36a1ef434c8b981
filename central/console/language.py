"""The console's two languages: our catalogue joined to the library's own, so that one `_` serves both."""

from collections.abc import Mapping

from babel.support import Translations
from starlette_admin import i18n

from words import catalogue

LOCALES = ("zh", "en")


def install() -> None:
    """Joins the `console` catalogue to the library's translations; doing it twice changes nothing."""
    for locale in LOCALES:
        ours, theirs = catalogue("central", "console", locale), i18n.translations[locale]
        if isinstance(ours, Translations) and isinstance(theirs, Translations):
            theirs.merge(ours)


def said(text: Mapping[str, str] | None, otherwise: str = "") -> str:
    """A text of the catalogue in the reader's language, else in any, else `otherwise`."""
    if not text:
        return otherwise
    return text.get(i18n.get_locale()) or next(iter(text.values()), otherwise) or otherwise
