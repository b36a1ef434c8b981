"""A resident-ID module (GA/T 467) on a serial line: find, select, read; photo and address are passed over.

The module is asked for a card a few times a second, so its silence is noticed while nobody uses it. A
card that was read must be lifted before the next counts.
"""

import logging
import termios
import time
from typing import Any

import serial

from edge import config
from edge.devices.attended import Attended
from edge.devices.backoff import backoff
from edge.devices.cards import CardUnknown, CardUnreadable
from edge.devices.cards.talk import NOBODY_KNOWS
from edge.devices.id_module_frames import (
    CHECKSUM,
    FIND,
    FOUND,
    NO_CARD,
    OK,
    READ,
    SELECT,
    SELF_TEST,
    STATUS,
    UNAUTHORISED,
    Answer,
    BadFrame,
    answer,
    meaning,
    request,
    texts,
    unframed,
)
from edge.devices.id_text import card_of
from edge.devices.ports import Card, Health

_log = logging.getLogger(__name__)

PULLED = "The card was lifted too early and nothing was read. Please lift it, lay it flat again and wait until told."
UNREADABLE = "The card cannot be read. Please lift it and lay it on again, or type its number."
_NOT_PROVED = "The card did not prove that it is genuine. Please show it at the desk."

_POLL_S = 0.25
_MOST_WAIT_S = 3.0
_SENT_S = 2.0
"""An adapter that takes no byte for so long is as good as gone."""
_LONGEST = 1400
"""Bytes of the longest answer: header, text, photo."""
_WRONG_CARD, _READ_FAILED, _SELECT_FAILED, _UNPROVED = 0x40, 0x41, 0x81, (0x31, 0x32, 0x33)

_LINE_GONE = (serial.SerialException, OSError, termios.error, TypeError)
"""What pyserial lets through when a line vanishes under it, depending on the call it was in."""


class _Gone(Exception):
    """The module does not work; the sentence is for a technician."""


class IdModule(Attended):
    """`CardReader` over the module at `section.path`. `answers_s`: how long it may think beside the line's time."""

    def __init__(self, section: config.IdModule, answers_s: float = 2.0) -> None:
        self._answers_s = answers_s + _LONGEST * 10 / section.baud
        super().__init__(section.id, ends_s=self._answers_s + 5)
        self._path, self._baud = section.path, section.baud
        self._line: Any = None

    def check(self) -> Health:
        """As of the last moment: the module is asked all the time, and the line has one owner."""
        return self.health()

    # --- the thread ----------------------------------------------------------

    def _look(self) -> None:
        self._connect()

    def _run(self) -> None:
        waits = backoff(most_s=_MOST_WAIT_S)
        while not self._closing.is_set():
            if self._line is None and not self._connect():
                self._closing.wait(next(waits))
                continue
            waits = backoff(most_s=_MOST_WAIT_S)
            try:
                self._attend()
            except _Gone as gone:
                self._lose(str(gone))
                self._closing.wait(next(waits))
        self._hang_up()

    def _connect(self) -> bool:
        try:
            self._line = serial.Serial(self._path, self._baud, timeout=0.05, write_timeout=_SENT_S, exclusive=True)
            self._need(self._ask(STATUS), OK)
        except (*_LINE_GONE, ValueError) as error:
            advice = "is the ID module plugged in, and the user in the group dialout?"
            self._lose(f"{self._path}: {getattr(error, 'strerror', None) or error}; {advice}")
            return False
        except _Gone as gone:
            self._lose(str(gone))
            return False
        self._cause = ""
        return True

    def _lose(self, cause: str) -> None:
        self._cause = cause
        self._hang_up()

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            try:
                line.close()
            except _LINE_GONE as error:
                _log.debug("%s: closing a line that is gone: %s", self.id, error)

    def _attend(self) -> None:
        """Until closed or _Gone. By the norm a card is found once until it is lifted; from a module that finds it
        again and again, the same is not told twice."""
        told: Card | tuple[str, str] | None = None
        while not self._closing.wait(_POLL_S):
            found = self._ask(FIND).sw3
            if found == NO_CARD:
                told = None
            elif found != FOUND:
                raise _Gone(meaning(found))
            elif (outcome := self._outcome()) != told:
                told = outcome
                self._tell(outcome)

    def _outcome(self) -> Card | tuple[str, str]:
        """The card, or code and sentence of why not. Raises _Gone, told before."""
        try:
            return self._read_whole() or ("pulled", PULLED)
        except CardUnknown as unknown:
            return ("unknown_card", str(unknown))
        except CardUnreadable as unreadable:
            return ("unreadable", str(unreadable))
        except _Gone:
            self._tell(("unreadable", UNREADABLE))
            raise

    def _read_whole(self) -> Card | None:
        """None: lifted too early."""
        for command in (SELECT, READ):
            said = self._ask(command)
            if said.sw3 != OK:
                self._refused(said.sw3)
                return None
        try:
            return card_of(texts(said.data))
        except BadFrame:
            raise CardUnreadable(UNREADABLE) from None

    def _refused(self, sw3: int) -> None:
        """Raises what the answer means; nothing where the card was lifted too early."""
        _log.warning("%s: %s", self.id, meaning(sw3))
        if sw3 in (_READ_FAILED, _SELECT_FAILED, NO_CARD):
            return
        if sw3 == _WRONG_CARD:
            raise CardUnknown(NOBODY_KNOWS)
        if sw3 in _UNPROVED:
            raise CardUnreadable(_NOT_PROVED)
        if sw3 in (SELF_TEST, UNAUTHORISED):
            raise _Gone(meaning(sw3))
        raise CardUnreadable(UNREADABLE)

    def _need(self, said: Answer, sw3: int) -> None:
        if said.sw3 != sw3:
            raise _Gone(meaning(said.sw3))

    def _ask(self, command: tuple[int, int]) -> Answer:
        """Asked twice where the line spoilt a frame in either direction. Raises _Gone."""
        said = self._asked_once(command)
        if said is None or said.sw3 == CHECKSUM:
            said = self._asked_once(command)
        if said is None:
            raise _Gone(f"{self._path}: what comes is no frame of an ID module; look at its cable and the baud rate")
        return said

    def _asked_once(self, command: tuple[int, int]) -> Answer | None:
        try:
            self._line.reset_input_buffer()
            self._line.write(request(command))
            return answer(self._body())
        except BadFrame:
            return None
        except _LINE_GONE as error:
            raise _Gone(f"{self._path}: the line is gone ({error}); put the ID module's cable back") from None

    def _body(self) -> bytes:
        received, until = b"", time.monotonic() + self._answers_s
        while time.monotonic() < until and not self._closing.is_set():
            received += self._line.read(self._line.in_waiting or 1)
            if (whole := unframed(received)) is not None:
                return whole[0]
        raise _Gone(f"{self._path}: the ID module does not answer; is it switched on, is {self._baud} its baud rate?")

    def _tell(self, outcome: Card | tuple[str, str]) -> None:
        if isinstance(outcome, Card):
            self._listeners.read(outcome)
        else:
            self._listeners.failed(*outcome)
