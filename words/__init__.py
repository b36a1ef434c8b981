"""Message catalogues: the two languages of everything a customer or clerk sees.

Catalogues are the `.po` files of Babel, read as they are, so there is no build step to forget:
`<package>/locale/<language>/LC_MESSAGES/<domain>.po`. The English text is the message id.
"""

import io
from functools import cache
from importlib import resources

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES = ("zh", "en")


@cache
def catalogue(package: str, domain: str, language: str) -> NullTranslations:
    """The translations of one domain; English needs no file. An unknown language reads as English."""
    source = resources.files(package) / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
    if language == "en" or not source.is_file():
        return NullTranslations()
    with source.open("rb") as text:
        po = read_po(text, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, po)
    compiled.seek(0)
    return Translations(compiled)
