"""What stands on the paper between two cuts: follows ESC/POS commands and draws them."""

from functools import cache

import qrcode
from PIL import Image, ImageDraw, ImageFont

from edge.devices.twins.escpos_tokens import Token
from edge.faces.typeface import Typeface, Weight

_CELL, _HEIGHT, _SPACING = 12, 24, 6


@cache
def _plain() -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(_HEIGHT - 6)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


class Page:
    """Strips of mode "1" pictures (set is black), `dots` wide, one below the other."""

    def __init__(self, dots: int, face: Typeface | None) -> None:
        self._dots = dots
        self._face = face
        self._strips: list[Image.Image] = []
        self._text: list[str] = []
        self._codes: list[str] = []
        self._begin()

    def _begin(self) -> None:
        self._align, self._wide, self._high = 0, 1, 1
        self._bold = self._invert = False
        self._line: list[tuple[str, int, int, bool, bool]] = []
        self._code, self._module = b"", 3

    def reset(self) -> None:
        """The printer forgets; the paper does not."""
        self._begin()

    def take(self) -> tuple[Image.Image, str, tuple[str, ...]] | None:
        """The finished piece, or None while nothing is on it."""
        strips, text, codes = self._strips, "".join(self._text), tuple(self._codes)
        self._strips, self._text, self._codes = [], [], []
        if not any(strip.getbbox() for strip in strips):
            return None
        whole = Image.new("1", (self._dots, sum(strip.height for strip in strips)))
        top = 0
        for strip in strips:
            whole.paste(strip, (0, top))
            top += strip.height
        return whole, text, codes

    def print(self, token: Token) -> None:
        if not self._styled(token):
            self._put(token)

    def _styled(self, token: Token) -> bool:
        """True when the command changed how what follows looks."""
        match token.command:
            case b"\x1b@":
                self._begin()
            case b"\x1ba":
                self._align = token.data[0] % 48
            case b"\x1bE":
                self._bold = bool(token.data[0] & 1)
            case b"\x1dB":
                self._invert = bool(token.data[0] & 1)
            case b"\x1d!":
                self._wide, self._high = (token.data[0] >> 4) + 1, (token.data[0] & 7) + 1
            case _:
                return False
        return True

    def _put(self, token: Token) -> None:
        match token.command:
            case b"":
                self._character(token.data)
            case b"\x1bJ":
                self._feed(token.data[0])
            case b"\x1bd":
                self._feed(token.data[0] * (_HEIGHT + _SPACING))
            case b"\x1dv0":
                self._raster(token.data)
            case b"\x1d(k":
                self._symbol(token.data[2:])

    def line_feed(self) -> None:
        """Prints the line that was collected, if any."""
        if self._line:
            self._strips.append(self._drawn_line())
            self._text.append("".join(cell[0] for cell in self._line) + "\n")
            self._line = []

    def _feed(self, dots: int) -> None:
        self.line_feed()
        if dots:
            self._strips.append(Image.new("1", (self._dots, dots)))

    def _character(self, data: bytes) -> None:
        if data == b"\n":
            if self._line:
                self.line_feed()
            else:
                self._feed(_HEIGHT + _SPACING)
        elif len(data) > 1:
            self._add(data.decode("gb18030", "replace"))
        elif data[0] >= 0x20:
            self._add(data.decode("cp437"))

    def _add(self, character: str) -> None:
        width = (_CELL if character.isascii() else 2 * _CELL) * self._wide
        if sum(cell[1] for cell in self._line) + width > self._dots:
            self.line_feed()
        self._line.append((character, width, self._high, self._bold, self._invert))

    def _drawn_line(self) -> Image.Image:
        height = max(cell[2] for cell in self._line) * _HEIGHT
        strip = Image.new("1", (self._dots, height + _SPACING))
        spare = self._dots - sum(cell[1] for cell in self._line)
        left = spare * self._align // 2
        for character, width, high, bold, invert in self._line:
            cell = self._cell(character, bold, invert).resize((width, high * _HEIGHT), Image.Resampling.NEAREST)
            strip.paste(cell, (left, height - cell.height))
            left += width
        return strip

    def _cell(self, character: str, bold: bool, invert: bool) -> Image.Image:
        width = _CELL if character.isascii() else 2 * _CELL
        font = self._font("bold" if bold else "regular")
        drawn = Image.new("1", (max(width, round(font.getlength(character)) + 1), _HEIGHT), int(invert))
        draw = ImageDraw.Draw(drawn)
        draw.fontmode = "1"
        draw.text((drawn.width / 2, _HEIGHT - 5), character, fill=int(not invert), font=font, anchor="ms")
        return drawn if drawn.width == width else drawn.resize((width, _HEIGHT), Image.Resampling.NEAREST)

    def _font(self, weight: Weight) -> ImageFont.FreeTypeFont:
        return self._face.font(_HEIGHT - 2, weight) if self._face else _plain()

    def _raster(self, data: bytes) -> None:
        self.line_feed()
        across, rows = int.from_bytes(data[1:3], "little"), int.from_bytes(data[3:5], "little")
        picture = Image.frombytes("1", (across * 8, rows), data[5:])
        self._paste(picture)

    def _paste(self, picture: Image.Image) -> None:
        strip = Image.new("1", (self._dots, picture.height))
        strip.paste(picture, (max(0, (self._dots - picture.width) * self._align // 2), 0))
        self._strips.append(strip)

    def _symbol(self, data: bytes) -> None:
        """GS ( k, QR code: 67 module size, 80 store, 81 print; model and error level change nothing to be seen."""
        function = data[1]
        if function == 67:
            self._module = data[2]
        elif function == 80:
            self._code = data[3:]
        elif function == 81 and self._code:
            self.line_feed()
            code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4, box_size=1)
            code.add_data(self._code)
            code.make()
            matrix = code.get_matrix()
            picture = Image.new("1", (len(matrix), len(matrix)))
            picture.putdata([bit for row in matrix for bit in row])
            self._paste(picture.resize((len(matrix) * self._module,) * 2, Image.Resampling.NEAREST))
            self._codes.append(self._code.decode("utf-8", "replace"))
