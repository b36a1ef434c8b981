"""One loudspeaker queue for all windows: oldest first, never cut off, nothing stale."""

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence

from edge.devices.ports import Voice
from edge.effects import Announce
from edge.errors import DeviceError
from edge.faces.voice import call

_log = logging.getLogger(__name__)


class Announcer:
    """`languages`: spoken in this order. A call older than `stale_s` is not spoken any more: its customer has
    long read it. At most `most` calls wait; the oldest gives way.
    """

    def __init__(
        self, voices: Sequence[Voice], languages: tuple[str, ...], stale_s: float = 30.0, most: int = 40
    ) -> None:
        self._voices = tuple(voices)
        self._languages = languages
        self._stale_s = stale_s
        self._most = most
        self._queue: deque[tuple[float, Announce]] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._broken: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """What is being said is said to its end; what waits is not begun."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def alive(self) -> bool:
        """False: the thread has ended and was not told to, so that nothing is spoken any more."""
        return self._closing or self._thread.is_alive()

    def add(self, announce: Announce) -> None:
        """Never waits."""
        with self._changed:
            if len(self._queue) >= self._most:
                _, dropped = self._queue.popleft()
                _log.warning("too many calls wait for the loudspeaker: %s is not spoken", dropped.number)
            self._queue.append((time.monotonic(), announce))
            self._changed.notify()

    def _run(self) -> None:
        while (item := self._next()) is not None:
            asked, announce = item
            late = time.monotonic() - asked
            if late > self._stale_s:
                _log.warning("the call of %s came up %.0f s late and is not spoken", announce.number, late)
                continue
            try:
                self._say(announce)
            except Exception:
                _log.exception("the call of %s is not spoken", announce.number)

    def _next(self) -> tuple[float, Announce] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closing)
            return None if self._closing else self._queue.popleft()

    def _say(self, announce: Announce) -> None:
        phrases = call(announce.number, announce.place, self._languages, again=announce.again)
        for voice in self._voices:
            try:
                voice.say(phrases)
            except DeviceError as error:
                if voice.id not in self._broken:
                    _log.warning("%s is silent, calls are on the boards only: %s", voice.id, error.detail)
                self._broken.add(voice.id)
            else:
                self._broken.discard(voice.id)
