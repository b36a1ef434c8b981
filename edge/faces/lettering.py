"""PURE, given a font. One line of text as lamps, with no grey: each lamp is on or off."""

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

Font = ImageFont.ImageFont | ImageFont.FreeTypeFont


class Letters:
    """`height`: lamps of a line; `top`: how far up the font's cell is moved; `latin`: knows no Chinese.

    A `capitals` font has no room for letters that reach below the line.
    """

    def __init__(self, font: Font, *, height: int, top: int = 0, latin: bool = False, capitals: bool = False) -> None:
        self.height = height
        self.latin = latin
        self._font = font
        self._top = top
        self._capitals = capitals
        self.strip = lru_cache(maxsize=256)(self._strip)

    def width(self, text: str) -> int:
        return self.strip(text).width

    def _strip(self, text: str) -> Image.Image:
        """Mode "1", `height` high and as wide as the text."""
        text = self._speakable(text)
        strip = Image.new("1", (round(self._font.getlength(text)), self.height))
        if text:
            draw = ImageDraw.Draw(strip)
            draw.fontmode = "1"
            draw.text((0, -self._top), text, font=self._font, fill=1)
        return strip

    def _speakable(self, text: str) -> str:
        if self._capitals:
            text = text.upper()
        return text.encode("latin-1", "ignore").decode("latin-1").strip() if self.latin else text
