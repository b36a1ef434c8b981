"""kill -9 of a node at random moments: `edge run` with sixteen customers and three clerks, a printer outside that
keeps its paper, broker and centre alive. With test_kill_node_journal.py it is killed two hundred times."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.devices.twins.escpos_paper import Paper
from tests.faults.whole.load import Hall, Load, Promises
from tests.faults.whole.programs import Office, hall_file, rewrite, written
from tests.faults.whole.watch import Watch, agree, ends, slip, stored
from tests.ports.printer_peer import TcpPrinter
from tests.waiting import until

KILLS = 80
"""And 120 in test_kill_node_journal.py."""
SEED = 20261122
pytestmark = pytest.mark.xdist_group("whole-node")


class Outside:
    """The printer on the counter: it lives through every death of the node."""

    def __init__(self) -> None:
        self._paper = Paper(80, None, lambda: 0, keep=1000)
        self.printer = TcpPrinter(self._paper)
        self.clean: Counter[str] = Counter()
        """Pieces of paper with a number and without COPY."""
        self.copies: Counter[str] = Counter()

    def collect(self) -> None:
        """The node is dead: what it sent has come or is lost, and what hangs out is torn off."""
        self.printer.hang_up()
        self._paper.tear()
        while self._paper.sheets:
            if came := slip(self._paper.sheets.popleft().text):
                number, copy = came
                (self.copies if copy else self.clean)[number] += 1


@pytest.fixture
def outside() -> Iterator[Outside]:
    made = Outside()
    yield made
    made.printer.close()


@pytest.fixture
def office(tmp_path: Path, outside: Outside) -> Iterator[Office]:
    """Twins for keys, boards and voice, and the driver of a network printer."""
    system = written(tmp_path)
    document = hall_file(system)
    document["keys"] = [{"id": each["id"], "driver": "twin", "bind": each["bind"]} for each in document["keys"]]
    document["boards"] = [{"id": each["id"], "driver": "twin", "shows": each["shows"]} for each in document["boards"]]
    document["voices"] = [{"id": "loudspeaker", "driver": "twin"}]
    network = {"driver": "network", "host": "127.0.0.1", "port": outside.printer.port}
    document["printers"] = [{"id": "slips", "chinese": "gb18030", "qr": "native", **network}]
    rewrite(system, document)
    system.enrol()
    with Office(system, simulated=False) as made:
        made.broker.start()
        made.centre.start()
        yield made


def live_and_die(office: Office, promises: Promises, chance: random.Random) -> None:
    """One life; some end before the node is open, most in the middle of the load."""
    office.node.begin()
    if chance.random() < 0.15:
        time.sleep(chance.uniform(0.0, 0.4))  # the moment of the kill, not a wait for anything
        office.node.kill()
        return
    office.node.ready()
    with Load(office.port, promises, again=True):
        answered = len(promises.numbers) + chance.randrange(60)
        until(lambda: len(promises.numbers) >= answered)
        time.sleep(chance.uniform(0.0, 0.05))
        office.node.kill()


@pytest.mark.fault("F01")
@pytest.mark.fault("F04")
@pytest.mark.fault("F05")
@pytest.mark.timeout(900)
def test_whatever_the_moment_nothing_is_lost_or_doubled(office: Office, outside: Outside) -> None:
    print("seed", SEED)
    chance = random.Random(SEED)
    promises, watch = Promises(), Watch(office.journal)
    unacknowledged = 0
    for kill in range(KILLS):
        live_and_die(office, promises, chance)
        outside.collect()
        watch.look(f"seed {SEED}, kill {kill}")
        assert not promises.wrong, f"seed {SEED}, kill {kill}"
        lost = set(promises.numbers.values()) - watch.tickets
        assert not lost, f"seed {SEED}, kill {kill}"
        if office.journal.exists():
            unacknowledged += stored(office.database) > ends(office.journal)[1]

    office.node.start()
    hall = Hall(office.port)
    for key in sorted(promises.doubtful):
        promises.answered(key, *hall.ticket(promises.services[key], key))
    hall.close()
    events = agree(office.journal, office.database)
    office.node.end()
    outside.collect()
    watch.look("at the end")

    numbers = list(promises.numbers.values())
    assert len(numbers) == len(set(numbers)), "two keys were given one number"
    assert not promises.wrong
    assert set(numbers) == watch.tickets, "one key, one ticket, and no ticket nobody asked for"
    assert not [number for number, pieces in outside.clean.items() if pieces > 1], "a second slip without COPY"
    assert set(outside.clean) | set(outside.copies) <= watch.tickets, "paper for a ticket that does not exist"
    assert unacknowledged, "it was never killed between sending and the acknowledgement"
    print(KILLS, "kills,", len(numbers), "tickets,", events, "events,", unacknowledged, "times unacknowledged")
    print(sum(outside.clean.values()), "clean slips,", sum(outside.copies.values()), "copies")
    assert len(numbers) > 5 * KILLS and outside.copies, "there was hardly any load"
