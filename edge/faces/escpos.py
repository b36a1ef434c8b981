"""PURE: blocks to ESC/POS, the part every printer shares: begin, QR code, gaps, feed and cut.

How text goes out is the printer's shape: as GB18030 characters (`escpos_text`) or as a picture
(`escpos_raster`). No command is longer than `LONGEST` bytes, so a printer left in the middle of one
is brought back by that many zeros, which mean nothing to it (`RESYNC`).
"""

from functools import lru_cache

import qrcode
from PIL import Image

from edge.config import PrinterShape
from edge.escpos_library import escpos
from edge.faces import escpos_raster, escpos_text
from edge.faces.paper import DOTS, Block, Code, Gap, clean
from edge.faces.typeface import Typeface

LONGEST = 72 * escpos_raster.BAND + 64
RESYNC = bytes(LONGEST)

_BEGIN = b"\x1b@"
_QUIET_ZONE = 4
"""Modules of white a reader wants around a QR code."""


def document(blocks: tuple[Block, ...], shape: PrinterShape, face: Typeface | None) -> bytes:
    """The whole document, from reset to cut. `face` may be None only for a printer that has Chinese itself."""
    dots = DOTS[shape.width_mm]
    parts = [_BEGIN]
    for block in map(clean, blocks):
        if isinstance(block, Gap):
            parts.append(feed(block.dots))
        elif isinstance(block, Code):
            parts.append(_native_code(block.data, dots) if shape.qr == "native" else _drawn_code(block.data, dots))
        elif shape.chinese == "gb18030":
            parts.append(escpos_text.encode(block, dots))
        elif face is not None:
            parts.append(escpos_raster.encode(block, dots, face))
        else:
            raise ValueError("a printer that gets pictures of text needs a typeface")
    parts.append(_end(shape.cutter))
    return b"".join(parts)


def feed(dots: int) -> bytes:
    """ESC J: paper forward by `dots`, in steps the command can take."""
    whole, rest = divmod(dots, 255)
    return b"\x1bJ\xff" * whole + (b"\x1bJ" + bytes([rest]) if rest else b"")


@lru_cache(maxsize=2)
def _end(cutter: bool) -> bytes:
    out = escpos("printer.dummy").Dummy()
    if cutter:
        out.cut(feed=False)
    else:
        out.print_and_feed(5)
    return bytes(out.output)


def _module_dots(modules: int, dots: int) -> int:
    """As large as a third of the paper, between 4 and 8 dots a module."""
    return max(4, min(8, dots * 2 // 5 // modules))


def _native_code(data: str, dots: int) -> bytes:
    out = escpos("printer.dummy").Dummy()
    out.set(align="center")
    out.qr(data, ec=escpos("escpos").QR_ECLEVEL_M, size=_module_dots(33, dots), native=True)
    out.set(align="left")
    return bytes(out.output)


def _drawn_code(data: str, dots: int) -> bytes:
    # One fixed mask: choosing the prettiest of eight takes five times as long and reads no better.
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0, mask_pattern=2)
    code.add_data(data)
    code.make()
    matrix = code.get_matrix()
    scale = _module_dots(len(matrix), dots)
    picture = Image.new("1", (len(matrix), len(matrix)))
    picture.putdata([bit for row in matrix for bit in row])
    white = feed(_QUIET_ZONE * scale)
    large = picture.resize((len(matrix) * scale,) * 2, Image.Resampling.NEAREST)
    return white + escpos_raster.raster(large, (dots - large.width) // 2) + white
