"""The line to the broker: will, goodbye, cut, refusals, TLS, half-open connections."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import trustme

from contract.messages import LinkReport
from edge.config import Centre
from edge.errors import ConfigError
from edge.sync.link import Link
from tests.broker import Broker, free_port
from tests.centre_peer import Peer
from tests.sync_node import SyncNode
from tests.waiting import until


def test_online_then_goodbye(node: SyncNode, peer: Peer) -> None:
    node.start()
    until(lambda: node.uplink.status.online)
    conn, boot = node.uplink.conn, node.journal.boot
    until(lambda: peer.links() == [LinkReport(True, boot, conn)])
    node.stop()
    until(lambda: peer.links()[1:] == [LinkReport(False, boot, conn)], say=peer.links)


def test_the_will_speaks_for_its_connection_when_the_node_is_killed(node: SyncNode, peer: Peer, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.sync_node", tmp_path, node.node, str(node.centre.port), node.centre.version]
    program = subprocess.Popen(command)
    try:
        until(lambda: peer.links())
    finally:
        program.kill()
        program.wait()
    online = peer.links()[0]
    until(lambda: peer.links()[1:] == [LinkReport(False, online.boot, online.conn)], say=peer.links)


@pytest.mark.fault("F32")
def test_after_a_cut_the_will_names_an_older_connection_than_the_one_that_is_up(node: SyncNode, peer: Peer) -> None:
    node.start()
    until(lambda: node.uplink.status.online)
    first = node.uplink.conn
    node.uplink.link.cut()
    until(lambda: not node.uplink.status.online)
    assert node.uplink.status.cut
    node.add(5)
    until(lambda: node.uplink.status.backlog == 5)
    until(lambda: peer.links()[-1] == LinkReport(False, node.journal.boot, first))
    node.uplink.link.restore()
    until(lambda: node.uplink.status.backlog == 0 and node.uplink.status.online)
    assert not node.uplink.status.cut
    assert node.uplink.conn > first
    assert peer.raws(node.epoch) == node.raws()
    until(lambda: peer.links()[-1] == LinkReport(True, node.journal.boot, node.uplink.conn))


def test_a_wrong_password_is_told_and_tried_again_after_a_while(node: SyncNode, mosquitto: Broker) -> None:
    node.centre = msgspec.structs.replace(node.centre, password="wrong")
    node.start()
    told = until(lambda: node.uplink.status.words)
    assert "refuses this node" in told
    assert "look at its name and password" in told
    mosquitto.add(node.node, "wrong")
    until(lambda: node.uplink.link.online)


def test_no_broker_at_all(node: SyncNode, peer: Peer) -> None:
    node.centre = msgspec.structs.replace(node.centre, port=free_port())
    node.start().add(3)
    until(lambda: "cannot be reached" in node.uplink.status.words)
    until(lambda: node.uplink.status.backlog == 3)


@pytest.mark.fault("F32")
def test_a_node_can_neither_speak_for_another_one_nor_hear_it(node: SyncNode, peer: Peer, mosquitto: Broker) -> None:
    mosquitto.add("intruder", "secret")
    other = Peer(mosquitto, "intruder", node.centre.version).start()
    link = Link("intruder", node.centre, boot="b", next_conn=lambda: 1, news=lambda news: None)
    link.start()
    try:
        until(lambda: link.online)
        node.start()
        until(lambda: node.uplink.status.online)
        assert link.publish(f"hk/1/{node.node}/up/link", b'{"online":false,"boot":"x","conn":9}', retain=True)
        assert link.publish("hk/1/centre", b'{"generation":"forged"}', retain=True)
        assert link.publish("hk/1/intruder/up/link", b'{"online":true,"boot":"end","conn":9}')
        until(lambda: other.links() and other.links()[-1].boot == "end")
        node.add(1)
        until(lambda: peer.raws(node.epoch) == node.raws())  # the broker has told the centre all it had before
        assert {report.boot for report in peer.links()} == {node.journal.boot}
        assert len(peer.hellos()) == 1
        if node.centre.version == "5":
            until(lambda: "refused a message" in link.fault)
    finally:
        link.close()
        other.stop()


class Proxy:
    """Forwards to the broker until told to swallow everything, as a half-open line does."""

    def __init__(self, port: int) -> None:
        self._target, self.swallow = port, False
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._server.accept()
                there = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            self._ends += [here, there]
            threading.Thread(target=self._pump, args=(here, there), daemon=True).start()
            threading.Thread(target=self._pump, args=(there, here), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                if not self.swallow:
                    target.sendall(data)
        except OSError:
            pass
        if not self.swallow:
            target.close()

    def close(self) -> None:
        for end in (self._server, *self._ends):
            end.close()


@pytest.fixture
def proxy(mosquitto: Broker) -> Iterator[Proxy]:
    proxy = Proxy(mosquitto.port)
    yield proxy
    proxy.close()


@pytest.mark.fault("F34")
def test_a_half_open_line_is_noticed_within_the_keep_alive(node: SyncNode, peer: Peer, proxy: Proxy) -> None:
    node.centre = msgspec.structs.replace(node.centre, port=proxy.port, keepalive_s=5)
    node.start()
    until(lambda: node.uplink.status.online)
    proxy.swallow = True
    node.add(4)
    until(lambda: node.uplink.status.backlog == 4)
    until(lambda: not node.uplink.status.online)  # by itself TCP would wait for many minutes
    proxy.swallow = False
    until(lambda: node.uplink.status.online and node.acknowledged)


def test_tls_with_the_shipped_listener(tmp_path: Path) -> None:
    ca = trustme.CA()
    server = ca.issue_cert("127.0.0.1")
    for name, blob in (("ca", ca.cert_pem), ("crt", server.cert_chain_pems[0]), ("key", server.private_key_pem)):
        blob.write_to_path(tmp_path / name)
    trustme.CA().cert_pem.write_to_path(tmp_path / "other")
    broker = Broker(tmp_path / "broker")
    broker.with_tls(tmp_path / "ca", tmp_path / "crt", tmp_path / "key")
    broker.add("hall-1", "secret")
    broker.start()
    good = Centre(host="127.0.0.1", port=broker.tls_port or 0, password="secret", ca_file=str(tmp_path / "ca"))
    try:
        assert tried(good) == ""
        assert "certificate verify failed" in tried(msgspec.structs.replace(good, ca_file=str(tmp_path / "other")))
        assert "No such file" in tried(msgspec.structs.replace(good, ca_file=str(tmp_path / "missing")))
    finally:
        broker.stop()


def tried(centre: Centre) -> str:
    """What the link complains about; empty when it came up."""
    link = Link("hall-1", centre, boot="b", next_conn=lambda: 1, news=lambda news: None)
    link.start()
    try:
        until(lambda: link.online or link.fault)
        return link.fault
    finally:
        link.close()


def test_the_password_may_come_from_a_file(tmp_path: Path, node: SyncNode, peer: Peer) -> None:
    (tmp_path / "password").write_text("secret\n")
    node.centre = msgspec.structs.replace(node.centre, password=None, password_file=str(tmp_path / "password"))
    node.start()
    until(lambda: node.uplink.status.online)
    missing = msgspec.structs.replace(node.centre, password_file=os.fspath(tmp_path / "no"))
    with pytest.raises(ConfigError) as error:
        Link("n", missing, boot="b", next_conn=lambda: 1, news=lambda news: None)
    assert error.value.field == "centre.password_file"
