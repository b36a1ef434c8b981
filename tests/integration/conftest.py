"""Fixtures of the integration tests."""

from collections.abc import Iterator

import pytest

from tests.broker import Broker


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
