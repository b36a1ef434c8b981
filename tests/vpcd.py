"""A real pcscd with vpcd's virtual reader, private to one test process.

It runs in network and mount namespaces of its own: vpcd listens on every address, and pcscd knows only
one place for its socket, which is laid over with a folder of ours. No other test, and no pcscd of the
machine, is touched; it ends when this process ends, however that happens.

Run as a program it is the inside: `vpcd.py FOLDER`, commands on standard input, one letter an order.
"""

import atexit
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from edge.devices.pcsc import Pcsc, PcscError

_DRIVER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
_PORT = 0x9C7B
_READER = f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x{_PORT:X}\nLIBPATH {_DRIVER}\nCHANNELID 0x{_PORT:X}\n'


class Daemon:
    """One pcscd. `stop` kills it as a crash would; started with `plugged` False it has no reader."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="vpcd-"))
        (self.folder / "readers").mkdir()
        (self.folder / "run").mkdir()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._orders = ours
        apart = ["unshare", "--net", "--mount"] + ([] if os.getuid() == 0 else ["--map-root-user"])
        self._inside = subprocess.Popen([*apart, sys.executable, __file__, str(self.folder)], stdin=theirs.fileno())
        theirs.close()
        # Read by libpcsclite once, at the first call of this process: so there is one Daemon a process.
        os.environ["PCSCLITE_CSOCK_NAME"] = str(self.folder / "run" / "pcscd.comm")
        self.plugged = True
        self.running = False

    def start(self) -> None:
        """Returns when it answers."""
        file = self.folder / "readers" / "reader.conf"
        file.write_text(_READER if self.plugged else "")
        self._order(b"s")
        self.running = True
        _until(self._answers, "pcscd did not start")

    def stop(self) -> None:
        """kill -9."""
        self._order(b"k")
        self.running = False

    def wire(self) -> socket.socket:
        """A connection to vpcd's port, made inside and handed out."""
        self._orders.sendall(b"w")
        _, fds, _, _ = socket.recv_fds(self._orders, 1, 1)
        return socket.socket(fileno=fds[0])

    def end(self) -> None:
        self._orders.close()
        try:
            self._inside.wait(60)
        except subprocess.TimeoutExpired:
            self._inside.kill()
            self._inside.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ready(self) -> None:
        """Running, with its reader, whatever the test before did to it."""
        if not (self.running and self.plugged):
            self.stop()
            self.plugged = True
            self.start()

    def settle(self) -> None:
        """Returns when pcscd has noticed that the card is gone, for which it looks every 0.4 s: a hand is slower.

        Its count of insertions and removals is even then; a command that failed sets "empty" before that.
        """
        pcsc = Pcsc()
        try:
            context = pcsc.establish()
            try:
                _until(lambda: (pcsc.change(context, "Virtual PCD 00 00", 0) or 1 << 16) >> 16 & 1 == 0, "card stays")
            finally:
                pcsc.release(context)
        except PcscError:
            return  # no daemon, or no reader: no card either

    def _order(self, letter: bytes) -> None:
        self._orders.sendall(letter)
        if self._orders.recv(1) != b".":
            raise RuntimeError("the inside of the rig ended; are pcscd, vsmartcard-vpcd and namespaces there?")

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.folder / "run" / "pcscd.comm")) == 0


@cache
def daemon() -> Daemon:
    """The one of this process."""
    made = Daemon()
    atexit.register(made.end)
    return made


def _until(what: Callable[[], bool], trouble: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            raise RuntimeError(trouble)
        time.sleep(0.02)


# --- inside the namespaces -----------------------------------------------------


def _lay_over(folder: Path) -> None:
    """/run is ours here, and pcscd's folder in it is one that both sides see."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    Path("/run/pcscd").mkdir()
    subprocess.run(["mount", "--bind", str(folder / "run"), "/run/pcscd"], check=True)


def _started(folder: Path) -> "subprocess.Popen[bytes]":
    for left in Path("/run/pcscd").iterdir():
        left.unlink()
    with (folder / "pcscd.log").open("ab") as log:
        return subprocess.Popen(
            ["/usr/sbin/pcscd", "--foreground", "--error", "--config", str(folder / "readers")],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _connected() -> socket.socket:
    made: list[socket.socket] = []

    def attempt() -> bool:
        with contextlib.suppress(OSError):
            made.append(socket.create_connection(("127.0.0.1", _PORT), timeout=1))
        return bool(made)

    _until(attempt, "vpcd does not listen")
    return made[0]


def _inside(folder: Path) -> None:
    _lay_over(folder)
    orders = socket.socket(fileno=os.dup(0))
    daemon: subprocess.Popen[bytes] | None = None
    try:
        while order := orders.recv(1):
            if order == b"w":
                with _connected() as wire:
                    socket.send_fds(orders, [b"."], [wire.fileno()])
                continue
            if daemon is not None:
                daemon.kill()
                daemon.wait()
                daemon = None
            if order == b"s":
                daemon = _started(folder)
            orders.sendall(b".")
    finally:
        if daemon is not None:
            daemon.kill()
            daemon.wait()


if __name__ == "__main__":
    _inside(Path(sys.argv[1]))
