"""A private PostgreSQL for tests: a cluster in a temporary folder, on a free loopback port.

`server()` is a context manager for scripts and benchmarks; the `postgres` fixtures of conftest.py files use it.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

_NUMBERS = count(1)


def binaries() -> Path | None:
    """The folder that holds initdb and pg_ctl: PATH first, then Debian's places, newest first."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: int(f.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@dataclass
class Server:
    """One running cluster. `stop`/`start` take the database away and bring it back, on the same port."""

    folder: Path
    port: int
    bin: Path

    @property
    def url(self) -> str:
        return f"postgresql://hallkeeper@127.0.0.1:{self.port}/postgres"

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"test_{next(_NUMBERS)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgresql://hallkeeper@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-w", "-t", "60", "start")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", mode, "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        # The server refuses to be root; whoever owns the folder runs it.
        owner = pwd.getpwuid(self.folder.stat().st_uid)
        as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        done = subprocess.run(
            [str(self.bin / program), *arguments],
            cwd=self.folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(self.folder)},
            stdin=subprocess.DEVNULL,
            stdout=(out := tempfile.TemporaryFile()),  # a pipe would stay open in the server  # noqa: SIM115
            stderr=subprocess.STDOUT,
            check=False,
            timeout=120,
            **as_owner,  # type: ignore[call-overload]
        )
        if done.returncode:
            out.seek(0)
            raise RuntimeError(f"{program} failed: {out.read().decode(errors='replace')}")


@contextmanager
def server(*, durable: bool = False) -> Iterator[Server]:
    """`durable`: with syncs to the disk, as a benchmark needs them; a test that kills processes does not.

    Raises RuntimeError where PostgreSQL is not installed or does not start.
    """
    folder_of_binaries = binaries()
    if folder_of_binaries is None:
        raise RuntimeError("no initdb found; install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="hallkeeper-pg-"))
    if os.geteuid() == 0:
        postgres = pwd.getpwnam("postgres")
        os.chown(folder, postgres.pw_uid, postgres.pw_gid)
    made = Server(folder, _free_port(), folder_of_binaries)
    try:
        made._run("initdb", "-D", str(folder / "data"), "-U", "hallkeeper", "-A", "trust", "-E", "UTF8", "--locale=C")
        with (folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(
                f"listen_addresses = '127.0.0.1'\nport = {made.port}\nunix_socket_directories = '{folder}'\n"
                f"shared_buffers = '64MB'\nmax_connections = 40\nfsync = {'on' if durable else 'off'}\n"
            )
        made.start()
        try:
            yield made
        finally:
            if (folder / "data" / "postmaster.pid").exists():
                made.stop()
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Nobody waits for it: a hundred databases are thirty thousand files, which take longer than one test may."""
    quiet: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    subprocess.run(["sh", "-c", 'rm -rf "$1" &', "sh", str(folder)], check=False, start_new_session=True, **quiet)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
