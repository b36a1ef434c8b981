"""From contacts to commands: every keys device → debounce → its bindings → the engine's line.

The driver's thread only puts the edge into a queue; one thread of this file does the rest, and never
waits for the disk: what became of a press is told when the engine's future is done.

A silent alarm leaves no trace a bystander could see: what becomes of its press is told to nobody here,
and a contact held closed, as a frightened hand does, is no fault of a device. Other alarm inputs that
stay closed (a fire panel's relay) are one alarm, and then told as such. A people counter's contact stays closed
as long as the crowd is there: that is no fault either, and when it opens the crowd alarm is over.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any

import msgspec

from contract.events import DeviceFailed, DeviceRecovered
from edge import bindings, tokens
from edge.bindings import Action, Alarm
from edge.devices.debounce import Ailing, Debounce, Finding, Pressed
from edge.devices.hearing import Hearing, Silence
from edge.devices.ports import Edge, Keys
from edge.errors import HallkeeperError, Refused
from edge.hall.commands import ClearCrowd, Command, Record

_log = logging.getLogger(__name__)

_AILS = {
    "stuck": "key {key} of {device} is stuck down and ignored; free it, or look for a short in its wire",
    "storm": "key {key} of {device} chatters and is ignored; look at its contact and its wire",
}
_HELD = "alarm input {key} of {device} has stayed closed since its alarm; until it opens no other can be seen"


class Bank(msgspec.Struct, frozen=True):
    """One keys device with what its keys do (`bindings.bind`)."""

    keys: Keys
    actions: Mapping[str, Action]
    debounce_ms: int


class Turned(msgspec.Struct, frozen=True):
    """A press the hall turned down; `error` says why and is fit to be shown."""

    device: str
    key: str
    action: Action
    error: HallkeeperError


class Keypress:
    """Hears all banks. `submit`: the engine's; `turned_down` is called from the engine's thread, so be quick."""

    def __init__(
        self,
        banks: tuple[Bank, ...],
        submit: Callable[[Command], "Future[Any]"],
        *,
        key_repeat_ms: int = 400,
        turned_down: Callable[[Turned], None] | None = None,
        token: Callable[[], str] = tokens.fresh,
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._banks = {bank.keys.id: bank for bank in banks}
        self._sorted = {bank.keys.id: Debounce(debounce_ms=bank.debounce_ms, repeat_ms=key_repeat_ms) for bank in banks}
        self._submit = submit
        self._turned_down = turned_down or _nothing
        self._token = token
        self._hearing: Hearing[tuple[str, Edge]] = Hearing(self._next_due, clock=clock)
        self._told_ailing: set[tuple[str, str]] = set()
        self._held: set[tuple[str, str]] = set()
        self._worker: threading.Thread | None = None

    def start(self) -> None:
        """Listens; the devices themselves are opened and closed by who made them."""
        for name, bank in self._banks.items():
            bank.keys.watch(partial(self._hear, name))
        self._worker = threading.Thread(target=self._run, name="keypress", daemon=True)
        self._worker.start()

    def stop(self) -> None:
        """Presses heard before are still submitted."""
        worker, self._worker = self._worker, None
        if worker is not None:
            self._hearing.end()
            worker.join(5)

    def _hear(self, name: str, edge: Edge) -> None:
        self._hearing.put((name, edge))

    def _run(self) -> None:
        while (heard := self._hearing.next()) is not None:
            if isinstance(heard, Silence):
                for name, debounce in self._sorted.items():
                    self._act(name, debounce.tick(heard.until))
            else:
                name, edge = heard
                self._act(name, self._sorted[name].feed(edge))

    def _next_due(self) -> int | None:
        return min((at for one in self._sorted.values() if (at := one.next_due()) is not None), default=None)

    def _act(self, name: str, findings: tuple[Finding, ...]) -> None:
        for finding in findings:
            match finding:
                case Pressed(key, _):
                    self._press(name, key)
                case Ailing(key, why):
                    self._ail(name, key, why)
                case well:
                    self._well(name, well.key)

    def _ail(self, name: str, key: str, why: str) -> None:
        action = self._banks[name].actions[key]
        held = why == "stuck" and isinstance(action, Alarm)
        cause = (_HELD if held else _AILS[why]).format(key=key, device=name)
        if why == "stuck" and isinstance(action, Alarm) and action.kind in ("silent", "crowd"):
            self._held.add((name, key))
            return
        self._told_ailing.add((name, key))
        _log.warning("%s", cause)
        self._send(Record(DeviceFailed(f"{name}:{key}", "key", cause)), _logged)

    def _well(self, name: str, key: str) -> None:
        if (name, key) in self._held:
            self._held.discard((name, key))
            self._eased(self._banks[name].actions[key])
        if (name, key) not in self._told_ailing:
            return
        self._told_ailing.discard((name, key))
        _log.info("key %s of %s works again", key, name)
        self._send(Record(DeviceRecovered(f"{name}:{key}", "key")), _logged)

    def _eased(self, action: Action) -> None:
        if isinstance(action, Alarm) and action.kind == "crowd":
            self._send(ClearCrowd(action.place, bindings.SOURCE), _unless_closed)

    def _press(self, name: str, key: str) -> None:
        action = self._banks[name].actions[key]

        def tell(error: Exception) -> None:
            if not isinstance(error, Refused):
                _logged(error)
            if isinstance(error, HallkeeperError) and not _silent(action):
                self._turned_down(Turned(name, key, action, error))

        self._send(bindings.command(action, self._token()), tell)

    def _send(self, command: Command, failed: Callable[[Exception], None]) -> None:
        def done(future: "Future[Any]") -> None:
            if not future.cancelled() and isinstance(error := future.exception(), Exception):
                failed(error)

        try:
            self._submit(command).add_done_callback(done)
        except Exception as error:
            # One press the line would not take must not end the hearing of all others.
            failed(error)


def _silent(action: Action) -> bool:
    return isinstance(action, Alarm) and action.kind == "silent"


def _nothing(turned: Turned) -> None:
    _log.info("%s key %s: %s", turned.device, turned.key, turned.error.detail)


def _unless_closed(error: Exception) -> None:
    """Staff may have closed the alarm before its contact opened."""
    if not isinstance(error, Refused):
        _logged(error)


def _logged(error: Exception) -> None:
    _log.error("a key's command failed: %s", error, exc_info=error)
