"""A tiny centre: speaks protocol.md through a real broker, keeps everything in memory, and misbehaves on demand."""

import secrets
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from central.signing import Signer
from contract import chain, topics, wire
from contract.directives import Directive
from contract.messages import (
    Ack,
    CentreNotice,
    Directives,
    Events,
    Hello,
    LinkReport,
    Lost,
    StateReport,
    StreamAck,
    Taken,
    Welcome,
)
from contract.stream import Dead, Fork, Hole, Receiver
from tests.broker import CENTRE, CENTRE_PASSWORD, Broker


class Store:
    """One epoch, as committed: exact bytes by seq, and the chain."""

    def __init__(self, epoch: str) -> None:
        self.receiver = Receiver(epoch)
        self.rows: dict[int, bytes] = {}
        self.hashes: dict[int, bytes] = {}
        self.dead: list[Dead] = []
        self.holes: list[Hole] = []
        self.forks: list[Fork] = []

    def take(self, offer: Any) -> None:
        for got in (*offer.new, *offer.dead):
            assert got.seq not in self.rows, "stored twice"
            self.rows[got.seq], self.hashes[got.seq] = got.raw, got.hash
        self.dead += offer.dead
        if offer.hole:
            self.holes.append(offer.hole)
            self.hashes[offer.hole.last] = offer.tip
        if offer.fork:
            self.forks.append(offer.fork)
        self.receiver.committed(offer)


class Peer:
    """`channel` maps each arriving batch to those that really arrive: the place for loss, doubling, reordering."""

    def __init__(self, broker: Broker, node: str, version: str = "5", generation: str = "g1") -> None:
        self.node, self.generation = node, generation
        self.stores: dict[str, Store] = {}
        self.heard: defaultdict[str, list[Any]] = defaultdict(list)
        """Every message, by the name of its topic."""
        self.channel: Callable[[Events], list[Events]] = lambda batch: [batch]
        self.silent = False
        """Stores, but says nothing: as if it died between commit and ack."""
        self.mute = False
        """Neither stores nor says anything."""
        self.signer: Signer | None = None
        self.welcomes = True
        self.verdict = "continue"
        self.lease: str | None = None
        self.offered: list[str] = []
        self.conn: tuple[str, int] | None = None
        self.lock = threading.RLock()
        self._ready = threading.Event()
        v5 = version == "5"
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"centre-{secrets.token_hex(4)}",
            protocol=mqtt.MQTTv5 if v5 else mqtt.MQTTv311,
            clean_session=None if v5 else True,
        )
        self._client.username_pw_set(CENTRE, CENTRE_PASSWORD)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe(topics.ALL_UP, 1)
        self._client.on_subscribe = lambda *_: self._subscribed()
        self._client.on_message = lambda _c, _u, message: self._arrived(message)
        self._broker = broker

    def start(self) -> "Peer":
        self._client.connect(self._broker.host, self._broker.port)
        self._client.loop_start()
        assert self._ready.wait(60)
        return self

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def raws(self, epoch: str) -> list[bytes]:
        with self.lock:
            store = self.stores.get(epoch)
            return [] if store is None else [store.rows[seq] for seq in sorted(store.rows)]

    def say(self, name: str, message: msgspec.Struct | bytes, retain: bool = False) -> None:
        topic = topics.CENTRE if name == "centre" else topics.down(self.node, name)
        payload = message if isinstance(message, bytes) else wire.encode(message)
        self._client.publish(topic, payload, qos=1, retain=retain)

    def notice(self) -> None:
        self.say("centre", CentreNotice(self.generation), retain=True)

    def forget(self, generation: str, keep: dict[str, int]) -> None:
        """Restored from an old backup: of each epoch only the first `keep` events are left; a new life begins."""
        with self.lock:
            old, self.stores, self.generation = self.stores, {}, generation
            for epoch, upto in keep.items():
                store = self.stores[epoch] = Store(epoch)
                store.rows = {seq: raw for seq, raw in old[epoch].rows.items() if seq <= upto}
                store.hashes = {seq: h for seq, h in old[epoch].hashes.items() if seq <= upto}
                store.receiver = Receiver(epoch, upto, store.hashes.get(upto, chain.GENESIS))
        self.notice()

    def direct(self, first: int, *directives: tuple[str, str, dict[str, Any], int | None]) -> None:
        """Each: id, type, data, ttl_s (None: a fact). Signed where the peer has a `signer`."""
        assert self.conn is not None
        numbered = [
            self._signed(
                Directive(
                    seq, id_, "fact" if ttl is None else "command", ttl, type_, msgspec.Raw(msgspec.json.encode(data))
                )
            )
            for seq, (id_, type_, data, ttl) in enumerate(directives, first)
        ]
        self.say("directives", Directives(*self.conn, self.generation, first, numbered))

    def _signed(self, directive: Directive) -> Directive:
        if self.signer is None:
            return directive
        sig = self.signer.sign(self.node, self.generation, directive)
        return msgspec.structs.replace(directive, sig=sig)

    # --- what arrives --------------------------------------------------------

    def _subscribed(self) -> None:
        self._ready.set()

    def _arrived(self, message: mqtt.MQTTMessage) -> None:
        address = topics.parse(message.topic)
        if address is None or address.node != self.node:
            return
        with self.lock:
            if address.name == "events":
                batch = wire.events(message.payload)
                self.heard["events"].append(batch)
                for each in self.channel(batch):
                    self.batch(each)
                return
            found = wire.decode(message.payload, wire.UP[address.name])
            self.heard[address.name].append(found)
            if isinstance(found, Hello) and self.welcomes:
                self._welcome(found)
            elif isinstance(found, Lost):
                store = self._store(found.epoch)
                prev = bytes.fromhex(found.prev_hash) if found.prev_hash else None
                offer = store.receiver.lost(found.from_, found.to, prev, bytes.fromhex(found.next_hash), found.reason)
                store.take(offer)
                self._ack(store, [])

    def batch(self, batch: Events) -> None:
        if self.mute:
            return
        with self.lock:
            store = self._store(batch.epoch)
            offer = store.receiver.offer(batch.first, bytes.fromhex(batch.prev_hash), batch.events, store.hashes.get)
            store.take(offer)
            if not self.silent:
                self._ack(store, offer.refused)

    def _ack(self, store: Store, refused: list[Any]) -> None:
        assert self.conn is not None
        end = store.receiver
        self.say("ack", Ack(*self.conn, self.generation, end.epoch, end.acked, end.tip.hex(), refused))

    def _store(self, epoch: str) -> Store:
        return self.stores.setdefault(epoch, Store(epoch))

    def _welcome(self, hello: Hello) -> None:
        if (*(self.conn or ()), self.lease) != (hello.boot, hello.conn, hello.lease):
            self.offered.append(secrets.token_hex(8))
        self.lease, self.conn = hello.lease, (hello.boot, hello.conn)
        acks = [
            StreamAck(head.epoch, (end := self._store(head.epoch).receiver).acked, end.tip.hex())
            for head in hello.streams
        ]
        verdict: Any = self.verdict
        self.say("welcome", Welcome(*self.conn, self.generation, verdict, "", acks, self.offered[-1], 0))

    # --- what was heard, and answered ----------------------------------------

    def hellos(self) -> list[Hello]:
        """Each once: one said again because its welcome took long is the same hello."""
        first: dict[tuple[str, int, str | None], Hello] = {}
        for hello in self._answered("hello"):
            first.setdefault((hello.boot, hello.conn, hello.lease), hello)
        return list(first.values())

    def state(self) -> StateReport | None:
        states = self._answered("state")
        return states[-1] if states else None

    def links(self) -> list[LinkReport]:
        return self._answered("link")

    def taken(self) -> list[Taken]:
        return self._answered("taken")

    def _answered(self, name: str) -> list[Any]:
        """What is said from here on comes after the answer to the last of them."""
        with self.lock:
            return list(self.heard[name])
