"""PURE: fonts already found, for drawing a printed strip; finding them is `edge.typefaces`."""

from functools import lru_cache
from typing import Literal

import msgspec
from PIL import ImageFont

Weight = Literal["regular", "bold"]


class Typeface(msgspec.Struct, frozen=True):
    """Font files as `(path, index in the collection)`. `grid`: a bitmap-like font is crisp only at its multiples."""

    name: str
    regular: tuple[str, int]
    bold: tuple[str, int]
    grid: int = 1

    def font(self, size: int, weight: Weight = "regular") -> ImageFont.FreeTypeFont:
        """A font about `size` dots tall, on the grid."""
        path, index = self.bold if weight == "bold" else self.regular
        return _load(path, index, max(self.grid, round(size / self.grid) * self.grid))


@lru_cache(maxsize=64)
def _load(path: str, index: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, index=index)
