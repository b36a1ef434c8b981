"""Requests that must count once although they came twice.

The line itself remembers idempotency keys of commands, for good. Here are the two short memories
beside it: answers of calls that are no commands (a reprint, a switch), by key; and the last press at
each counter, so that a key pressed twice within the repeat time counts once, as hardware keys do.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

KEPT = 1000
"""How many keys are remembered."""


class Answered:
    """Answers by idempotency key. A failed call is forgotten, so it may be tried again."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, asyncio.Future[Response]] = OrderedDict()

    async def once(self, key: str | None, act: Callable[[], Awaitable[Response]]) -> Response:
        if key is None:
            return await act()
        known = self._answers.get(key)
        if known is None:
            known = self._answers[key] = asyncio.ensure_future(act())
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        try:
            return await asyncio.shield(known)
        except Exception:
            self._answers.pop(key, None)
            raise


class Pressed:
    """The last press at each counter. `now` in seconds, monotonic."""

    def __init__(self, repeat_s: float, now: Callable[[], float]) -> None:
        self._repeat_s = repeat_s
        self._now = now
        self._last: dict[str, tuple[float, object, asyncio.Future[Any]]] = {}

    def at(self, counter: str, press: object, submit: Callable[[], asyncio.Future[Any]]) -> asyncio.Future[Any]:
        """The future of the same press just before, if it is that one again; else a new one."""
        now = self._now()
        last = self._last.get(counter)
        if last is not None and last[1] == press and now - last[0] < self._repeat_s:
            return last[2]
        future = submit()
        # An older press repeats nothing; and whoever asks may name any counter, so old ones must not gather.
        self._last = {each: kept for each, kept in self._last.items() if now - kept[0] < self._repeat_s}
        self._last[counter] = (now, press, future)
        return future
