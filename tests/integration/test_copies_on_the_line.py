"""Real nodes, a real broker and the whole centre: who is taken for a copy, and who is not."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from central.app import Centre
from central.db.engine import engine
from central.ingest.couriers import Out
from edge.clock import wall_ms
from edge.config import Centre as Uplink
from edge.sync.uplink import ASIDE
from hallkeeper.central_backup import back_up, put_back
from tests.broker import Broker
from tests.fakenode import FakeNode
from tests.integration.test_ingest_faults import prepared, rows, running
from tests.sync_node import SyncNode
from tests.waiting import until


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/centre.db"


@pytest.fixture
def database(url: str, name: str) -> Iterator[Engine]:
    with prepared(url, FakeNode(name)) as made:
        yield made


def card(folder: Path, name: str, broker: Broker, version: Any = "5") -> SyncNode:
    """A node on the journal in `folder`."""
    folder.mkdir(exist_ok=True)
    broker.add(name, "secret")
    uplink = Uplink(host=broker.host, port=broker.port, password="secret", version=version, keepalive_s=60)
    return SyncNode(folder, name, uplink)


def online(node: SyncNode) -> None:
    until(lambda: node.uplink.status.online and node.acknowledged, say=lambda: node.uplink.status)


def stored(database: Engine) -> list[bytes]:
    """What the centre holds, in the order it came."""
    return [bytes(row.raw) for row in rows(database, "events", "id")]


def restarted(node: SyncNode) -> None:
    node.stop()
    node.start()


def loses(centre: Centre, welcomes: int) -> None:
    """So many of the next welcomes never arrive."""
    publish, left = centre.link.publish, [welcomes]

    def send(out: Out) -> None:
        if out.topic.endswith("/down/welcome") and left[0]:
            left[0] -= 1
        else:
            publish(out)

    centre.link.publish = send  # type: ignore[method-assign]


def test_welcomes_lost_on_the_way_make_no_copy(
    mosquitto: Broker, database: Engine, url: str, name: str, tmp_path: Path
) -> None:
    with running(url, mosquitto) as centre:
        node = card(tmp_path / "card", name, mosquitto)
        try:
            loses(centre, 1)
            node.start()
            node.add(5)
            online(node)
            epoch = node.epoch
            for lost in (1, 2):
                loses(centre, lost)
                restarted(node)
                node.add(5)
                online(node)
            loses(centre, 1)
            node.stop()
            node.start()
            until(lambda: len(rows(database, "verdicts")) > 6, 60)  # its welcome is lost, and it is started once more
            restarted(node)
            online(node)
            assert node.epoch == epoch
        finally:
            node.stop()
        assert {row.verdict for row in rows(database, "verdicts")} == {"continue"}
        assert rows(database, "quarantines") == []


@pytest.mark.fault("F25")
def test_a_centre_that_was_restored_takes_nobody_for_a_copy(
    mosquitto: Broker, database: Engine, url: str, name: str, tmp_path: Path
) -> None:
    node = card(tmp_path / "card", name, mosquitto)
    try:
        with running(url, mosquitto):
            node.start()
            node.add(10)
            online(node)
            back_up(database, tmp_path / "backup.db")
            for _ in range(3):
                restarted(node)
                online(node)
            node.add(10)
            online(node)
        epoch, before = node.epoch, len(rows(database, "verdicts"))
        put_back(database, tmp_path / "backup.db", at=wall_ms())
        with running(url, mosquitto):
            restored = engine(url)
            until(lambda: stored(restored) == node.raws(), 60, lambda: node.uplink.status)
            restarted(node)
            online(node)
        assert node.epoch == epoch and before > 3
        assert {row.verdict for row in rows(restored, "verdicts")} == {"continue"}
    finally:
        node.stop()


@pytest.mark.fault("F27")
@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_two_cards_of_one_name_are_both_on_the_line_and_one_stands_aside(
    mosquitto: Broker, database: Engine, url: str, name: str, tmp_path: Path, version: str
) -> None:
    """Under one client id each would put the other off, for ever."""
    original = card(tmp_path / "card", name, mosquitto, version)
    clone = card(tmp_path / "clone", name, mosquitto, version)
    try:
        with running(url, mosquitto, version):
            original.start()
            original.add(10)
            online(original)
            original.stop()
            shutil.rmtree(tmp_path / "clone")
            shutil.copytree(tmp_path / "card", tmp_path / "clone")
            original.start()
            online(original)
            clone.start()
            until(lambda: clone.uplink.status.words == ASIDE, 60, lambda: clone.uplink.status)
            until(lambda: len(clone.journal.all_streams()) == 2)
            clone.add(50)
            original.add(30)
            until(lambda: stored(database) == original.raws(), 60, lambda: original.uplink.status)
            assert original.uplink.link.online and clone.uplink.link.online
            assert clone.uplink.status.verdict == "quarantine" and not clone.uplink.status.online
            until(lambda: clone.uplink.status.backlog == 51)
            [presence] = rows(database, "presence")
            assert (presence.boot, presence.online) == (original.journal.boot, True)
    finally:
        original.stop()
        clone.stop()


@pytest.mark.fault("F26")
def test_an_old_image_goes_on_in_a_new_epoch_and_overwrites_nothing(
    mosquitto: Broker, database: Engine, url: str, name: str, tmp_path: Path
) -> None:
    node = card(tmp_path / "card", name, mosquitto)
    try:
        with running(url, mosquitto):
            node.start()
            node.add(10)
            online(node)
            node.stop()
            shutil.copytree(tmp_path / "card", tmp_path / "image")
            node.start()
            node.add(200)
            history = node.raws()
            until(lambda: stored(database) == history, 60, lambda: node.uplink.status)
            node.stop()
            shutil.rmtree(tmp_path / "card")
            shutil.copytree(tmp_path / "image", tmp_path / "card")
            node.open()
            node.add(3)  # before it has heard anything
            node.journal.close()
            node.start()
            until(lambda: len(node.journal.all_streams()) == 2, 60, lambda: node.uplink.status)
            node.add(5)
            since = [raw for _, raw, _ in node.journal.rows(node.journal.all_streams()[0].end)]
            until(lambda: stored(database)[len(history) :] == since, 60, lambda: node.uplink.status)
            assert stored(database)[: len(history)] == history
            assert node.uplink.status.verdict == "continue" and node.uplink.status.words == ""
        assert "new_epoch" in [row.verdict for row in rows(database, "verdicts", "id")]
        assert rows(database, "quarantines") == []
    finally:
        node.stop()
