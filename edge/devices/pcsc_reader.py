"""A card reader under pcscd: each card laid on is read whole, by the first profile that knows it.

One thread of this file waits for changes. A reader unplugged, pcscd stopped or started anew end in one
place, from where all is opened again (F39); a card pulled too early ends its own read only (F38).
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from edge import config
from edge.devices.attended import Attended
from edge.devices.backoff import backoff
from edge.devices.cards import CardUnknown, CardUnreadable, Talk, chosen, read_card
from edge.devices.pcsc import Pcsc, PcscError
from edge.devices.ports import Card, Health

_log = logging.getLogger(__name__)

PULLED = "The card was taken out too early and nothing was read. Please lay it on again until you are told."
UNREADABLE = "The card cannot be read. Please turn it over or wipe its chip, and lay it on again."
READER_LOST = "The reader stopped in the middle and nothing was read. Please lay the card on again in a moment."

_MOST_WAIT_S = 3.0
"""A reader put back is in use within this time."""
_HELD_S, _SETTLES_MS = 2.0, 1000
"""How long another program may hold a card before it counts as unreadable; how long a pull takes to be noticed."""


class PcscReader(Attended):
    """`CardReader` over PC/SC."""

    def __init__(self, section: config.PcscReader, pcsc: Pcsc | None = None) -> None:
        """Raises ConfigError for a profile nobody knows."""
        super().__init__(section.id)
        self._wanted = section.name
        self._profiles = chosen(section.profiles, f"readers.{section.id}.profiles")
        self._pcsc = pcsc or Pcsc()

    def check(self) -> Health:
        """Asks pcscd for the reader; a card can only be tried by hand."""
        try:
            with self._context() as context:
                self._find(context)
        except PcscError as error:
            return Health("failed", error.cause)
        return Health("ok")

    # --- the thread ----------------------------------------------------------

    def _look(self) -> None:
        self._cause = self.check().cause

    def _run(self) -> None:
        waits = backoff(most_s=_MOST_WAIT_S)
        while not self._closing.is_set():
            try:
                with self._context() as context:
                    reader = self._find(context)
                    self._cause = ""
                    waits = backoff(most_s=_MOST_WAIT_S)
                    self._attend(context, reader)
            except PcscError as error:
                self._cause = error.cause
                self._closing.wait(next(waits))

    @contextmanager
    def _context(self) -> Iterator[Any]:
        context = self._pcsc.establish()
        try:
            yield context
        finally:
            self._pcsc.release(context)

    def _find(self, context: Any) -> str:
        readers = self._pcsc.readers(context)
        found = next((name for name in readers if self._wanted in name), None)
        if found is not None:
            return found
        if not readers:
            raise PcscError("NONE", "no card reader is plugged in; `pcsc_scan` shows what pcscd sees")
        raise PcscError("NONE", f'no reader is called "{self._wanted}"; pcscd has {", ".join(readers)}')

    def _attend(self, context: Any, reader: str) -> None:
        """Until closed or PcscError. The upper half of a state counts insertions: the same count, the same card."""
        state, served = 0, -1
        while not self._closing.is_set():
            seen = self._pcsc.change(context, reader, state)
            if seen is None:
                continue
            state = seen
            if self._pcsc.present(state) and state >> 16 != served:
                served = state >> 16
                self._serve(context, reader, state)

    def _serve(self, context: Any, reader: str, state: int) -> None:
        """One card: told as a whole, or told why not."""
        if self._pcsc.mute(state):
            return self._listeners.failed("unreadable", UNREADABLE)
        try:
            card = self._read_whole(context, reader)
        except CardUnknown as unknown:
            self._listeners.failed("unknown_card", str(unknown))
        except CardUnreadable as unreadable:
            self._listeners.failed("unreadable", str(unreadable))
        except PcscError as error:
            self._fail_by(error, context, reader, state)
        else:
            self._listeners.read(card)

    def _read_whole(self, context: Any, reader: str) -> Card:
        chip, protocol = self._connect(context, reader)
        try:
            return read_card(Talk(lambda apdu: self._pcsc.transmit(chip, protocol, apdu)), self._profiles)
        finally:
            self._pcsc.disconnect(chip)

    def _connect(self, context: Any, reader: str) -> tuple[Any, int]:
        until = time.monotonic() + _HELD_S
        while True:
            try:
                return self._pcsc.connect(context, reader)
            except PcscError as error:
                if error.name != "SCARD_E_SHARING_VIOLATION" or time.monotonic() > until:
                    raise
            self._closing.wait(0.1)

    def _fail_by(self, error: PcscError, context: Any, reader: str, state: int) -> None:
        """Pulled, unreadable, or the reader itself gone: many errors are the same, so the reader is asked.

        pcscd may notice a pull a moment after the command that failed by it.
        """
        try:
            if error.reader_gone:
                raise error
            until = time.monotonic() + _SETTLES_MS / 1000
            now: int | None = state
            while now is not None and self._pcsc.present(now) and now >> 16 == state >> 16:
                left = int((until - time.monotonic()) * 1000)
                now = self._pcsc.change(context, reader, now, left) if left > 0 else None
        except PcscError:
            self._listeners.failed("unreadable", READER_LOST)
            raise
        if now is not None:
            return self._listeners.failed("pulled", PULLED)
        _log.warning("%s: a card could not be read: %s", self.id, error.name)
        return self._listeners.failed("unreadable", UNREADABLE)
