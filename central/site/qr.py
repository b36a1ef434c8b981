"""PURE: a booking code as a QR code, for the scanner in the hall."""

from itertools import groupby

import msgspec
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4
"""White cells around it, as the standard asks."""


class Picture(msgspec.Struct, frozen=True):
    """`size`: cells a side; `path`: the black ones, as the path of an SVG."""

    size: int
    path: str


def picture(code: str) -> Picture:
    made = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    made.add_data(code)
    rows = made.get_matrix()
    return Picture(len(rows), "".join(_row(y, row) for y, row in enumerate(rows)))


def _row(y: int, cells: list[bool]) -> str:
    """One rectangle for each run of black cells."""
    path, x = "", 0
    for black, run in groupby(cells):
        length = len(list(run))
        path += f"M{x} {y}h{length}v1h-{length}z" if black else ""
        x += length
    return path
