"""Buttons on the header of this Pi, to ground, pulled up: gpiozero over lgpio.

Another pin factory is taken by gpiozero's own switch, `GPIOZERO_PIN_FACTORY`, or by setting
`gpiozero.Device.pin_factory` (tests set its MockFactory). gpiozero's `bounce_time` is not used: it
loses edges and its mock ignores it; `debounce.py` sorts the raw edges.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

import gpiozero

from edge import config
from edge.devices.backoff import backoff
from edge.devices.gpio_pins import PINS, explain, pin_factory
from edge.devices.ports import Edge, Health
from edge.errors import ConfigError


class GpioKeys:
    """`Keys` over the GPIO header. `factory` gives the gpiozero pin factory; the default is described above."""

    kind = "keys"

    def __init__(self, section: config.GpioKeys, factory: Callable[[], Any] | None = None) -> None:
        """Raises ConfigError for a key that is no pin of the header."""
        self.id = section.id
        self._pins = {name: _pin(name, section.id) for name in section.bind}
        self._factory = factory or pin_factory
        self._heard: Callable[[Edge], None] = _ignore
        self._lock = threading.Lock()
        self._inputs: dict[str, Any] = {}
        self._stuck: set[str] = set()
        self._cause = "not opened yet"
        self._closing = threading.Event()
        self._closing.set()
        self._opener: threading.Thread | None = None

    def watch(self, heard: Callable[[Edge], None]) -> None:
        self._heard = heard

    def open(self) -> None:
        if not self._closing.is_set():
            return
        self._closing.clear()
        if self._take():
            return
        self._opener = threading.Thread(target=self._keep_trying, name=f"open-{self.id}", daemon=True)
        self._opener.start()

    def close(self) -> None:
        self._closing.set()
        if self._opener is not None:
            self._opener.join(5)
            self._opener = None
        self._release("closed")

    def health(self) -> Health:
        if self._cause:
            return Health("failed", self._cause)
        held = ", ".join(sorted(self._stuck))
        if held:
            return Health("degraded", f"closed since the start: pin {held}; look for a stuck key or a short")
        return Health("ok")

    def check(self) -> Health:
        """Reads every pin."""
        with self._lock:
            try:
                for contact in self._inputs.values():
                    _ = contact.value
            except (gpiozero.GPIOZeroError, OSError) as error:
                return Health("failed", explain(error))
        return self.health()

    def _keep_trying(self) -> None:
        for wait in backoff():
            if self._closing.wait(wait) or self._take():
                return

    def _take(self) -> bool:
        """Takes all pins, or none; a key found closed is no press (it was not pressed now)."""
        try:
            factory = self._factory()
            with self._lock:
                for name, number in self._pins.items():
                    self._inputs[name] = self._listen(name, number, factory)
        except Exception as error:
            # gpiozero, lgpio and the kernel each raise their own kinds; all mean "not there".
            self._release(explain(error))
            return False
        self._cause = ""
        return True

    def _listen(self, name: str, number: int, factory: Any) -> Any:
        contact = gpiozero.DigitalInputDevice(number, pull_up=True, pin_factory=factory)
        if contact.is_active:
            self._stuck.add(name)
        contact.when_activated = lambda contact: self._edge(name, True, contact.active_time)
        contact.when_deactivated = lambda contact: self._edge(name, False, contact.inactive_time)
        return contact

    def _edge(self, name: str, down: bool, age_s: float | None) -> None:
        """`age_s`: since the kernel saw the edge. On a busy machine a press and its release arrive together;
        stamped on arrival they would be a bounce, and the press lost."""
        self._stuck.discard(name)
        self._heard(Edge(name, down, time.monotonic_ns() - int(max(0.0, age_s or 0.0) * 1e9)))

    def _release(self, cause: str) -> None:
        with self._lock:
            inputs, self._inputs = self._inputs, {}
            self._stuck.clear()
            self._cause = cause
        for contact in inputs.values():
            contact.close()


def _pin(name: str, device: str) -> int:
    if name.isdecimal() and int(name) in PINS:
        return int(name)
    field = f"keys.{device}.bind.{name}"
    raise ConfigError(f'{field}: "{name}" is no pin; give the BCM number, {PINS[0]} to {PINS[-1]}', field)


def _ignore(_: Edge) -> None:
    pass
