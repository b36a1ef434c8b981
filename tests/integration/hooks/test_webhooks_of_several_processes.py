"""Several processes send webhooks, and one is killed between taking a message and sending it."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from central.db.engine import writing
from central.hooks import claim, outbox
from tests.integration.hooks.conftest import HookWorld


@contextmanager
def child(hooks: HookWorld, what: str) -> Iterator[subprocess.Popen[str]]:
    """Killed at the end, as by a power cut."""
    command = [sys.executable, "-m", "tests.hook_child", hooks.url, what, str(hooks.now())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_what_a_killed_process_had_taken_is_sent_by_another_one_later(hooks: HookWorld) -> None:
    hooks.register()
    hooks.booked()
    with child(hooks, "take") as process:
        assert line(process) == "taken True"
    assert hooks.sender.run() == 0, "it may still be on its way"
    hooks.later = claim.LEASE_MS - 1
    assert hooks.sender.run() == 0
    hooks.later = claim.LEASE_MS
    assert hooks.sender.run() == 1
    (row,) = hooks.deliveries()
    assert (row.state, row.tries, len(hooks.receiver.got)) == ("delivered", 2, 1)


def test_three_processes_send_each_message_once(hooks: HookWorld) -> None:
    ids = [hooks.register(url=f"{hooks.receiver.url}&n={n}")["id"] for n in range(5)]
    with writing(hooks.world.engine).begin() as connection:
        for n in range(40):
            outbox.put(connection, ids, "webhook.test", {"n": n}, hooks.world.at)
    with child(hooks, "run") as one, child(hooks, "run") as two, child(hooks, "run") as three:
        processes = (one, two, three)
        assert [line(process) for process in processes] == ["ready"] * 3
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        assert [line(process) for process in processes] == ["done"] * 3
    counted = Counter(one.id for one in hooks.receiver.got)
    assert len(counted) == 200 and set(counted.values()) == {1}
    assert {row.state for row in hooks.deliveries()} == {"delivered"}
