"""A centre killed while it tells customers: nothing is lost, and the gateway gives nobody the same message twice."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from central.config_notices import Sms
from central.db.engine import writing
from central.notices.claim import LEASE_MS
from central.notices.outbox import announce
from central.notices.sender import Sender
from central.notices.sms import SmsGateway
from contract.person import Person
from tests.gateway import Gateway
from tests.notices_world import NOON, NoticesWorld
from tests.postgres import server
from tests.waiting import until

PHONE_ONLY = Person("李明", phone="13812345678")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/centre.db"
        return
    with server() as running:
        yield running.database()


@pytest.fixture
def world(url: str) -> Iterator[NoticesWorld]:
    world = NoticesWorld(url)
    for _ in range(3):
        id_ = world.book(PHONE_ONLY)
        with writing(world.database).begin() as connection:
            announce(connection, world.vault, "booking.confirmed", world.booking(id_), at=NOON)
    yield world
    world.close()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    gateway = Gateway()
    yield gateway
    gateway.close()


def child(url: str, gateway: Gateway, *how: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "tests.notices_child", url, f"{gateway.url}/send", str(NOON), *how])


def sender(world: NoticesWorld, gateway: Gateway) -> Sender:
    return Sender(world.database, world.vault, {"sms": SmsGateway(Sms(url=f"{gateway.url}/send"))})


def test_killed_after_taking_and_before_sending(world: NoticesWorld, url: str, gateway: Gateway) -> None:
    assert child(url, gateway, "taken").wait(60) == -9
    assert {(row.state, row.tries) for row in world.rows()} == {("waiting", 1)} and not gateway.asked
    sends = sender(world, gateway)
    assert sends.run("sms", NOON + 1000) == 0, "nobody takes what may still be under way"
    assert sends.run("sms", NOON + LEASE_MS) == 3
    assert len(gateway.delivered) == len(gateway.asked) == 3
    assert {row.state for row in world.rows()} == {"sent"}


def test_killed_while_the_gateway_has_it(world: NoticesWorld, url: str, gateway: Gateway) -> None:
    gateway.hold.clear()
    process = child(url, gateway)
    until(lambda: len(gateway.asked) == 3, 60)
    process.kill()
    process.wait()
    gateway.hold.set()
    until(lambda: len(gateway.delivered) == 3)
    assert {row.state for row in world.rows()} == {"waiting"}, "nobody wrote down what became of them"
    assert sender(world, gateway).run("sms", NOON + LEASE_MS) == 3
    assert len(gateway.asked) == 6 and len(gateway.delivered) == 3
    assert {row.state for row in world.rows()} == {"sent"}


def test_two_centres_send_each_notice_once(world: NoticesWorld, gateway: Gateway) -> None:
    for _ in range(30):
        id_ = world.book(PHONE_ONLY)
        with writing(world.database).begin() as connection:
            announce(connection, world.vault, "booking.confirmed", world.booking(id_), at=NOON)
    both = [sender(world, gateway), sender(world, gateway)]
    with ThreadPoolExecutor(2) as pool:
        tried = list(pool.map(lambda one: one.run("sms", NOON), both))
    assert sum(tried) == len(gateway.asked) == len(gateway.delivered) == 33
