"""Fixtures of the integration tests."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.config import Centre
from tests.broker import Broker
from tests.centre import CentreBench
from tests.centre_peer import Peer
from tests.postgres import Server, server
from tests.sync_node import SyncNode


@pytest.fixture(scope="session")
def broker_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One mosquitto for the whole run; take `mosquitto`, which hands it over running."""
    broker = Broker(tmp_path_factory.mktemp("mosquitto"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def mosquitto(broker_process: Broker) -> Broker:
    """The run's broker, up. A test may stop, kill and wipe it; the next one finds it running again.

    Use a node name of the test's own: what was retained for others may still be there.
    """
    if not broker_process.running:
        broker_process.start()
    return broker_process


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A node name of this test's own."""
    return f"n{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]}"


@pytest.fixture(params=["5", "3.1.1"])
def node(mosquitto: Broker, name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SyncNode]:
    """A node known to the broker, not started; once for each version of MQTT."""
    mosquitto.add(name, "secret")
    centre = Centre(host=mosquitto.host, port=mosquitto.port, password="secret", version=request.param, keepalive_s=60)
    node = SyncNode(tmp_path, name, centre)
    yield node
    node.stop()


@pytest.fixture
def peer(mosquitto: Broker, node: SyncNode) -> Iterator[Peer]:
    """A centre for that node, listening."""
    peer = Peer(mosquitto, node.node, node.centre.version).start()
    yield peer
    peer.stop()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One PostgreSQL for the whole run; a test that stops it starts it again."""
    with server() as running:
        yield running


@pytest.fixture
def postgres(postgres_server: Server) -> str:
    """The URL of a new, empty PostgreSQL database."""
    return postgres_server.database()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new, empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/centre.db"
    url: str = request.getfixturevalue("postgres")
    return url


@pytest.fixture
def centre(database_url: str) -> Iterator[CentreBench]:
    """The centre's ingest on each kind of database."""
    bench = CentreBench(database_url)
    yield bench
    bench.close()
