"""What happens in the hall because something was committed: slips and announcements, each in a thread of its own."""

from collections.abc import Callable

from edge.announcer import Announcer
from edge.effects import Effect, PrintSlip, Warn, effects
from edge.line import Batch, Line
from edge.printing.slips import SlipWorker


class Stage:
    """`slips` and `announcer` may be None: a hall without a printer or a loudspeaker."""

    def __init__(self, line: Line, slips: SlipWorker | None, announcer: Announcer | None) -> None:
        self._line = line
        self._slips = slips
        self._announcer = announcer
        self._leave: Callable[[], object] | None = None

    def open(self) -> None:
        """Listens first and looks at what a power cut left behind after, so nothing falls between.

        An emergency that lasts since before is spoken again.
        """
        self._leave = self._line.subscribe(self._told)
        if self._slips is not None:
            self._slips.start()
        if self._announcer is not None:
            if (emergency := self._line.view.emergency) is not None:
                self._announcer.add(Warn(emergency))
            self._announcer.start()

    def close(self) -> None:
        """A slip being printed and a call being spoken come to their end."""
        if self._leave is not None:
            self._leave()
        if self._slips is not None:
            self._slips.close()
        if self._announcer is not None:
            self._announcer.close()

    def _told(self, batch: Batch) -> None:
        for recorded in batch.recorded:
            for effect in effects(recorded.event, batch.view):
                self._perform(effect, recorded.at)

    def _perform(self, effect: Effect, at: int) -> None:
        if isinstance(effect, PrintSlip):
            if self._slips is not None:
                self._slips.add(effect.issued, at)
        elif self._announcer is not None:
            self._announcer.add(effect)
