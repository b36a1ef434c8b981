"""The loudspeaker's twin: keeps what was said, and can lose its sound device."""

import threading
import time
from collections import deque
from collections.abc import Callable

import msgspec

from edge import config
from edge.devices.ports import Health, Phrase
from edge.errors import DeviceError

_UNPLUGGED = "the sound device is unplugged: put it back"


class Said(msgspec.Struct, frozen=True):
    """One phrase that came out of the loudspeaker. `at`: ms since 1970."""

    at: int
    language: str
    text: str
    spoken: str


class TwinVoice:
    """`takes_s`: how long one announcement lasts; the last `keep` phrases are kept."""

    kind = "voice"

    def __init__(
        self,
        section: config.TwinVoice,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        takes_s: float = 0.0,
        keep: int = 40,
    ) -> None:
        self.id = section.id
        self._clock = clock
        self._takes_s = takes_s
        self._lines: deque[Said] = deque(maxlen=keep)
        self._speaking = threading.Lock()
        self._closing = threading.Event()
        self._unplugged = False
        self._health = Health("failed", "not opened yet")

    def open(self) -> None:
        self._closing.clear()
        self.check()

    def close(self) -> None:
        self._closing.set()
        self._health = Health("failed", "closed")

    def health(self) -> Health:
        return self._health

    def check(self) -> Health:
        self._health = Health("failed", _UNPLUGGED) if self._unplugged else Health("ok")
        return self._health

    def say(self, phrases: tuple[Phrase, ...], times: int | None = None) -> None:
        with self._speaking:
            if self.check().status == "failed":
                raise DeviceError(_UNPLUGGED)
            at = self._clock()
            for phrase in phrases:
                self._lines.appendleft(Said(at, phrase.language, phrase.text, phrase.spoken))
            self._closing.wait(self._takes_s)

    def lines(self) -> tuple[Said, ...]:
        """What was said, newest first."""
        return tuple(self._lines)

    def switches(self) -> dict[str, bool]:
        return {"unplugged": self._unplugged}

    def toggle(self, what: str, on: bool) -> None:
        """Pulls the sound device out, or puts it back. Raises KeyError for another word."""
        if what != "unplugged":
            raise KeyError(what)
        self._unplugged = on
        self.check()
