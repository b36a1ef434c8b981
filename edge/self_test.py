"""The self-test before opening: every device is tried for real, and the result is recorded (S2-3, S2-39, S4-10).

It runs by itself at the day's opening less `rules.self_test_before_s`, once; a node that was off at that
time makes up for it, until closing time. Staff may run it whenever they like.
"""

import logging
import threading
from collections.abc import Callable, Sequence

from contract.events import DevicesTested
from edge.devices.ports import Device, Health
from edge.errors import Refused
from edge.hall.commands import Record
from edge.line import Line

_log = logging.getLogger(__name__)

CHECK_S = 20.0
"""The longest one device may take; then it has failed."""
_LOOK_S = 30.0
"""How often the time is looked at without anything happening in the hall."""
BY = "node"
"""Who tested, when nobody asked for it."""


class SelfTest:
    """One thread that mostly sleeps. `now`: ms since 1970, the hall's clock."""

    def __init__(self, line: Line, devices: Sequence[Device], now: Callable[[], int], check_s: float = CHECK_S) -> None:
        self._line, self._devices, self._now, self._check_s = line, tuple(devices), now, check_s
        self._one = threading.Lock()
        self._hung: dict[str, threading.Thread] = {}
        """Checks that did not come back, which are not started a second time."""
        self._wake, self._closing = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._watch, name="self-test", daemon=True)
        self._plan: object = None
        self._leave: Callable[[], None] | None = None

    def start(self) -> None:
        self._leave = self._line.subscribe(self._told)
        self._thread.start()

    def close(self) -> None:
        """A test that runs comes to the end of its present device."""
        if self._leave is not None:
            self._leave()
        self._closing.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def run(self, by: str) -> dict[str, str]:
        """Tests all devices, one after the other, and records it: device id to "ok", "degraded" or "failed".

        Up to `check_s` for each device, so not in the line's thread. Raises StorageError, Refused.
        """
        with self._one:
            results: dict[str, str] = {}
            for device in self._devices:
                if self._closing.is_set():
                    raise Refused("The node is stopping: the self-test was not finished.", code="stopping")
                results[device.id] = self._health(device).status
            self._line.submit(Record(DevicesTested(results, by))).result()
            return dict(results)

    # --- by itself -----------------------------------------------------------

    def _told(self, batch: object) -> None:
        """In the line's thread: only another plan of the day wakes the sleeper at once."""
        plan = self._line.view.plan
        if plan is not self._plan:
            self._plan = plan
            self._wake.set()

    def _watch(self) -> None:
        while not self._closing.is_set():
            patience = _LOOK_S
            try:
                patience = self._look()
            except Refused as refusal:
                _log.info("%s", refusal.detail)
            except Exception:
                _log.exception("the self-test failed; it is tried again")
            self._wake.wait(patience)
            self._wake.clear()

    def _look(self) -> float:
        """Tests when it is time; returns how long to sleep, seconds."""
        plan = self._line.view.plan
        if plan is None or not self._devices or self._line.health.status != "running":
            return _LOOK_S
        before = self._line.ask(lambda state: state.rules.self_test_before_s).result()
        due, now = plan.opens_at - before * 1000, self._now()
        if now < due:
            return min(_LOOK_S, max(0.01, (due - now) / 1000))
        if now < plan.closes_at and self._line.view.self_test_at < due:
            results = self.run(BY)
            bad = ", ".join(f"{device} {status}" for device, status in results.items() if status != "ok")
            _log.info("self-test of %d devices: %s", len(results), bad or "all ok")
        return _LOOK_S

    def _health(self, device: Device) -> Health:
        """In a thread of its own: a driver that hangs fails, and the others are tested all the same."""
        found: list[Health] = []
        before = self._hung.get(device.id)
        if before is not None and before.is_alive():
            return Health("failed", "its last check has not ended yet")

        def check() -> None:
            try:
                found.append(device.check())
            except Exception as error:
                _log.exception("%s %s could not be checked", device.kind, device.id)
                found.append(Health("failed", f"its check failed: {type(error).__name__}"))

        thread = threading.Thread(target=check, name=f"check {device.id}", daemon=True)
        thread.start()
        thread.join(self._check_s)
        if found:
            return found[0]
        self._hung[device.id] = thread
        return Health("failed", f"no answer within {self._check_s:.0f} s")
