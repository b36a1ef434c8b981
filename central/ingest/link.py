"""The centre's line to the broker: the only place of the centre that knows MQTT.

What the broker confirms proves nothing (protocol.md); acknowledgements are the worker's. The session is
always clean: retained messages and the nodes' own resending bring everything back.
"""

import logging
import secrets
import ssl
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from central.clock import wall_ms
from central.config import Broker, secret
from central.errors import ConfigError
from central.ingest.couriers import Out
from central.ingest.inbox import Inbox, Message
from contract import topics

log = logging.getLogger(__name__)

SHORTEST_DELAY_S = 1
LONGEST_DELAY_S = 30
QUEUED = 2000
"""Messages waiting for the broker; beyond it they are dropped, since a node asks again for all of them."""


class Link:
    """`greeting` gives the retained notice to publish whenever a connection is made."""

    def __init__(self, broker: Broker, inbox: Inbox, greeting: Callable[[], Out | None]) -> None:
        """Raises ConfigError for a password or certificate file that cannot be read."""
        self._broker, self._inbox, self._greeting = broker, inbox, greeting
        self._client = self._new_client()
        self._closing = False
        self.online = False
        self.fault = "not connected yet"
        """What stands in the way, for people; empty while all is well."""
        self.unsent = 0

    def start(self) -> None:
        """Returns at once; connects, and connects again, in a thread of its own."""
        self._client.connect_async(self._broker.host, self._broker.port, self._broker.keepalive_s, **self._clean())
        self._client.loop_start()

    def close(self) -> None:
        """May be called twice."""
        self._closing = True
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, out: Out) -> None:
        """QoS 1. Any thread. While offline it is dropped: whoever is there afterwards says hello again."""
        if not self.online:
            self.unsent += 1
            return
        done = self._client.publish(out.topic, out.payload, qos=1, retain=out.retain)
        if done.rc != mqtt.MQTT_ERR_SUCCESS:
            self.unsent += 1

    def _new_client(self) -> mqtt.Client:
        v5 = self._broker.version == "5"
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"{self._broker.user}-{secrets.token_hex(4)}",
            protocol=mqtt.MQTTv5 if v5 else mqtt.MQTTv311,
            clean_session=None if v5 else True,
        )
        client.username_pw_set(
            self._broker.user, secret(self._broker.password, self._broker.password_file, "broker.password")
        )
        client.max_queued_messages_set(QUEUED)
        client.max_inflight_messages_set(200)
        client.reconnect_delay_set(SHORTEST_DELAY_S, LONGEST_DELAY_S)
        if self._broker.ca_file is not None:
            try:
                client.tls_set(self._broker.ca_file, self._broker.certificate, self._broker.private_key)
            except (OSError, ssl.SSLError, ValueError) as error:
                raise ConfigError(f"broker.ca_file or certificate cannot be used: {error}", "broker.ca_file") from error
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        return client

    def _clean(self) -> dict[str, Any]:
        return {"clean_start": True} if self._broker.version == "5" else {}

    # --- what paho calls, in its own thread ----------------------------------

    def _on_connect(self, client: mqtt.Client, _user: Any, _flags: Any, reason: ReasonCode, _properties: Any) -> None:
        if reason.is_failure:
            self._fail(f"the broker refuses the centre: {reason}; look at broker.user and its password")
        else:
            client.subscribe(topics.ALL_UP, qos=1)

    def _on_subscribe(
        self, client: mqtt.Client, _user: Any, _mid: int, reasons: list[ReasonCode], _properties: Any
    ) -> None:
        if any(reason.is_failure for reason in reasons):
            self._fail(f"the broker does not let the centre listen: {reasons[0]}; look at the broker's ACL")
            return
        self.fault, self.online = "", True
        log.info("connected to the broker at %s:%d", self._broker.host, self._broker.port)
        if (greeting := self._greeting()) is not None:
            self.publish(greeting)

    def _on_message(self, _client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "?"
        self._inbox.put(Message(topic, bytes(message.payload), wall_ms(), message.retain))

    def _on_connect_fail(self, _client: mqtt.Client, _user: Any) -> None:
        self._fail(f"{self._broker.host}:{self._broker.port} cannot be reached; is the broker running?")

    def _on_disconnect(
        self, _client: mqtt.Client, _user: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        self.online = False
        if not self._closing and (reason.is_failure or not self.fault):
            self._fail(self.fault or f"the connection ended: {reason}")

    def _fail(self, fault: str) -> None:
        if fault != self.fault:
            log.warning("%s", fault)
        self.fault = fault
