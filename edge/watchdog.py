"""Tells systemd that the node is ready and alive (sd_notify(3)); silent where systemd is not asking.

The sign of life is given only while the line answers: a hung hall is restarted, not admired.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)


def notify(message: str) -> None:
    """Sends one state line, such as `READY=1`, to the socket systemd named. Raises OSError."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(message.encode(), address)


class Watchdog:
    """Feeds the service watchdog three times within its time, as long as `alive()` is true.

    `alive` may raise: that is a no, and it is asked again.
    """

    def __init__(self, alive: Callable[[], bool]) -> None:
        self._alive = alive
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        period_us = int(os.environ.get("WATCHDOG_USEC", "0"))
        notify("READY=1")
        if period_us:
            self._thread = threading.Thread(target=self._feed, args=(period_us / 3e6,), name="watchdog", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        notify("STOPPING=1")
        self._stop.set()
        if self._thread:
            self._thread.join()

    def _feed(self, period_s: float) -> None:
        while not self._stop.wait(period_s):
            try:
                if self._alive():
                    notify("WATCHDOG=1")
            except Exception as error:
                # A card that took too long once (F12) must not end the signs of life for good.
                _log.warning("no sign of life this time: %r", error)
