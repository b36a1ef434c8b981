"""Messages between the MQTT thread and the one that stores them: bounded, so that a slow database costs no memory."""

import threading
from collections import deque
from typing import NamedTuple


class Message(NamedTuple):
    """As it came from the broker; `at` is when (wall time, ms). `retained`: the broker kept it, it may be old."""

    topic: str
    payload: bytes
    at: int
    retained: bool = False


class Inbox:
    """Any thread puts, one takes. What finds no room is dropped and counted: its sender will send it again."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[Message] = deque()
        self._newest: dict[str, Message] = {}
        self._condition = threading.Condition()
        self._woken = False
        self.dropped = 0

    def put(self, message: Message) -> bool:
        """False when there was no room."""
        with self._condition:
            if message.topic.endswith("/up/state"):
                # Only the newest state of a node says anything; it never waits in line.
                self._newest[message.topic] = message
            elif len(self._waiting) >= self._limit:
                self.dropped += 1
                return False
            else:
                self._waiting.append(message)
            self._condition.notify()
            return True

    def wake(self) -> None:
        """Ends the present or next `take` early."""
        with self._condition:
            self._woken = True
            self._condition.notify()

    def take(self, most: int, timeout_s: float) -> list[Message]:
        """Up to `most` messages and every new state, as soon as there is one; empty after `timeout_s` or `wake`."""
        with self._condition:
            self._condition.wait_for(lambda: self._waiting or self._newest or self._woken, timeout_s)
            self._woken = False
            taken = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
            taken += self._newest.values()
            self._newest.clear()
            return taken

    def __len__(self) -> int:
        return len(self._waiting) + len(self._newest)
