"""Which machine and which software this is, as the hello tells the centre."""

from importlib import metadata
from pathlib import Path

_SERIAL = Path("/proc/device-tree/serial-number")
_MACHINE = Path("/etc/machine-id")


def version() -> str:
    return metadata.version("hallkeeper")


def hardware_id() -> str:
    """The Pi's serial number, else the machine id; "unknown" where neither can be read."""
    for name, path in (("pi", _SERIAL), ("machine", _MACHINE)):
        try:
            found = path.read_text(errors="replace").strip("\0\n ")
        except OSError:
            continue
        if found:
            return f"{name}-{found}"
    return "unknown"
