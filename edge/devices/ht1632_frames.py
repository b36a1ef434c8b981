"""PURE. What an HT1632C takes, as rows of bits (data sheet HT1632C, Holtek).

Within one chip select: three bits say what follows. 100: commands, eight bits each and one that counts for
nothing. 101: seven bits of address, highest first, then data in nibbles, lowest bit first, for this address
and those after it. Each nibble is four lamps of one column, from the top.
"""

from collections.abc import Iterable
from typing import Literal

from PIL import Image

Bits = tuple[int, ...]
Module = Literal["32x8", "24x16"]
SIZES: dict[Module, tuple[int, int]] = {"32x8": (32, 8), "24x16": (24, 16)}

_COMMAND, _WRITE = (1, 0, 0), (1, 0, 1)
SYSTEM_ON, LAMPS_OFF, LAMPS_ON, STEADY, INNER_CLOCK = 0x01, 0x02, 0x03, 0x08, 0x18
_OUTPUTS: dict[Module, int] = {"32x8": 0x20, "24x16": 0x24}
"""N-MOS open drain with 8 or with 16 common lines, as these modules are wired."""
_DUTY = 0xA0
"""To be joined with the brightness: 0 for 1/16, 15 for 16/16."""


def commands(*codes: int) -> Bits:
    """Several commands under one chip select."""
    return _COMMAND + tuple(bit for code in codes for bit in (*_high_first(code, 8), 0))


def setup(module: Module, brightness: int) -> Bits:
    """Everything the chip keeps but the picture. The system is never switched off first, which would flicker."""
    return commands(_OUTPUTS[module], INNER_CLOCK, _DUTY | brightness, STEADY, SYSTEM_ON)


def picture(image: Image.Image) -> Bits:
    """The whole memory from address 0: a mode "1" image of one module, column after column from the left."""
    lamps = image.load()
    assert lamps is not None
    nibbles = (
        tuple(int(bool(lamps[x, top + row])) for row in range(4))
        for x in range(image.width)
        for top in range(0, image.height, 4)
    )
    return _WRITE + _high_first(0, 7) + _joined(nibbles)


def _high_first(value: int, count: int) -> Bits:
    return tuple(value >> at & 1 for at in reversed(range(count)))


def _joined(parts: Iterable[Bits]) -> Bits:
    return tuple(bit for part in parts for bit in part)
