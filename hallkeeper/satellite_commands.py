"""`hallkeeper satellite`: the small computer at a window, and the key it shares with its node."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edge.errors import HallkeeperError

if TYPE_CHECKING:
    from edge.satellite.settings import SatelliteSettings


def satellite(
    window: Annotated[
        Path | None, typer.Argument(help="The satellite's TOML file.", metavar="WINDOW.toml", show_default=False)
    ] = None,
    new_key: Annotated[bool, typer.Option("--new-key", help="Prints a new key for both sides, and ends.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Tries its devices, says what to do, and ends.")] = False,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="The shipped twins instead of the real devices.")
    ] = False,
) -> None:
    """Runs the keys and boards of a window for a hall's node, until it is told to stop (SIGTERM, Ctrl-C)."""
    from edge.satellite import settings as files
    from edge.satellite.app import serve
    from edge.satellite.shared_keys import new_key as fresh_key

    if new_key:
        print(fresh_key())
        return
    if window is None:
        raise typer.BadParameter("give the satellite's file, or --new-key", param_hint="WINDOW.toml")
    try:
        settings = files.load(window)
        if check:
            raise typer.Exit(1 if _check(settings, simulated) else 0)
        where = f"{settings.satellite.host}:{settings.satellite.port}"
        serve(
            settings,
            simulated=simulated,
            opened=lambda station: print(f"{station.id} calls its node at {where} (Ctrl-C ends it)", flush=True),
        )
    except HallkeeperError as error:
        print(f"hallkeeper: {error.detail}", file=sys.stderr)
        raise typer.Exit(1) from None


def _check(settings: "SatelliteSettings", simulated: bool) -> int:
    """Prints a line a device; gives how many failed. The satellite must not be running: it holds the devices."""
    from edge.satellite.app import Fittings

    failed = 0
    for device in Fittings(settings, simulated=simulated).all:
        device.open()
        try:
            found = device.check()
        finally:
            device.close()
        failed += found.status == "failed"
        print(f"{device.id:20} {device.kind:8} {found.status:9} {found.cause}")
    return failed
