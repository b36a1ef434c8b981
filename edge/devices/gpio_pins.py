"""The pins of this Pi's header, through gpiozero over lgpio."""

import contextlib
import os
import tempfile
from typing import Any

import gpiozero

PINS = range(2, 28)
"""BCM numbers of the 40-pin header; 0 and 1 belong to the HAT's memory."""


def pin_factory() -> Any:
    """gpiozero's, lgpio unless its own switch says otherwise. Raises what gpiozero and lgpio raise."""
    if gpiozero.Device.pin_factory is None:
        # Without the switch gpiozero would try four factories in turn and end with none that keeps edges.
        os.environ.setdefault("GPIOZERO_PIN_FACTORY", "lgpio")
        # When lgpio is loaded it leaves a pipe in the working directory, or goes to $LG_WD and stays there.
        with tempfile.TemporaryDirectory(prefix="lgpio-") as folder, contextlib.chdir(folder):
            gpiozero.Device.ensure_pin_factory()
    return gpiozero.Device.pin_factory


def explain(error: Exception) -> str:
    """What a technician should look at."""
    if isinstance(error, ModuleNotFoundError):
        return f"no pin library: {error}; install hallkeeper[pi]"
    if isinstance(error, gpiozero.PinUnknownPi):
        return 'this machine has no GPIO header; use a keypad or driver = "twin"'
    if isinstance(error, gpiozero.GPIOPinInUse):
        return f"{error}; bind each pin in one [[keys]] section only"
    return f"{error or type(error).__name__}; is the user in the group gpio, and no other program on the pins?"
