"""The line to the broker: the only place of the node that knows MQTT.

One paho client for each connection, so that nothing queued in one connection leaks into the next, and the
will always names the connection it speaks for. A thread of its own connects, and connects again with a
capped, jittered delay. What the broker confirms proves nothing here; it only bounds what is on the way.
"""

import logging
import random
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from contract import topics, wire
from contract.messages import LinkReport
from edge.config import Centre
from edge.errors import ConfigError, HallkeeperError

log = logging.getLogger(__name__)

IN_FLIGHT = 100
"""Messages sent that the broker has not confirmed; beyond it nothing is taken."""
FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 60.0
SETTLED_S = 20.0
"""A connection that lasted this long lets the delay begin small again."""
FAREWELL_S = 1.0
"""How long an orderly end waits for "offline" to reach the broker."""
CONNECT_S = 10.0


class Up(msgspec.Struct, frozen=True):
    """Connected and subscribed, as connection number `conn`."""

    conn: int


class Down(msgspec.Struct, frozen=True):
    conn: int
    why: str


class Heard(msgspec.Struct, frozen=True):
    conn: int
    topic: str
    payload: bytes


News = Up | Down | Heard


class _Line:
    """One connection: its number, its client, and how much of what it sent is confirmed."""

    def __init__(self, conn: int, client: mqtt.Client) -> None:
        self.conn, self.client = conn, client
        self.open = False
        self.over = threading.Event()
        self.sent = self.confirmed = 0


class Link:
    """`news` gets everything that happens, in the link's own threads; it must not block.

    Raises ConfigError where the password file cannot be read.
    """

    def __init__(
        self,
        node: str,
        centre: Centre,
        *,
        boot: str,
        next_conn: Callable[[], int],
        news: Callable[[News], None],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._node, self._centre, self._boot = node, centre, boot
        self._next_conn, self._news, self._jitter = next_conn, news, jitter
        self._password = _password(centre)
        self._line: _Line | None = None
        self._guard = threading.Condition()
        self._ending = self._cut = False
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)
        self.fault = ""
        """What stands in the way, for people; empty while all is well."""

    # --- for the rest of the node --------------------------------------------

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Says goodbye and ends; may be called twice."""
        with self._guard:
            self._ending = True
            self._guard.notify_all()
        if self._thread.is_alive():
            self._say_goodbye()
            self._thread.join(FAREWELL_S)
            self._hang_up()
            self._thread.join(CONNECT_S)

    @property
    def online(self) -> bool:
        line = self._line
        return line is not None and line.open

    @property
    def is_cut(self) -> bool:
        return self._cut

    def cut(self) -> None:
        """Pulls the cable, as the front panel does: the broker finds out by itself."""
        with self._guard:
            self._cut = True
        self._hang_up()

    def restore(self) -> None:
        """Puts the cable back."""
        with self._guard:
            self._cut = False
            self._guard.notify_all()

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """False while offline, or while too much is on the way; QoS 1."""
        with self._guard:
            line = self._line
            if line is None or not line.open or line.sent - line.confirmed >= IN_FLIGHT:
                return False
            line.sent += 1
        # Not under the guard: paho calls `_on_publish`, which takes it, with a lock of its own held.
        done = line.client.publish(topic, payload, qos=1, retain=retain).rc == mqtt.MQTT_ERR_SUCCESS
        if not done:
            self._confirmed(line)
        return done

    # --- the thread ----------------------------------------------------------

    def _run(self) -> None:
        delay = FIRST_DELAY_S
        while self._may_go_on():
            began = time.monotonic()
            self._connection()
            lasted = time.monotonic() - began
            delay = FIRST_DELAY_S if lasted >= SETTLED_S else min(delay * 2, LONGEST_DELAY_S)
            with self._guard:
                if not self._ending and not self._cut:
                    self._guard.wait(delay * (0.5 + self._jitter()) / 2)

    def _may_go_on(self) -> bool:
        """Waits while cut; False at the end."""
        with self._guard:
            self._guard.wait_for(lambda: self._ending or not self._cut)
            return not self._ending

    def _connection(self) -> None:
        """One connection from beginning to end."""
        line = None
        try:
            line = self._new_line(self._next_conn())
            self._line = line
            line.client.connect(self._centre.host, self._centre.port, self._centre.keepalive_s, **self._clean_start())
            line.client.loop_start()
            line.over.wait()
            line.client.loop_stop()
        except HallkeeperError as error:
            self._fail(error.detail)
        except (OSError, ValueError) as error:  # ValueError: paho's for a host name that is none
            self._fail(f"{self._centre.host}:{self._centre.port} cannot be reached: {error}")
        finally:
            self._closed(line)

    def _new_line(self, conn: int) -> _Line:
        v5 = self._centre.version == "5"
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            # A copy of this node under its own name must not put it off the line: the centre judges the two.
            client_id=f"{self._node}-{self._boot}",
            protocol=mqtt.MQTTv5 if v5 else mqtt.MQTTv311,
            clean_session=None if v5 else True,
            reconnect_on_failure=False,
        )
        client.username_pw_set(self._node, self._password)
        client.max_inflight_messages_set(IN_FLIGHT)
        client.connect_timeout = CONNECT_S
        if self._centre.ca_file is not None:
            client.tls_set(self._centre.ca_file, self._centre.certificate, self._centre.private_key)
        will = wire.encode(LinkReport(False, self._boot, conn))
        client.will_set(topics.up(self._node, "link"), will, qos=1, retain=True)
        line = _Line(conn, client)
        client.on_socket_open = _no_delay
        client.on_connect = lambda _c, _u, _flags, reason, _p: self._on_connect(line, reason)
        client.on_subscribe = lambda _c, _u, _mid, reasons, _p: self._on_subscribe(line, reasons)
        client.on_message = lambda _c, _u, message: self._news(Heard(conn, message.topic, bytes(message.payload)))
        client.on_publish = lambda _c, _u, _mid, reason, _p: self._on_publish(line, reason)
        client.on_disconnect = lambda _c, _u, _flags, reason, _p: self._on_disconnect(line, reason)
        return line

    def _clean_start(self) -> dict[str, Any]:
        return {"clean_start": True} if self._centre.version == "5" else {}

    # --- what paho calls, in its own thread ----------------------------------

    def _on_connect(self, line: _Line, reason: ReasonCode) -> None:
        if reason.is_failure:
            self._fail(f"the broker refuses this node: {reason}; look at its name and password")
        elif not self._ending and not self._cut:
            line.client.subscribe([(topics.all_down(self._node), 1), (topics.CENTRE, 1)])
            return
        line.client.disconnect()

    def _on_subscribe(self, line: _Line, reasons: list[ReasonCode]) -> None:
        if refused := [reason for reason in reasons if reason.is_failure]:
            self._fail(f"the broker does not let this node listen: {refused[0]}; look at the broker's ACL")
            line.client.disconnect()
            return
        self.fault = ""
        with self._guard:
            line.open = True
        online = wire.encode(LinkReport(True, self._boot, line.conn))
        self.publish(topics.up(self._node, "link"), online, retain=True)
        self._news(Up(line.conn))

    def _on_publish(self, line: _Line, reason: ReasonCode) -> None:
        self._confirmed(line)
        if reason.is_failure:
            self._fail(f"the broker refused a message: {reason}")

    def _on_disconnect(self, line: _Line, reason: ReasonCode) -> None:
        if reason.is_failure and not self._ending and (line.open or not self.fault):
            self._fail("the uplink is cut" if self._cut else f"the connection ended: {reason}")
        line.over.set()

    def _confirmed(self, line: _Line) -> None:
        with self._guard:
            line.confirmed += 1
            self._guard.notify_all()

    def _closed(self, line: _Line | None) -> None:
        with self._guard:
            was_open = line is not None and line.open
            self._line = None
        if line is not None and was_open:
            line.open = False
            self._news(Down(line.conn, self.fault))

    def _fail(self, fault: str) -> None:
        if fault != self.fault:
            log.warning("%s", fault)
        self.fault = fault

    # --- ends ----------------------------------------------------------------

    def _hang_up(self) -> None:
        """Closes the socket under the client, as a cut cable would."""
        line = self._line
        wire_end = line.client.socket() if line is not None else None
        if isinstance(wire_end, socket.socket):
            try:
                wire_end.shutdown(socket.SHUT_RDWR)
            except OSError:
                log.debug("it was down already")

    def _say_goodbye(self) -> None:
        line = self._line
        if line is None:
            return
        offline = wire.encode(LinkReport(False, self._boot, line.conn))
        if self.publish(topics.up(self._node, "link"), offline, retain=True):
            with self._guard:
                self._guard.wait_for(lambda: line.sent == line.confirmed, FAREWELL_S)
        line.client.disconnect()


def _password(centre: Centre) -> str | None:
    if centre.password_file is None:
        return centre.password
    try:
        return Path(centre.password_file).read_text().strip()
    except OSError as error:
        raise ConfigError(f"the password file cannot be read: {error}", "centre.password_file") from error


def _no_delay(_client: mqtt.Client, _user: Any, wire_end: Any) -> None:
    if isinstance(wire_end, socket.socket):
        wire_end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
