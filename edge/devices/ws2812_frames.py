"""PURE. A picture as the bits a field of WS2812B lamps takes (data sheet WS2812B, Worldsemi).

A lamp takes 24 bits, green, red and blue, each highest bit first, and hands on what comes after. A bit is
1.25 µs long: a 1 is high for 0.8 µs of it, a 0 for 0.4 µs (±0.15 µs). Three SPI bits at 2.4 MHz make one:
110 a 1, 100 a 0. The line low for a while (300 µs holds for all editions of the chip) shows what was sent.
"""

from PIL import Image

SPI_HZ = 2_400_000
_LATCH = bytes(SPI_HZ * 300 // 1_000_000 // 8)
_BITS = {"0": "100", "1": "110"}


def encoded(value: int) -> bytes:
    """24 bits of one lamp (0xGGRRBB) as nine bytes for SPI."""
    bits = "".join(_BITS[bit] for bit in f"{value:024b}")
    return int(bits, 2).to_bytes(9, "big")


def lamp(colour: str) -> bytes:
    """`#rrggbb` for SPI."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return encoded(green << 16 | red << 8 | blue)


def frame(image: Image.Image, lit: bytes, serpentine: bool) -> bytes:
    """A mode "1" image, row after row from the top left; of a serpentine field every second row backwards.

    `lit`: what a lamp gets that is on. The line is low before and after, so each frame begins anew.
    """
    unlit = encoded(0)
    width, lamps = image.width, image.tobytes()
    stride = (width + 7) // 8
    sent = [_LATCH]
    for y in range(image.height):
        row = [bool(lamps[y * stride + x // 8] >> (7 - x % 8) & 1) for x in range(width)]
        if serpentine and y % 2:
            row.reverse()

        sent += (lit if on else unlit for on in row)
    sent.append(_LATCH)
    return b"".join(sent)


def length(width: int, height: int) -> int:
    """Bytes of one frame."""
    return 9 * width * height + 2 * len(_LATCH)
