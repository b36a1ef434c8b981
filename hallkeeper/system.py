"""A whole system on this machine, on loopback: the files its programs need, and how each is started.

The demo, the browser test and the bench all run this: broker, centre, and halls on simulated devices.
"""

import secrets
import socket
import sys
import time
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from central.notices import sms_report
from central.roster_key import roster_key
from central.signing import Signer
from central.vault import Vault
from contract.topics import CENTRE_USER
from edge import config
from hallkeeper import broker, daylight
from hallkeeper.programs import Program, answers

LOGIN = ("admin", "hallkeeper-demo")
_HALLKEEPER = [sys.executable, "-m", "hallkeeper"]


class Layout(msgspec.Struct, frozen=True):
    """Which port is whose. `halls`: shipped example to its port. `gateway`: of the twin of an SMS gateway, if any.

    `grace_s`: how late a booked customer may come, where that is not to be as shipped. `switched_off`: the share of
    text messages whose telephone is.
    """

    broker: int
    centre: int
    halls: dict[str, int]
    gateway: int | None = None
    grace_s: int | None = None
    switched_off: float = 0.04


class System:
    """Writes everything into `folder` (which must be there) and knows how to start it. `database`: the centre's URL."""

    def __init__(self, folder: Path, layout: Layout, *, database: str | None = None) -> None:
        self.folder, self.layout = folder, layout
        self.timezone = daylight.zone(time.time())
        self.passwords = {user: secrets.token_urlsafe(24) for user in (CENTRE_USER, *layout.halls)}
        self.broker = broker.choose(folder / "broker", layout.broker, self.passwords)
        self.secret = secrets.token_urlsafe(48)
        self._report_key = secrets.token_urlsafe(24)
        self.central = folder / "central.toml"
        _write(self.central, self._central(database or f"sqlite:///{folder / 'central.db'}"))
        self.halls = {hall: folder / f"{hall}.toml" for hall in layout.halls}
        for hall, port in layout.halls.items():
            _write(self.halls[hall], self._hall(hall, port))

    def hall_url(self, hall: str) -> str:
        return f"http://127.0.0.1:{self.layout.halls[hall]}"

    @property
    def centre_url(self) -> str:
        return f"http://127.0.0.1:{self.layout.centre}"

    @property
    def gateway_url(self) -> str:
        return f"http://127.0.0.1:{self.layout.gateway}"

    def enrol(self) -> None:
        """What an administrator does once: the database, the first account, a node for each hall."""
        from hallkeeper.central_setup import prepare

        names = {hall: config.load(path).hall.name for hall, path in self.halls.items()}
        prepare(self.central, LOGIN, names, self.timezone)

    # --- programs, in the order they are started -------------------------------

    def broker_program(self) -> Program:
        def ready() -> bool:
            with socket.socket() as attempt:
                return attempt.connect_ex(("127.0.0.1", self.layout.broker)) == 0

        return Program("broker", self.broker.argv, ready)

    def centre_program(self) -> Program:
        argv = [*_HALLKEEPER, "central", "serve", "--config", str(self.central)]
        return Program("centre", argv, answers(f"{self.centre_url}/healthz"))

    def hall_program(self, hall: str) -> Program:
        argv = [*_HALLKEEPER, "edge", "run", str(self.halls[hall]), "--simulated"]
        return Program(hall, argv, answers(f"{self.hall_url(hall)}/healthz"))

    def gateway_program(self) -> Program:
        report = f"{self.centre_url}{sms_report.PATH}?key={self._report_key}"
        port, switched_off = str(self.layout.gateway), str(self.layout.switched_off)
        argv = [sys.executable, "-m", "hallkeeper.bookings.gateway", port, report, switched_off]
        return Program("sms gateway", argv, answers(f"{self.gateway_url}/healthz"))

    def programs(self) -> list[Program]:
        gateway = [self.gateway_program()] if self.layout.gateway else []
        return [self.broker_program(), *gateway, self.centre_program(), *map(self.hall_program, self.halls)]

    # --- their files -----------------------------------------------------------

    def _central(self, database: str) -> dict[str, Any]:
        password = self.passwords[CENTRE_USER]
        sms = {"sms": {"url": f"{self.gateway_url}/send", "signature": "示例大厅", "report_key": self._report_key}}
        return (sms if self.layout.gateway else {}) | {
            "database": {"url": database},
            "broker": {"port": self.layout.broker, "password": password, "version": self.broker.version},
            "http": {"port": self.layout.centre, "public_url": self.centre_url, "timezone": self.timezone},
            "secrets": {"key": self.secret},
        }

    def _hall(self, hall: str, port: int) -> dict[str, Any]:
        """The shipped example, open round the clock where it is day now, joined to this centre."""
        shipped = resources.files("firmware_config") / "halls" / f"{hall}.toml"
        document = tomllib.loads(shipped.read_text())
        document["hall"]["timezone"] = self.timezone
        document["node"] |= {"data": str(self.folder / hall), "port": port}
        document["day"] = {"starts": "04:00", "opens": "04:00", "last_ticket": "03:59", "closes": "03:59"}
        for service in document["services"]:
            service.pop("last_ticket", None)
        if self.layout.grace_s is not None:
            document.setdefault("rules", {})["grace_s"] = self.layout.grace_s
        document["centre"] = {
            "host": "127.0.0.1",
            "port": self.layout.broker,
            "password": self.passwords[hall],
            "version": self.broker.version,
            "site": self.centre_url,
            "verify_key": Signer(self.secret).public_key,
            "roster_key": roster_key(self.secret, hall),
            "seal_key": Vault(self.secret).seal_key,
        }
        return document


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _write(path: Path, document: dict[str, Any]) -> None:
    path.touch(mode=0o600)
    path.write_text(tomli_w.dumps(document))
