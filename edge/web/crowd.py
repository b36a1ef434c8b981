"""What people before a device are asked when there are too many of them (S4-43): a request, never a reproach."""

from contract.catalogue import Text
from words import LANGUAGES, catalogue

REQUEST = "Please queue, one at a time. If more than {n} are waiting, please take a seat or ask at the service desk."


def please_queue(limit: int) -> Text:
    """In every language. `limit`: how many may wait before one device (device.queue_limit)."""
    return {language: catalogue("edge", "faces", language).gettext(REQUEST).format(n=limit) for language in LANGUAGES}
