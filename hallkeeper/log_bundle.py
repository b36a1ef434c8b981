"""`hallkeeper edge bundle`: one archive that tells somebody far away what is wrong with a node.

Nothing in it identifies a customer: tickets carry numbers only, slip tokens and passwords are struck out.
"""

import io
import platform
import re
import shutil
import subprocess
import tarfile
import time
from collections import deque
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from urllib.request import urlopen

from rich.console import Console
from rich.progress import track

from edge.config import Settings
from edge.errors import HallkeeperError
from edge.folders import documents_folder, journal_path
from edge.journal import Reader

LAST_EVENTS = 2_000
UNIT = "hallkeeper-edge"
_SECRETS = re.compile(
    rb'("(?:token|password|sealed|id_hmac|phone_hmac)":\s*")[^"]*(")|((?:password|key)\s*=\s*")[^"]*(")'
)


def struck_out(text: bytes) -> bytes:
    """The text with every secret's value replaced by `***`; JSON and TOML alike."""
    return _SECRETS.sub(lambda m: (m[1] or m[3]) + b"***" + (m[2] or m[4]), text)


def write_bundle(hall: Path, settings: Settings, output: Path | None, console: Console) -> Path:
    """Collects what can be had; what cannot is named inside with the reason. Gives the archive's path."""
    target = output or Path(f"hallkeeper-{settings.node.id}-{time.strftime('%Y%m%d-%H%M%S')}.tar.gz")
    address = f"http://127.0.0.1:{settings.node.port}"
    parts: dict[str, Callable[[], bytes]] = {
        "hall.toml": hall.read_bytes,
        "versions.txt": _versions,
        "machine.txt": lambda: _machine(Path(settings.node.data)),
        "healthz.json": lambda: _fetched(f"{address}/healthz"),
        "state.json": lambda: _fetched(f"{address}/api/state"),
        "metrics.txt": lambda: _fetched(f"{address}/metrics"),
        "journal.txt": lambda: _journal(settings),
        "events.jsonl": lambda: _events(settings),
        "devices.json": (documents_folder(settings) / "devices.json").read_bytes,
        "service.log": lambda: _command("journalctl", "-u", UNIT, "-n", "5000", "--no-pager", "-o", "short-iso"),
        "kernel.log": lambda: _command("journalctl", "-k", "-n", "1000", "--no-pager", "-o", "short-iso"),
    }
    with tarfile.open(target, "w:gz") as archive:
        for name, collect in track(parts.items(), "collecting", console=console, transient=True):
            try:
                content = collect()
            except (OSError, HallkeeperError, subprocess.SubprocessError) as error:
                name, content = f"{name}.missing", f"{type(error).__name__}: {error}\n".encode()
            _add(archive, f"{settings.node.id}/{name}", struck_out(content))
    console.print(f"[bold]{target}[/] ({target.stat().st_size:,} bytes) is ready to be sent.")
    return target


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = len(content), int(time.time()), 0o600
    archive.addfile(info, io.BytesIO(content))


def _versions() -> bytes:
    installed = sorted(f"{d.metadata['Name']} {d.version}" for d in metadata.distributions())
    return "\n".join([platform.platform(), f"Python {platform.python_version()}", *installed, ""]).encode()


def _machine(data: Path) -> bytes:
    """Disk, memory, temperature, throttling: what a Pi suffers from."""
    usage = shutil.disk_usage(data)
    lines = [f"disk of {data}: {usage.free:,} of {usage.total:,} bytes free"]
    for file in ("/proc/loadavg", "/proc/meminfo", "/proc/uptime", "/sys/class/thermal/thermal_zone0/temp"):
        path = Path(file)
        if path.exists():
            lines.append(f"--- {file}\n{path.read_text()}")
    if shutil.which("vcgencmd"):
        lines.append(_command("vcgencmd", "get_throttled").decode())
    return "\n".join(lines).encode()


def _fetched(url: str) -> bytes:
    with urlopen(url, timeout=5) as answer:
        return bytes(answer.read())


def _journal(settings: Settings) -> bytes:
    reader = Reader(journal_path(settings))
    try:
        lines = [
            f"epoch {s.epoch} after {s.prev_epoch}: events {s.first} to {s.last}, acknowledged {s.acked}, "
            f"chain {s.last_hash.hex()}"
            for s in reader.all_streams()
        ]
        return "\n".join([*lines, f"file: {reader.structure() or 'sound'}", ""]).encode()
    finally:
        reader.close()


def _events(settings: Settings) -> bytes:
    reader = Reader(journal_path(settings))
    try:
        newest = reader.all_streams()[-1]
        rows = reader.rows(max(newest.start, newest.end - LAST_EVENTS))
        return b"".join(raw + b"\n" for _, raw, _ in deque(rows, LAST_EVENTS))
    finally:
        reader.close()


def _command(*argv: str) -> bytes:
    return subprocess.run(argv, capture_output=True, timeout=30, check=True).stdout
