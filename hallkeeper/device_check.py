"""`hallkeeper edge check` and `test-print`: every configured device tried for real, and what to do about it."""

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from edge import config
from edge.devices.ports import Device, Health
from edge.equipment import Equipment
from edge.errors import HallkeeperError
from edge.faces.sheet_slip import print_test
from edge.faces.typeface import Typeface
from edge.printing.slips import ShapedPrinter
from edge.typefaces import find_typeface

_MARKS = {"ok": "[green]✓ ok[/]", "degraded": "[yellow]! degraded[/]", "failed": "[red]✗ failed[/]"}
TRY_S = 30


def check_devices(settings: config.Settings, simulated: bool, console: Console) -> int:
    """Prints a table of all devices; gives how many failed. The node must not be running: it holds the devices."""
    devices = Equipment(settings, simulated=simulated).all
    table = Table("device", "kind", "result", "what to do", title=settings.hall.id)
    failed = 0
    for device in track(devices, "trying every device", console=console, transient=True):
        found = _tried(device, device.check)
        failed += found.status == "failed"
        table.add_row(device.id, device.kind, _MARKS[found.status], escape(found.cause) or "nothing")
    console.print(table)
    console.print(f"{len(devices)} devices, {failed} failed")
    return failed


def print_test_slips(settings: config.Settings, simulated: bool, console: Console) -> int:
    """A test slip on every printer; gives how many failed."""
    printers = Equipment(settings, simulated=simulated).printers
    face = find_typeface() if any(printer.section.chinese == "raster" for printer in printers) else None
    now = datetime.datetime.now(ZoneInfo(settings.hall.timezone)).strftime("%Y-%m-%d %H:%M")
    failed = 0
    for printer in printers:
        found = _tried(printer, partial(_printed, printer, settings, face, now))
        failed += found.status == "failed"
        console.print(printer.id, _MARKS[found.status], escape(found.cause))
    if not printers:
        console.print("This hall has no printer: its file has no [[printers]].")
    return failed


def _printed(printer: ShapedPrinter, settings: config.Settings, face: Typeface | None, now: str) -> Health:
    for language in settings.hall.languages:
        printer.print(print_test(settings.hall.name, language, printer.section, face, now))
    return Health("ok")


def _tried(device: Device, attempt: Callable[[], Health]) -> Health:
    """A device that hangs is a failed device."""
    with_timeout = ThreadPoolExecutor(1, thread_name_prefix=f"check-{device.id}")
    device.open()
    try:
        return with_timeout.submit(attempt).result(TRY_S)
    except HallkeeperError as error:
        return Health("failed", error.detail)
    except TimeoutError:
        return Health("failed", f"no answer within {TRY_S} s; switch it off and on")
    finally:
        with_timeout.shutdown(wait=False, cancel_futures=True)
        device.close()
