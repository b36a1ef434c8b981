"""The console's two languages: our catalogue joined to the library's own, so that one `_` serves both."""

from collections.abc import Mapping
from itertools import product

from babel.support import Translations
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_admin import i18n

from central.asked_language import wanted
from words import catalogue

LOCALES = ("zh", "en")
DOMAINS = ("console", "booking", "people", "notices", "desk", "figures", "channels", "matters", "copies", "devices")
"""The console's own catalogue, and those of the parts that have pages there."""
COOKIE = "language"
"""Set by the console's own switch."""


def install() -> None:
    """Joins our catalogues to the library's translations; doing it twice changes nothing."""
    for locale, domain in product(LOCALES, DOMAINS):
        ours, theirs = catalogue("central", domain, locale), i18n.translations[locale]
        if isinstance(ours, Translations) and isinstance(theirs, Translations):
            theirs.merge(ours)


class Reader:
    """Middleware: the language somebody has chosen, else the one the browser asks for, else `default`.

    The library knows a header that names one language and nothing else, which no browser sends.
    """

    def __init__(self, app: ASGIApp, default: str) -> None:
        self._app, self._default = app, default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Before the page is made."""
        if scope["type"] == "http":
            asking = HTTPConnection(scope)
            accepted = asking.headers.get("accept-language", "")
            chosen = asking.cookies.get(COOKIE)
            i18n.set_locale(wanted(chosen, accepted) if accepted or chosen in LOCALES else self._default)
        await self._app(scope, receive, send)


def said(text: Mapping[str, str] | None, otherwise: str = "") -> str:
    """A text of the catalogue in the reader's language, else in any, else `otherwise`."""
    if not text:
        return otherwise
    return text.get(i18n.get_locale()) or next(iter(text.values()), otherwise) or otherwise
