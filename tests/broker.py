"""A private mosquitto for tests, on a free loopback port, run with the configuration files we ship.

`Broker` can be stopped, killed, and made to forget everything, and comes back on the same port.
Nodes are users added with `add`; the centre's user `_centre` is there from the start.
"""

import getpass
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from contract.topics import CENTRE_USER

SHIPPED = Path(__file__).parent.parent / "firmware_config" / "mosquitto"
CENTRE = CENTRE_USER
CENTRE_PASSWORD = "centre-secret"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program() -> str:
    """Debian puts mosquitto where a plain user's PATH does not look."""
    for place in (shutil.which("mosquitto"), "/usr/sbin/mosquitto", "/usr/bin/mosquitto"):
        if place and Path(place).exists():
            return place
    raise RuntimeError("mosquitto is not installed: apt install mosquitto")


class Broker:
    """`host` and `port` stay the same over every restart. `tls_port` is set after `with_tls`."""

    host = "127.0.0.1"

    def __init__(self, folder: Path) -> None:
        """Writes its files under `folder`; `start` it then."""
        self.port = free_port()
        self.tls_port: int | None = None
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        for name in ("store", "conf.d", "certs"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(SHIPPED / "hallkeeper.acl", folder / "hallkeeper.acl")
        self._configure("hallkeeper.conf", folder / "mosquitto.conf", f"user {getpass.getuser()}\n")
        self._passwords = folder / "hallkeeper.passwd"
        self._passwords.touch(mode=0o600)
        self.add(CENTRE, CENTRE_PASSWORD)

    def with_tls(self, ca: Path, certificate: Path, key: Path) -> None:
        """Adds the shipped TLS listener with these PEM files; before `start`."""
        self.tls_port = free_port()
        for source, name in ((ca, "ca.crt"), (certificate, "server.crt"), (key, "server.key")):
            shutil.copy(source, self._folder / "certs" / name)
        self._configure("hallkeeper-tls.conf", self._folder / "conf.d" / "tls.conf")

    def add(self, user: str, password: str) -> None:
        """Makes a node known, also to a running broker."""
        tool = shutil.which("mosquitto_passwd") or "/usr/bin/mosquitto_passwd"
        subprocess.run([tool, "-b", self._passwords, user, password], check=True, capture_output=True)
        if self.running:
            self._signal(signal.SIGHUP)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Returns once the port answers."""
        assert not self.running, "already running"
        with (self._folder / "log").open("ab") as log:
            command = [program(), "-c", str(self._folder / "mosquitto.conf")]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        end = time.monotonic() + 60
        while time.monotonic() < end and self.running:
            try:
                socket.create_connection((self.host, self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"mosquitto did not come up:\n{self.log()}")

    def stop(self) -> None:
        """An orderly end: the store is saved. May be called twice."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9: what was not saved is gone."""
        self._end(signal.SIGKILL)

    def wipe(self) -> None:
        """Deletes the store; only while it is not running."""
        assert not self.running, "stop or kill it first"
        shutil.rmtree(self._folder / "store")
        (self._folder / "store").mkdir()

    def log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")

    def _configure(self, name: str, target: Path, extra: str = "") -> None:
        """The shipped file with this test's port and folders in the place of the installed ones."""
        text = (SHIPPED / name).read_text()
        text = text.replace("/etc/mosquitto/", f"{self._folder}/").replace(
            "/var/lib/mosquitto/", f"{self._folder}/store/"
        )
        text = re.sub(r"^listener 1883 .*$", f"listener {self.port} 127.0.0.1", text, flags=re.M)
        text = re.sub(r"^listener 8883$", f"listener {self.tls_port} 127.0.0.1", text, flags=re.M)
        target.write_text(extra + text)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self.running:
            self._signal(number)
        if self._process is not None:
            self._process.wait(60)
