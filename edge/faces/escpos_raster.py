"""PURE: text as pictures (GS v 0), for printers without Chinese characters of their own.

A picture is sent without the white at its right, in bands, so that serial lines carry less and small
receive buffers hold a whole command. Strips are kept: what every slip repeats is drawn once.
"""

from functools import lru_cache

from PIL import Image, ImageDraw

from edge.faces.paper import Banner, Block, Line, Number, Pair, Rule
from edge.faces.typeface import Typeface, Weight
from edge.faces.wrapping import wrapped

BAND = 48
"""Rows of one command."""

_SIZES = {"small": 24, "normal": 32, "large": 48}
_WEIGHTS: dict[str, Weight] = {"small": "regular", "normal": "bold", "large": "bold"}


def raster(ink: Image.Image, left: int = 0) -> bytes:
    """A mode "1" image whose set pixels are black, `left` dots from the edge."""
    padded = Image.new("1", (left + ink.width, ink.height))
    padded.paste(ink, (left, 0))
    across = (padded.width + 7) // 8
    rows = padded.tobytes()
    bands = []
    for top in range(0, ink.height, BAND):
        height = min(BAND, ink.height - top)
        bands.append(b"\x1dv0\x00" + across.to_bytes(2, "little") + height.to_bytes(2, "little"))
        bands.append(rows[top * across : (top + height) * across])
    return b"".join(bands)


@lru_cache(maxsize=192)
def encode(block: Block, dots: int, face: Typeface) -> bytes:
    """One block of text, drawn on paper `dots` wide."""
    match block:
        case Line(text, size, align):
            font = face.font(_SIZES[size], _WEIGHTS[size])
            parts = wrapped(text, dots, font.getlength, even=align == "centre")
            return b"".join(_line(one, size, align, dots, face) for one in parts)
        case Number(text):
            return _number(text, dots, face)
        case Banner(text):
            return _banner(text, dots, face)
        case Pair(left, right):
            return _pair(left, right, dots, face)
        case Rule():
            return raster(_rule(dots))
        case _:
            raise TypeError(f"no picture of {block!r}")


def _canvas(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("1", (width, height))
    draw = ImageDraw.Draw(picture)
    draw.fontmode = "1"
    return picture, draw


def _line(text: str, size: str, align: str, dots: int, face: Typeface) -> bytes:
    font = face.font(_SIZES[size], _WEIGHTS[size])
    width = min(dots, round(font.getlength(text)) + 2)
    height = round(_SIZES[size] * 1.25)
    picture, draw = _canvas(width, height)
    draw.text((width / 2, height / 2), text, fill=1, font=font, anchor="mm")
    return raster(picture, (dots - width) // 2 if align == "centre" else 0)


def _number(text: str, dots: int, face: Typeface) -> bytes:
    size = 176
    while size > 48 and face.font(size, "bold").getlength(text) > dots * 0.94:
        size -= 8
    font = face.font(size, "bold")
    left, top, right, bottom = (round(edge) for edge in font.getbbox(text))
    picture, draw = _canvas(right - left, bottom - top)
    draw.text((-left, -top), text, fill=1, font=font)
    return raster(picture, max(0, (dots - picture.width) // 2))


def _banner(text: str, dots: int, face: Typeface) -> bytes:
    size = 44
    while size > 24 and face.font(size, "bold").getlength(text) > dots * 0.96:
        size -= 4
    picture, draw = _canvas(dots, 64)
    draw.rectangle((0, 0, dots, 64), fill=1)
    draw.text((dots / 2, 32), text, fill=0, font=face.font(size, "bold"), anchor="mm")
    return raster(picture)


def _pair(left: str, right: str, dots: int, face: Typeface) -> bytes:
    measure = face.font(24).getlength
    if measure(left) + measure("  ") + measure(right) <= dots:
        return _beside(left, right, dots, face)
    above = (_beside(line, "", dots, face) for line in wrapped(left, dots, measure, even=False))
    below = (_beside("", line, dots, face) for line in wrapped(right, dots, measure, even=False))
    return b"".join((*above, *below))


def _beside(left: str, right: str, dots: int, face: Typeface) -> bytes:
    picture, draw = _canvas(dots, 32)
    font = face.font(24)
    draw.text((0, 16), left, fill=1, font=font, anchor="lm")
    draw.text((dots - 1, 16), right, fill=1, font=font, anchor="rm")
    return raster(picture)


def _rule(dots: int) -> Image.Image:
    picture, draw = _canvas(dots, 16)
    draw.line((0, 8, dots, 8), fill=1, width=2)
    return picture
