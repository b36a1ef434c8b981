"""kill -9 of a node at random moments under load: nothing promised is missing, no number comes twice (F01).

A kill leaves the page cache, so this says nothing about the disk; test_powercut_unsynced.py does.
"""

import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from edge.journal import Reader
from tests.line import issued

KILLS = 120
"""And 80 of the whole program in whole/test_whole_node_killed.py."""


def run_until_killed(folder: Path, chance: random.Random) -> list[str]:
    """One life of the node; the numbers it promised."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.node_child", str(folder), "--threads", "4"], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    said: list[str] = []
    # some lives end before the node is ready, some in the middle of the load
    if chance.random() < 0.2:
        killer = threading.Timer(chance.uniform(0.05, 0.6), child.kill)
        killer.start()
        said += child.stdout
        killer.join()
    else:
        after = chance.randrange(1, 80)
        for line in child.stdout:
            said.append(line)
            if len(said) == after:
                child.kill()
    assert child.wait(60) == -9
    # the last line may be cut in the middle, as the process was
    return [line.split()[1] for line in said if line.startswith("issued ") and line.endswith("\n")]


@pytest.mark.fault("F01")
@pytest.mark.timeout(900)
def test_kills_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    chance = random.Random(1)
    promised: list[str] = []
    for kill in range(KILLS):
        promised += run_until_killed(tmp_path, chance)
        if not (tmp_path / "journal.db").exists():
            continue
        reader = Reader(tmp_path / "journal.db")
        held = issued(reader)
        assert reader.verify().damage is None, f"kill {kill}"
        assert len(reader.all_streams()) == 1, f"kill {kill} was taken for damage"
        reader.close()
        assert len(set(held)) == len(held), f"kill {kill}: a number came twice"
        assert set(promised) <= set(held), f"kill {kill}: lost {set(promised) - set(held)}"
        assert held == [f"A{n:06}" for n in range(1, len(held) + 1)], f"kill {kill}: a number was used up for nothing"
    assert len(set(promised)) == len(promised) > KILLS
