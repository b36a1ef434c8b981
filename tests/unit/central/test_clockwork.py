"""Jobs that run again and again: one that fails is tried again and shown, and closing waits for the one in hand."""

import threading
import time

from central.clockwork import Clockwork, Job
from tests.waiting import until

NEVER = 3600.0


def test_a_job_runs_at_once_and_again_when_there_is_something_to_do() -> None:
    ran: list[int] = []
    other: list[int] = []
    work = Clockwork([Job("a", NEVER, ran.append), Job("b", NEVER, other.append)])
    work.start()
    try:
        until(lambda: ran and other)
        assert abs(ran[0] - time.time() * 1000) < 60_000, "told the wall time in ms"
        work.nudge("a", "nobody")
        until(lambda: len(ran) == 2)
        assert len(other) == 1
        work.nudge()
        until(lambda: len(ran) == 3 and len(other) == 2)
    finally:
        work.close()


def test_a_job_runs_by_itself_at_its_pace() -> None:
    ran: list[int] = []
    work = Clockwork([Job("a", 0.01, ran.append)])
    work.start()
    until(lambda: len(ran) >= 5)
    work.close()
    done = len(ran)
    assert len(ran) == done


def test_what_is_rung_while_a_job_runs_is_not_forgotten() -> None:
    """A booking that is made while the roster is being told is told in the next turn, not in a quarter of a minute."""
    inside, go_on, ran = threading.Event(), threading.Event(), []

    def slow(at: int) -> None:
        ran.append(at)
        inside.set()
        go_on.wait(110)

    work = Clockwork([Job("a", NEVER, slow)])
    work.start()
    assert inside.wait(60)
    work.nudge("a")
    go_on.set()
    until(lambda: len(ran) == 2)
    work.close()


def test_one_that_fails_is_shown_and_tried_again_and_holds_up_no_other() -> None:
    tries: list[int] = []
    other: list[int] = []

    def failing(at: int) -> None:
        tries.append(at)
        if len(tries) < 3:
            raise RuntimeError("no such table\nat line 5")

    work = Clockwork([Job("bad", NEVER, failing), Job("good", 0.01, other.append)])
    work.start()
    try:
        until(lambda: work.faults.get("bad") == "RuntimeError: no such table")
        until(lambda: len(other) > 3)
        work.nudge("bad")
        until(lambda: len(tries) == 2)
        assert "bad" in work.faults
        work.nudge("bad")
        until(lambda: not work.faults)
    finally:
        work.close()


def test_closing_waits_for_the_job_in_hand() -> None:
    inside, go_on, done = threading.Event(), threading.Event(), []

    def slow(_at: int) -> None:
        inside.set()
        go_on.wait(110)
        done.append(True)

    work = Clockwork([Job("a", 0.0, slow)])
    work.start()
    assert inside.wait(60)
    closing = threading.Thread(target=work.close)
    closing.start()
    closing.join(0.1)
    assert closing.is_alive()
    go_on.set()
    closing.join(60)
    assert not closing.is_alive() and done


def test_closing_just_as_a_turn_begins_does_not_wait_for_the_next_hour() -> None:
    """The bell `close` rings may be silenced by the turn that begins in the same moment."""

    class Bell(threading.Event):
        def clear(self) -> None:
            if not silenced:
                closing.start()
                silenced.append(True)
                until(self.is_set)
            super().clear()

    silenced: list[bool] = []
    work = Clockwork([Job("a", NEVER, lambda _at: None)])
    work._bells["a"] = Bell()
    closing = threading.Thread(target=work.close)
    work.start()
    until(lambda: silenced)
    closing.join(60)
    assert not closing.is_alive()
