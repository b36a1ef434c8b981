"""Message catalogues: the two languages of everything a customer or clerk sees.

Catalogues are the `.po` files of Babel, read as they are, so there is no build step to forget:
`<package>/locale/<language>/LC_MESSAGES/<domain>.po`. The English text is the message id.
"""

import io
from functools import cache
from importlib import resources

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES = ("zh", "en")


def messages(package: str, domain: str, language: str) -> dict[str, str]:
    """English sentence to `language`, of one domain; nothing where there is no file.

    A counted sentence stands under both its English forms: the languages with a file (Chinese) have one form only.
    """
    found: dict[str, str] = {}
    for one in _read(package, domain, language) or ():
        if one.id:
            text = one.string if isinstance(one.string, str) or not one.string else one.string[0]
            found |= dict.fromkeys(map(str, [one.id] if isinstance(one.id, str) else one.id), str(text))
    return found


@cache
def catalogue(package: str, domain: str, language: str) -> NullTranslations:
    """The translations of one domain; English needs no file. An unknown language reads as English."""
    po = _read(package, domain, language)
    if po is None:
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, po)
    compiled.seek(0)
    return Translations(compiled)


def _read(package: str, domain: str, language: str) -> Catalog | None:
    source = resources.files(package) / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
    if language == "en" or not source.is_file():
        return None
    with source.open("rb") as text:
        return read_po(text, locale=language)
