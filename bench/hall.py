"""The hall that is measured: a shipped example, open round the clock, with enough numbers for a bench."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import tomli_w

from edge import config
from hallkeeper.system import free_port

ROUND_THE_CLOCK = {"starts": "04:00", "opens": "04:00", "last_ticket": "03:59", "closes": "03:59"}


def document(data: Path, hall: str = "bank-branch") -> dict[str, Any]:
    """The decoded TOML of the example, its data under `data`, its pages on a free port."""
    shipped = resources.files("firmware_config") / "halls" / f"{hall}.toml"
    found = tomllib.loads(shipped.read_text())
    found["node"] |= {"data": str(data), "port": free_port(), "key_repeat_ms": 0}
    found["day"] = dict(ROUND_THE_CLOCK)
    for service in found["services"]:
        for key in ("last_ticket", "cap"):
            service.pop(key, None)
        service |= {"digits": 6, "last": 999_999}
    return found


def settings(data: Path, hall: str = "bank-branch", **changes: Any) -> config.Settings:
    return config.parse(document(data, hall) | changes)


def write(path: Path, found: dict[str, Any]) -> Path:
    path.write_text(tomli_w.dumps(found))
    return path


def twins(found: dict[str, Any]) -> dict[str, Any]:
    """The same hall with twins for its boards and its loudspeaker."""
    boards = [{"id": each["id"], "driver": "twin", "shows": each["shows"]} for each in found["boards"]]
    return found | {"boards": boards, "voices": [{"id": "loudspeaker", "driver": "twin"}]}
