"""Keys at a satellite (`edge/satellite/`): what its station tells, under the port `Keys`.

A press that reached us late, because the network was away, is judged by its age: a call or a ticket of
more than `STALE_S` ago is what nobody stands there for any more, and is dropped with a word in the log.
An alarm counts however late it comes.
"""

import logging
import time
from collections.abc import Callable

from edge import config
from edge.devices.ports import Edge, Health
from edge.satellite.hub import SatelliteHub
from edge.satellite.link import Listener
from edge.satellite.messages import Checked, DeviceState, Hello, Shown, State

_log = logging.getLogger(__name__)
STALE_S = 3.0


class RemoteKeys(Listener):
    """`Keys` over one satellite; several sections may share one satellite, each with some of its keys."""

    kind = "keys"

    def __init__(self, section: config.RemoteKeys, hub: SatelliteHub) -> None:
        """Raises ConfigError for a satellite nobody knows."""
        self.id = section.id
        self._link = hub.link(section.satellite)
        self._names = frozenset(section.bind)
        self._alarms = frozenset(name for name, action in section.bind.items() if action.startswith("alarm:"))
        self._heard: Callable[[Edge], None] = _ignore
        self._opened = False
        self._here = False
        self._devices: dict[str, DeviceState] = {}
        self._down: set[str] = set()
        self._held: frozenset[str] = frozenset()
        self.too_old = 0
        """Presses dropped for their age, since the start."""

    def watch(self, heard: Callable[[Edge], None]) -> None:
        self._heard = heard

    def open(self) -> None:
        if not self._opened:
            self._opened = True
            self._link.listen(self)

    def close(self) -> None:
        if self._opened:
            self._link.forget(self)
            self._opened = self._here = False

    def health(self) -> Health:
        if not self._opened:
            return Health("failed", "not opened")
        if not self._here:
            return Health("degraded", self._link.health().cause or self._link.cause)
        for device in self._devices.values():
            if device.status != "ok" and self._names & set(device.keys):
                return Health(device.status, f"at satellite {self._link.id}, {device.id}: {device.cause}")
        if self._held:
            held = ", ".join(sorted(self._held))
            return Health("degraded", f"closed since satellite {self._link.id} called: {held}; look for a stuck key")
        return self._all_there()

    def check(self) -> Health:
        """Waits for the satellite; its keys can only be tried by hand."""
        self._link.check()
        return self.health()

    def _all_there(self) -> Health:
        known = {name for device in self._devices.values() for name in device.keys}
        if missing := self._names - known:
            return Health(
                "failed",
                f"satellite {self._link.id} has no key {', '.join(sorted(missing))}; "
                f"it has {', '.join(sorted(known)) or 'none'}",
            )
        return Health("ok")

    # --- what the link tells ------------------------------------------------------

    def linked(self, hello: Hello) -> None:
        self._devices = {device.id: device for device in hello.devices}
        self._held = self._names & frozenset(hello.held)
        self._here = True

    def lost(self) -> None:
        """What was down is not known any more: a lost release must not look like a stuck key."""
        self._here = False
        for name in tuple(self._down):
            self._move(Edge(name, False, time.monotonic_ns()))

    def heard(self, edges: list[Edge]) -> None:
        for edge in edges:
            if edge.key not in self._names:
                continue
            self._held -= {edge.key}
            age_s = (time.monotonic_ns() - edge.mono_ns) / 1e9
            if edge.down and age_s > STALE_S and edge.key not in self._alarms:
                self.too_old += 1
                told = "%s: a press of %s is %.0f s old and counts no more (the %d. such press)"
                _log.warning(told, self.id, edge.key, age_s, self.too_old)
            else:
                self._move(edge)

    def told(self, message: State | Shown | Checked) -> None:
        if isinstance(message, State):
            self._devices[message.device.id] = message.device

    def _move(self, edge: Edge) -> None:
        (self._down.add if edge.down else self._down.discard)(edge.key)
        self._heard(edge)


def _ignore(_: Edge) -> None:
    pass
