"""The line between hall and office breaks under load: the broker dies and forgets everything, the centre dies, the
uplink is cut for long. Afterwards both hold the same events, byte for byte, and every order had one effect."""

import random
import sqlite3
import time
from typing import Any

import httpx
import pytest

from central.db.engine import engine as open_engine
from central.db.engine import writing
from central.ingest import orders
from contract.events import DirectiveAnswered, DirectiveTaken, HallResumed, HallSuspended
from edge.journal import Reader
from tests.faults.whole.load import Hall, Load, Promises
from tests.faults.whole.programs import HALL, Office
from tests.faults.whole.watch import Watch, agree, ends, stored
from tests.waiting import until

SEED = 20261122
pytestmark = [pytest.mark.xdist_group("whole-line"), pytest.mark.timeout(480)]


def moment(chance: random.Random, longest_s: float) -> None:
    """Until the moment of a kill."""
    time.sleep(chance.uniform(0.05, longest_s))


def flowing(office: Office, events: int) -> None:
    """Waits until that many more have come to the centre."""
    wanted = stored(office.database) + events
    until(lambda: stored(office.database) >= wanted)


def kept(office: Office, promises: Promises) -> None:
    """Every promise is in the journal, every number once and in its place."""
    watch = Watch(office.journal)
    watch.look("the journal")
    assert not promises.wrong and not promises.doubtful
    assert set(promises.numbers.values()) <= watch.tickets


@pytest.mark.fault("F21")
def test_the_broker_dies_with_all_it_knew(office: Office) -> None:
    print("seed", SEED)
    chance, promises = random.Random(SEED), Promises()
    kills = under_way = 0
    with Load(office.port, promises, clients=4, pause_s=0.02):
        while kills < 3 or (kills < 20 and not under_way):
            kills += 1
            flowing(office, 50)
            moment(chance, 0.5)
            office.broker.kill()
            under_way += ends(office.journal)[0] > ends(office.journal)[1]
            moment(chance, 0.5)
            office.broker.start()
    assert under_way, "nothing was on its way when the broker died"
    print(agree(office.journal, office.database), "events")
    kept(office, promises)


def told(office: Office, what: str, at: int) -> str:
    """The office suspends or resumes the hall, as its console does, also while the ingest is dead."""
    database = open_engine(f"sqlite:///{office.database}")
    try:
        with writing(database).begin() as connection:
            if what == "resume":
                return orders.resume_hall(connection, HALL, by="admin", at=at)
            return orders.suspend_hall(connection, HALL, "water in the cellar", by="admin", at=at)
    finally:
        database.dispose()


def effects(office: Office) -> list[Any]:
    reader = Reader(office.journal)
    try:
        kinds = DirectiveTaken | DirectiveAnswered | HallSuspended | HallResumed
        return [record.event for record in reader.replay() if isinstance(record.event, kinds)]
    finally:
        reader.close()


def test_the_centre_dies_and_its_orders_are_carried_out_once(office: Office) -> None:
    print("seed", SEED)
    chance, promises = random.Random(SEED), Promises()
    before = len(effects(office))
    issued: list[str] = []
    with Load(office.port, promises, clients=4, pause_s=0.02):
        for kill in range(8):
            what = "suspend" if kill % 2 == 0 else "resume"
            moment(chance, 0.4)
            if kill == 7:
                until(lambda: promises.refused)  # on a slow machine the hall may hear of two orders in one moment
            if order_first := chance.random() < 0.5:
                issued.append(told(office, what, time.time_ns() // 1_000_000))
                moment(chance, 0.6)
            office.centre.kill()
            if not order_first:
                issued.append(told(office, what, time.time_ns() // 1_000_000))
            office.centre.start()
        until(lambda: sum(isinstance(one, DirectiveAnswered) for one in effects(office)[before:]) >= len(issued), 60)
    print(agree(office.journal, office.database), "events,", promises.refused, "turned away while suspended")
    kept(office, promises)

    came = effects(office)[before:]
    assert [one.id for one in came if isinstance(one, DirectiveTaken) and one.kind == "command"] == issued
    assert [(one.id, one.outcome) for one in came if isinstance(one, DirectiveAnswered)] == [
        (id_, "done") for id_ in issued
    ]
    stops = [one for one in came if isinstance(one, HallSuspended | HallResumed)]
    assert [type(one) for one in stops] == [HallSuspended, HallResumed] * (len(issued) // 2)
    assert promises.refused, "nobody noticed the suspensions"
    assert Hall(office.port).get("/api/view")["suspended"] is None


@pytest.mark.fault("F24")
def test_the_centres_database_is_locked(office: Office) -> None:
    """SQLite; PostgreSQL is stopped in test_ingest_faults.py."""
    promises = Promises()
    agree(office.journal, office.database)
    with Load(office.port, promises, clients=4, pause_s=0.02):
        flowing(office, 1)
        locking = sqlite3.connect(office.database, isolation_level=None, timeout=60)
        locking.execute("begin exclusive")
        had = stored(office.database)
        until(lambda: ends(office.journal)[0] > had + 300, 60)
        assert ends(office.journal)[1] <= had, "acknowledged what it had not stored"
        assert stored(office.database) == had
        locking.execute("rollback")
        locking.close()
    agree(office.journal, office.database)
    kept(office, promises)


def uplink(office: Office, on: bool) -> None:
    """The switch on the front panel."""
    assert Hall(office.port).post("/api/panel/uplink", {"on": on}) == (200, {"done": True})


def news_at(centre: httpx.Client) -> tuple[str, int]:
    (hall,) = centre.get("/api/v1/halls").json()
    return hall["link"], hall["news_at"] or 0


@pytest.mark.fault("F22")
def test_back_from_a_long_cut_the_live_board_comes_first(office: Office) -> None:
    """Five thousand events wait: the board is fresh while they drain, and they drain no faster than the pace."""
    promises = Promises()
    agree(office.journal, office.database)
    with httpx.Client(base_url=office.system.centre_url, timeout=60) as centre:
        uplink(office, False)
        until(lambda: news_at(centre)[0] == "offline")
        had = stored(office.database)
        with Load(office.port, promises):
            until(lambda: ends(office.journal)[0] >= had + 5000, 200)
        assert stored(office.database) == had, "it was not cut"
        backlog = ends(office.journal)[0] - had
        assert backlog >= 5000

        back, began = time.time_ns() // 1_000_000, time.monotonic()
        uplink(office, True)
        came = behind = 0

        def fresh() -> bool:
            """Counted before it is asked: so much had come, at least, when the board was still an old one."""
            nonlocal came, behind
            came = stored(office.database) - had
            if news_at(centre) > ("online", back):
                return True
            behind = came
            return False

        until(fresh)
        until(lambda: stored(office.database) >= had + backlog, 120)
        lasted = time.monotonic() - began
    print("the board is fresh with", came, "of", backlog, "events come; all took", round(lasted, 1), "s")
    assert behind < backlog // 2, "the board waited for the backlog"
    # two thousand may come at once, then a thousand a second
    assert lasted > 0.8 * (backlog - 2000) / 1000, "nothing held the backlog back"
    agree(office.journal, office.database)
    kept(office, promises)
