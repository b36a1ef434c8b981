"""Halls with much to tell: `python -m bench.halls PORT EVENTS NAME …` sends it all through the broker.

Each keeps to protocol 1: hello, welcome, then batches within the window until everything is acknowledged.
Says `began NS` with the first batch and `acked NS` after the last acknowledgement (monotonic clock).
"""

import sys
import threading
import time
from itertools import chain, islice

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from contract import topics
from contract.messages import Ack, Welcome
from contract.stream import Sender
from tests.fakenode import FakeNode, day

PASSWORD = "bench-secret"
MOST = 500
"""Events of one batch, as a node sends them."""
ACKED_S = 600.0


def hall_names(count: int) -> list[str]:
    return [f"hall-{n}" for n in range(1, count + 1)]


def lived(name: str, events: int) -> FakeNode:
    """A node with a day of so many events in its journal."""
    node = FakeNode(name)
    node.record(*islice(day(events), events))
    return node


def payloads(names: list[str], events: int) -> list[list[tuple[str, bytes]]]:
    """What each hall sends, batch by batch."""
    return [lived(name, events).batches(MOST) for name in names]


def in_turn(batches: list[list[tuple[str, bytes]]]) -> list[tuple[str, bytes]]:
    """One batch of each hall, then the next of each."""
    return list(chain.from_iterable(zip(*batches, strict=True)))


class Speaker:
    """One hall on a connection of its own."""

    def __init__(self, node: FakeNode, port: int) -> None:
        self._node = node
        self._sender = Sender(0)
        self._lock = threading.Lock()
        self.welcomed, self.done = threading.Event(), threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5, client_id=node.name)
        self._client.username_pw_set(node.name, PASSWORD)
        self._client.max_queued_messages_set(0)
        self._client.on_connect = lambda client, *_: client.subscribe(topics.all_down(node.name), 1)
        self._client.on_subscribe = lambda *_: self._say(*node.hello())
        self._client.on_message = lambda _c, _u, message: self._heard(message.topic, bytes(message.payload))
        self._client.connect("127.0.0.1", port, clean_start=True)
        self._client.loop_start()

    def send(self) -> None:
        """Whatever the window lets through now."""
        with self._lock:
            while (want := self._sender.wants(self._node.last, time.monotonic())) is not None:
                last = min(want.first + min(want.most, MOST) - 1, self._node.last)
                topic, payload = self._node.events(want.first, last - want.first + 1)
                last = want.first + payload.count(b'{"seq":') - 1
                self._say(topic, payload)
                self._sender.sent(last, time.monotonic())

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _say(self, topic: str, payload: bytes) -> None:
        self._client.publish(topic, payload, qos=1)

    def _heard(self, topic: str, payload: bytes) -> None:
        said = self._node.hear(topic, payload)
        if isinstance(said, Welcome):
            self.welcomed.set()
        elif isinstance(said, Ack):
            with self._lock:
                self._sender.acknowledged(said.seq, time.monotonic())
            if said.seq >= self._node.last:
                self.done.set()
            self.send()


def main(port: int, events: int, names: list[str]) -> None:
    speakers = [Speaker(lived(name, events), port) for name in names]
    for each in speakers:
        assert each.welcomed.wait(30), "the centre did not welcome a hall"
    print(f"began {time.monotonic_ns()}", flush=True)
    for each in speakers:
        each.send()
    for each in speakers:
        assert each.done.wait(ACKED_S), "the centre did not acknowledge everything"
    print(f"acked {time.monotonic_ns()}", flush=True)
    for each in speakers:
        each.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
