"""The last presses at the counters: one counts once, and none is kept longer than it matters."""

import asyncio
from typing import Any

from edge.web.once import Pressed


def test_presses_that_repeat_nothing_do_not_gather() -> None:
    now = [0.0]
    pressed = Pressed(0.3, lambda: now[0])
    loop = asyncio.new_event_loop()

    def future() -> "asyncio.Future[Any]":
        return loop.create_future()

    for n in range(1000):
        now[0] += 0.125
        pressed.at(f"no-such-counter-{n}", "next", future)
    assert len(pressed._last) == 3
    first = pressed.at("1", "next", future)
    now[0] += 0.2
    pressed.at("2", "next", future)
    assert pressed.at("1", "next", future) is first, "another counter's press drops none that still counts"
    loop.close()
