"""The whole centre on a real broker: killed between commit and ack, its database gone, two versions of MQTT."""

import json
import os
import queue
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import Engine, text

from central.app import Centre
from central.config import parse
from central.db import migrate
from central.db.engine import engine, writing
from central.ingest import orders
from central.registry import enrol
from contract import messages, topics, wire
from tests.broker import CENTRE, CENTRE_PASSWORD, Broker, free_port
from tests.centre import SECRET, eventually
from tests.fakenode import NOON, FakeNode, day
from tests.postgres import Server


class Wire:
    """A fake node's line to the broker: everything heard is in `heard`."""

    def __init__(self, broker: Broker, node: FakeNode, version: str = "5") -> None:
        broker.add(node.name, "secret")
        self.node, self.heard = node, queue.Queue[Any]()
        self.generations: list[str] = []
        protocol = mqtt.MQTTv5 if version == "5" else mqtt.MQTTv311
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=node.name, protocol=protocol)
        self.client.username_pw_set(node.name, "secret")
        will = node.link(False)
        self.client.will_set(will[0], will[1], qos=1, retain=True)
        self.client.on_connect = lambda c, *_: c.subscribe([(topics.all_down(node.name), 1), (topics.CENTRE, 1)])
        self.client.on_message = self._on_message
        self.subscribed = queue.Queue[int]()
        self.client.on_subscribe = lambda *_: self.subscribed.put(1)
        self.client.reconnect_delay_set(1, 1)
        eventually(lambda: self._connect(broker))
        self.client.loop_start()
        self.subscribed.get(timeout=60)

    def _connect(self, broker: Broker) -> bool:
        return self.client.connect(broker.host, broker.port) == mqtt.MQTT_ERR_SUCCESS

    def _on_message(self, _client: Any, _user: Any, message: mqtt.MQTTMessage) -> None:
        if message.topic == topics.CENTRE:
            self.generations.append(wire.decode(message.payload, messages.CentreNotice).generation)
        else:
            self.heard.put(self.node.hear(message.topic, message.payload))

    def say(self, *said: tuple[str, bytes]) -> None:
        for topic, payload in said:
            retain = topic.rsplit("/", 1)[1] in topics.RETAINED
            self.client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(60)

    def hear(self, kind: type[Any], timeout_s: float = 60.0) -> Any:
        """The next message of that kind; others are skipped."""
        while True:
            said = self.heard.get(timeout=timeout_s)
            if isinstance(said, kind):
                return said

    def greet(self) -> messages.Welcome:
        """Says hello until somebody welcomes it: nobody may be there yet."""

        def welcomed() -> Any:
            self.say(self.node.hello())
            try:
                return self.hear(messages.Welcome, 1.0)
            except queue.Empty:
                return None

        found: messages.Welcome = eventually(welcomed, 60)
        return found

    def send_until_acked(self) -> None:
        """What a node does: from acked + 1, again and again."""

        def done() -> bool:
            first = self.node.acked.seq + 1 if self.node.acked else 1
            if first > self.node.last:
                return True
            self.say(self.node.events(first, 50))
            try:
                self.hear(messages.Ack, 1.0)
            except queue.Empty:
                return False
            return False

        eventually(done, 60)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def wires(mosquitto: Broker) -> Iterator[Callable[..., Wire]]:
    made: list[Wire] = []

    def connect(node: FakeNode, version: str = "5") -> Wire:
        made.append(Wire(mosquitto, node, version))
        return made[-1]

    yield connect
    for one in made:
        one.client.publish(topics.up(one.node.name, "link"), b"", qos=1, retain=True)
        one.client.publish(topics.up(one.node.name, "state"), b"", qos=1, retain=True)
        one.close()


def document(url: str, broker: Broker, version: str = "5") -> dict[str, Any]:
    return {
        "database": {"url": url},
        "broker": {"port": broker.port, "user": CENTRE, "password": CENTRE_PASSWORD, "version": version},
        "secrets": {"key": SECRET},
    }


@contextmanager
def running(url: str, broker: Broker, version: str = "5") -> Iterator[Centre]:
    with Centre(parse(document(url, broker, version))) as centre:
        eventually(lambda: centre.link.online)
        yield centre


@contextmanager
def prepared(url: str, *nodes: FakeNode) -> Iterator[Engine]:
    database = engine(url)
    migrate.upgrade(database)
    for node in nodes:
        enrol(database, node.name, node.hall, {"en": "Example hall"}, at=NOON)
    try:
        yield database
    finally:
        database.dispose()


def rows(database: Engine, table: str, order: str = "1") -> list[Any]:
    with database.connect() as connection:
        return list(connection.execute(text(f"SELECT * FROM {table} ORDER BY {order}")))


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_the_whole_way_up_and_down(
    mosquitto: Broker, wires: Callable[..., Wire], database_url: str, version: str
) -> None:
    node = FakeNode(f"way-{version.replace('.', '')}-{'pg' if database_url.startswith('post') else 'lite'}")
    node.record(*day(40))
    with prepared(database_url, node) as database, running(database_url, mosquitto, version) as centre:
        line = wires(node, version)
        welcome = line.greet()
        line.say(node.link(), node.state())
        assert welcome.verdict == "continue"
        eventually(lambda: line.generations[-1:] == [welcome.generation])
        line.send_until_acked()
        assert [bytes(row.raw) for row in rows(database, "events", "id")] == node.raws
        eventually(lambda: len(rows(database, "tickets")) == 40)

        assert [one.type for one in line.hear(messages.Directives).directives] == ["SnapshotBegun", "SnapshotEnded"]
        line.say(node.take(welcome.generation, 2))
        with writing(database).begin() as connection:
            orders.suspend_hall(connection, node.hall, "water", by="office", at=NOON)
        centre.worker.wake()
        told = line.hear(messages.Directives).directives
        assert [one.type for one in told] == ["HallSuspended"]

        [news] = [one for one in centre.live.news() if one.node == node.name]
        assert news.online and news.state is not None and news.state.services[0].waiting == 3
        # The socket dies without goodbye: the will says so.
        line.client.socket().close()  # type: ignore[union-attr]
        eventually(lambda: not centre.live.snapshot()[node.name].online)


@pytest.mark.fault("F06")
def test_killed_after_the_commit_before_the_ack(
    mosquitto: Broker, wires: Callable[..., Wire], database_url: str, tmp_path: Path
) -> None:
    node = FakeNode(f"kill-{'pg' if database_url.startswith('post') else 'lite'}")
    node.record(*day(20))
    settings = tmp_path / "central.json"
    settings.write_text(json.dumps(document(database_url, mosquitto)))
    with prepared(database_url, node) as database:
        child = subprocess.Popen([sys.executable, "-c", KILLED_AT_THE_FIRST_ACK, str(settings)], cwd=Path.cwd())
        try:
            line = wires(node)
            line.greet()
            line.say(node.events(1))
            assert child.wait(60) == -signal.SIGKILL
        finally:
            child.kill()
            child.wait()
        assert node.acked is None, "no ack was heard"
        stored = len(rows(database, "events"))
        assert stored == len(node.raws), "it was committed"
        with running(database_url, mosquitto) as centre:
            line.say(node.events(1))
            ack = line.hear(messages.Ack)
            assert (ack.seq, ack.hash) == (node.last, node.hashes[-1].hex())
            assert len(rows(database, "events")) == stored, "stored once"
            assert [bytes(row.raw) for row in rows(database, "events", "id")] == node.raws
            # What the killed one had not folded yet is caught up with.
            eventually(lambda: len(rows(database, "tickets")) == 20)
            assert centre.worker.counts()["duplicates"] == node.last


KILLED_AT_THE_FIRST_ACK = """
import json, os, pathlib, signal, sys, time
from central.app import Centre
from central.config import parse

centre = Centre(parse(json.loads(pathlib.Path(sys.argv[1]).read_text())))
publish = centre.link.publish

def last_words(out):
    if out.topic.endswith("/down/ack"):
        os.kill(os.getpid(), signal.SIGKILL)
    publish(out)

centre.link.publish = last_words
with centre:
    time.sleep(120)
"""


@pytest.mark.fault("F24")
def test_the_database_is_down_while_the_broker_is_up(
    mosquitto: Broker, wires: Callable[..., Wire], postgres_server: Server
) -> None:
    url = postgres_server.database()
    node = FakeNode("outage")
    node.record(*day(20))
    with prepared(url, node) as database, running(url, mosquitto) as centre:
        line = wires(node)
        line.greet()
        line.say(node.events(1, 30))
        assert line.hear(messages.Ack).seq == 30
        postgres_server.stop()
        try:
            for first in (31, 61, 31, 91):
                line.say(node.events(first, 30))
            eventually(lambda: centre.worker.fault)
            with pytest.raises(queue.Empty):
                line.hear(messages.Ack, 3.0)
            assert node.acked is not None and node.acked.seq == 30, "nothing is promised"
            assert centre.worker.alive
        finally:
            postgres_server.start()
        line.send_until_acked()
        assert [bytes(row.raw) for row in rows(database, "events", "id")] == node.raws
        eventually(lambda: len(rows(database, "tickets")) == 20)
        eventually(lambda: centre.worker.fault == "")


def test_the_centre_waits_for_a_broker_that_is_away(
    mosquitto: Broker, wires: Callable[..., Wire], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/centre.db"
    node = FakeNode("patient")
    node.record(*day(5))
    with prepared(url, node) as database, running(url, mosquitto) as centre:
        mosquitto.kill()
        mosquitto.wipe()
        eventually(lambda: not centre.link.online)
        assert centre.link.fault
        mosquitto.start()
        eventually(lambda: centre.link.online, 60)
        line = wires(node)
        line.greet()
        eventually(lambda: line.generations)  # the retained notice is there again
        line.send_until_acked()
        assert len(rows(database, "events")) == node.last


def test_bad_payloads_over_the_wire_are_counted_and_shown(
    mosquitto: Broker, wires: Callable[..., Wire], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/centre.db"
    node = FakeNode("rubbish")
    node.record(*day(5))
    with prepared(url, node) as database, running(url, mosquitto) as centre:
        line = wires(node)
        for name in sorted(topics.UP - {"state"}):  # of states only the newest is looked at
            for payload in (b"", b"\xff", b"{" * 5000, b"NaN", os.urandom(100)):
                line.client.publish(topics.up(node.name, name), payload, qos=1).wait_for_publish(60)
        line.client.publish(topics.up(node.name, "state"), b"{}", qos=1).wait_for_publish(60)
        line.client.publish(topics.up(node.name, "events"), b"x" * 200_000, qos=1).wait_for_publish(60)
        line.greet()
        line.send_until_acked()
        bad = centre.worker.counts()["unreadable"]
        assert bad >= (len(topics.UP) - 1) * 5 + 2, "the broker may deliver one of them twice, never less"
        assert len(rows(database, "dead_letters")) == bad
        assert centre.worker.alive and not centre.worker.fault


@contextmanager
def serving(settings: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    program = (
        "import sys, json, pathlib; from central.app import serve; from central.config import parse; "
        "serve(parse(json.loads(pathlib.Path(sys.argv[1]).read_text())))"
    )
    child = subprocess.Popen([sys.executable, "-c", program, str(settings)], cwd=Path.cwd())

    def up() -> bool:
        assert child.poll() is None
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as answer:
                return bool(json.load(answer)["ok"])
        except OSError:
            return False

    try:
        eventually(up, 60)
        yield child
    finally:
        child.terminate()
        child.wait(60)


def test_serve_answers_and_ends_in_order(mosquitto: Broker, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/centre.db"
    settings = tmp_path / "central.json"
    port = free_port()
    settings.write_text(json.dumps(document(url, mosquitto) | {"http": {"port": port}}))
    with prepared(url, FakeNode("served")):
        with serving(settings, port) as child:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/halls", timeout=60) as answer:
                assert [hall["hall"] for hall in json.load(answer)] == ["served"]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
                assert b"hallkeeper_ingest_up 1" in answer.read()
        assert child.returncode in (0, -signal.SIGTERM)
