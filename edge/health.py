"""Watches every device: what fails or recovers and stays so is recorded, once, with its cause."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from contract.events import DeviceFailed, DeviceRecovered, Event
from contract.messages import DeviceReport
from edge.devices.ports import Device, Health
from edge.hall.commands import Record
from edge.line import Line

_log = logging.getLogger(__name__)


class _Watched:
    def __init__(self, device: Device, seen: Health, recorded: str | None, at: int) -> None:
        self.device = device
        self.recorded = recorded
        """The cause on record; None: on record as well."""
        self.seen = seen
        self.seen_at = time.monotonic()
        self.since = at


class HealthWatch:
    """Asks each device's `health()` every `period_s`; a change counts when it held for `settle_s`."""

    def __init__(
        self,
        line: Line,
        devices: Sequence[Device],
        clock: Callable[[], int],
        period_s: float = 0.5,
        settle_s: float = 1.0,
    ) -> None:
        self._line = line
        self._devices = tuple(devices)
        self._clock = clock
        self._period_s = period_s
        self._settle_s = settle_s
        self._watched: tuple[_Watched, ...] = ()
        self._served: dict[str, Callable[[], bool]] = {}
        self._silent: set[str] = set()
        """Devices whose `health()` raised, which is logged once."""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="health", daemon=True)

    def start(self) -> None:
        """Begins from what the journal knows to be broken."""
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def alive(self) -> bool:
        """False: the thread has ended and was not told to, so that what is reported is old."""
        return self._closing.is_set() or self._thread.is_alive()

    def served(self, kind: str, alive: Callable[[], bool]) -> None:
        """Devices of `kind` are of use only while `alive()`: their worker runs. Without it they have failed."""
        self._served[kind] = alive

    def report(self) -> list[DeviceReport]:
        """Every device now, for the state report and the pages."""
        return [DeviceReport(one.device.id, one.device.kind, one.seen.status, one.since) for one in self._watched]

    def _run(self) -> None:
        begun = False
        while not self._closing.is_set():
            try:
                if not begun:
                    self._begin()
                    begun = True
                for one in self._watched:
                    self._look(one)
            except Exception:
                _log.exception("the devices could not be watched; it is tried again")
            self._closing.wait(self._period_s)

    def _begin(self) -> None:
        broken = self._line.ask(lambda state: dict(state.failed_devices)).result()
        at = self._clock()
        known = {device.id for device in self._devices}
        for gone in broken.keys() - known:
            self._record(DeviceRecovered(gone, "removed"))
        self._watched = tuple(
            _Watched(device, self._health(device), broken.get(device.id), at) for device in self._devices
        )

    def _health(self, device: Device) -> Health:
        """A fault in one driver is that device's trouble, and not the end of the watch over the others."""
        alive = self._served.get(device.kind)
        if alive is not None and not alive():
            return Health("failed", f"nothing is sent to {device.id} any more; see the log, restart the node")
        try:
            health = device.health()
        except Exception as error:
            if device.id not in self._silent:
                _log.exception("%s %s does not tell its health", device.kind, device.id)
            self._silent.add(device.id)
            return Health("failed", f"internal fault of its driver: {type(error).__name__}; see the log")
        self._silent.discard(device.id)
        return health

    def _look(self, one: _Watched) -> None:
        now, health = time.monotonic(), self._health(one.device)
        if health != one.seen:
            if health.status != one.seen.status:
                one.since = self._clock()
            one.seen, one.seen_at = health, now
        if now - one.seen_at >= self._settle_s:
            self._settled(one, health)

    def _settled(self, one: _Watched, health: Health) -> None:
        device = one.device
        if health.status == "failed" and one.recorded != health.cause:
            one.recorded = health.cause
            _log.warning("%s %s failed: %s", device.kind, device.id, health.cause)
            self._record(DeviceFailed(device.id, device.kind, health.cause))
        elif health.status != "failed" and one.recorded is not None:
            one.recorded = None
            _log.info("%s %s is well again", device.kind, device.id)
            self._record(DeviceRecovered(device.id, device.kind))

    def _record(self, event: Event) -> None:
        def done(future: "Future[object]") -> None:
            if not future.cancelled() and (error := future.exception()) is not None:
                _log.error("%s could not be recorded: %s", type(event).__name__, error)

        self._line.submit(Record(event)).add_done_callback(done)
