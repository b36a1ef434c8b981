"""What waits in the inbox of the hall's line, each with a future of who waits for it."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import msgspec

from edge.hall.state import State
from edge.turn import Turn


class Item(msgspec.Struct):
    """Something for the line to do in a turn."""

    act: Callable[[Turn], Any]
    future: Future[Any]


class Renewal(msgspec.Struct):
    """The centre has ended the epoch `ends`; `notes` are kept with the beginning of the next one."""

    ends: str
    reason: str
    numbers: dict[str, int]
    notes: dict[str, str]
    future: Future[Any]


class Question(msgspec.Struct):
    """Asked of the durable state between two turns."""

    ask: Callable[[State], Any]
    future: Future[Any]


Work = Item | Renewal | Question
