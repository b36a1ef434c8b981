"""Who hears what a reader read: nobody until somebody watches, and never at the cost of the reader's thread."""

import logging
from collections.abc import Callable
from typing import Any

from edge.devices.ports import Card, Scanned

_log = logging.getLogger(__name__)

Read = Callable[[Card | Scanned], None]
Failed = Callable[[str, str], None]


class Listeners:
    """Of the reader `id_`. A listener's fault costs this card or code only. Its words are not logged: they may hold a
    number."""

    def __init__(self, id_: str) -> None:
        self._id = id_
        self._read: Read | None = None
        self._failed: Failed | None = None

    def watch(self, read: Read, failed: Failed) -> None:
        """As in `CardReader.watch`."""
        self._read, self._failed = read, failed

    def read(self, what: Card | Scanned) -> None:
        """Read whole."""
        self._tell(self._read, what)

    def failed(self, code: str, sentence: str) -> None:
        """Not read, and why."""
        self._tell(self._failed, code, sentence)

    def _tell(self, listener: Callable[..., None] | None, *what: Any) -> None:
        if listener is None:
            return
        try:
            listener(*what)
        except Exception as error:
            _log.error("%s: what was read could not be used: %s", self._id, type(error).__name__)
