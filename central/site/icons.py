"""PURE: the site's icon as a PNG of any size, drawn from the shapes of mark.svg: a ticket on a blue ground."""

import struct
import zlib

BLUE, WHITE = (0x0A, 0x5A, 0x9C), (0xFF, 0xFF, 0xFF)
_GRID = [(dx / 4 + 0.125, dy / 4 + 0.125) for dy in range(4) for dx in range(4)]
"""Points of a pixel that is cut by an edge: soft edges."""


def icon(size: int, maskable: bool) -> bytes:
    """`size`: pixels a side. `maskable`: the ground fills the square, for whoever cuts it round."""

    def at(x: float, y: float) -> int:
        return _layer(x / size * 32, y / size * 32, maskable)

    above = [at(x, 0) for x in range(size + 1)]
    rows = bytearray()
    for y in range(size):
        below = [at(x, y + 1) for x in range(size + 1)]
        rows += b"\0"
        for x in range(size):
            corners = {above[x], above[x + 1], below[x], below[x + 1]}
            rows += _mixed([*corners] if len(corners) == 1 else [at(x + dx, y + dy) for dx, dy in _GRID])
        above = below
    return _png(size, bytes(rows))


def _mixed(layers: list[int]) -> bytes:
    """RGBA of a pixel that shows those layers in equal parts."""
    ground = sum(layer > 0 for layer in layers)
    if not ground:
        return b"\0\0\0\0"
    share = sum(layer == 2 for layer in layers) / ground
    colour = (round(blue + (white - blue) * share) for blue, white in zip(BLUE, WHITE, strict=True))
    return bytes((*colour, round(255 * ground / len(layers))))


def _layer(u: float, v: float, maskable: bool) -> int:
    """What is seen at that point of 32 by 32: 0 nothing, 1 the ground, 2 the ticket."""
    if not maskable and not _rounded(u, v, 1, 1, 31, 31, 7):
        return 0
    return 2 if _ticket(u, v) else 1


def _ticket(u: float, v: float) -> bool:
    if not _rounded(u, v, 8, 9.8, 24, 22.2, 2.4):
        return False
    notched = min((u - 8) ** 2, (u - 24) ** 2) + (v - 16) ** 2 < 2.3**2
    torn = abs(u - 19) < 0.8 and 10.8 < v < 21.2 and (v - 10.8) % (8.8 / 3) < 1.6
    return not (notched or torn)


def _rounded(u: float, v: float, left: float, top: float, right: float, bottom: float, radius: float) -> bool:
    """Whether the point lies in that rectangle with round corners."""
    du = max(left + radius - u, u - right + radius, 0)
    dv = max(top + radius - v, v - bottom + radius, 0)
    return du * du + dv * dv <= radius * radius


def _png(size: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    body = zlib.compress(rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
