"""One loudspeaker queue for all windows: oldest first, never cut off, nothing stale; an emergency goes before all."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

import msgspec

from edge.devices.ports import Phrase, Voice
from edge.effects import AllClear, Announce, Greet, Spoken, Warn
from edge.errors import DeviceError
from edge.faces import voice as words
from edge.faces.quiet import Span, quiet

_log = logging.getLogger(__name__)
_BREATH_S = 5.0
"""At least so long is silence between two warnings, for what the staff have to say."""


class Speaker(msgspec.Struct, frozen=True):
    """A loudspeaker and what is set for it: when it keeps quiet, how it reads the digit 1."""

    voice: Voice
    quiet: tuple[Span, ...] = ()
    one: words.One = "yi"


class Announcer:
    """`languages`: spoken in this order. A call older than `stale_s` is not spoken any more: its customer has
    long read it. At most `most` calls wait; the oldest gives way.

    An emergency is next after what is being said, repeated every `again_s` while it lasts, in quiet hours too;
    calls that waited meanwhile are not spoken, since nobody is to go to a window. `wall`: the hall's time, ms.
    """

    def __init__(
        self,
        speakers: Sequence[Speaker],
        languages: tuple[str, ...],
        *,
        timezone: str = "Asia/Shanghai",
        wall: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        stale_s: float = 30.0,
        most: int = 40,
        again_s: float = 20.0,
    ) -> None:
        self._speakers = tuple(speakers)
        self._languages = languages
        self._timezone, self._wall = timezone, wall
        self._stale_s, self._most, self._again_s = stale_s, most, again_s
        self._queue: deque[tuple[float, Spoken]] = deque()
        self._warning: Warn | None = None
        self._warn_at = 0.0
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

    def add(self, spoken: Spoken) -> None:
        """Never waits."""
        with self._changed:
            if isinstance(spoken, Warn):
                self._warn(spoken)
            elif isinstance(spoken, AllClear):
                self._warning = None
                self._queue.appendleft((time.monotonic(), spoken))
            elif self._warning is None:
                self._join(spoken)
            else:
                _log.info("%s is not spoken: an emergency lasts", _what(spoken))
            self._changed.notify()

    def _warn(self, warn: Warn) -> None:
        if self._warning == warn:
            return
        if self._queue:
            _log.info("%d announcements are not spoken: an emergency was declared", len(self._queue))
        self._queue.clear()
        self._warning, self._warn_at = warn, time.monotonic()

    def _join(self, spoken: Spoken) -> None:
        if len(self._queue) >= self._most:
            _, dropped = self._queue.popleft()
            _log.warning("too many calls wait for the loudspeaker: %s is not spoken", _what(dropped))
        self._queue.append((time.monotonic(), spoken))

    def _run(self) -> None:
        while (item := self._next()) is not None:
            asked, spoken = item
            late = time.monotonic() - asked
            if late > self._stale_s and isinstance(spoken, Announce | Greet):
                _log.warning("%s came up %.0f s late and is not spoken", _what(spoken), late)
                continue
            try:
                self._say(spoken)
            except Exception:
                _log.exception("%s is not spoken", _what(spoken))

    def _next(self) -> tuple[float, Spoken] | None:
        """Waits for what is to be said next; None: closing."""
        with self._changed:
            while not self._closing:
                now = time.monotonic()
                if self._warning is not None and now >= self._warn_at:
                    self._warn_at = now + self._again_s
                    return now, self._warning
                if self._queue:
                    return self._queue.popleft()
                self._changed.wait(None if self._warning is None else self._warn_at - now)
            return None

    def _say(self, spoken: Spoken) -> None:
        now = self._wall()
        for speaker in self._speakers:
            if isinstance(spoken, Announce | Greet) and quiet(speaker.quiet, now, self._timezone):
                continue
            self._say_on(speaker.voice, *_phrases(spoken, self._languages, speaker.one))
        if isinstance(spoken, Warn):
            with self._changed:
                self._warn_at = max(self._warn_at, time.monotonic() + min(_BREATH_S, self._again_s))

    def _say_on(self, voice: Voice, phrases: tuple[Phrase, ...], times: int | None) -> None:
        try:
            voice.say(phrases, times)
        except DeviceError as error:
            if voice.id not in self._broken:
                _log.warning("%s is silent, calls are on the boards only: %s", voice.id, error.detail)
            self._broken.add(voice.id)
        else:
            self._broken.discard(voice.id)


def _phrases(spoken: Spoken, languages: tuple[str, ...], one: words.One) -> tuple[tuple[Phrase, ...], int | None]:
    """What is said, and how often; None: as the loudspeaker's section has it."""
    match spoken:
        case Announce(number, place, again):
            return words.call(number, place, languages, again=again, one=one), None
        case Greet(place):
            return words.welcome(place, languages, one=one), 1
        case Warn(kind):
            return words.emergency(kind), 1
        case AllClear():
            return words.all_clear(), 1


def _what(spoken: Spoken) -> str:
    """For the log."""
    match spoken:
        case Announce(number=number):
            return f"the call of {number}"
        case Greet():
            return "a welcome"
        case Warn(kind):
            return f"the warning of {kind}"
        case AllClear():
            return "the end of the emergency"
