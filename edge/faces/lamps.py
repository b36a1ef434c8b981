"""PURE. A face as lamps at one moment: fits the words, turns the pages, blinks and scrolls.

Everything follows from the times given, so two boards side by side turn and blink together.
"""

from collections.abc import Iterable
from functools import lru_cache

import msgspec
from PIL import Image

from edge.faces.boardlines import Face, Line, Row
from edge.faces.lettering import Letters

PAGE_MS = 4_000
BLINK_MS = 500
AGAIN_MS = 250
"""Half a blink, of a first call and of a repeated one."""
BLINKS_FOR_MS = 15_000
ALARM_MS = 1_000
STEP_MS = 40
"""One lamp of scrolling."""
_GAP = 8


class Frame(msgspec.Struct, frozen=True):
    """`until`: the time, ms, at which the picture may change by itself; None: never."""

    image: Image.Image
    until: int | None


class _Page(msgspec.Struct, frozen=True):
    strip: Image.Image
    left: int
    line: Line
    ms: int
    scrolls: bool


def rows(height: int, letters: Letters) -> int:
    """How many lines of text a board of that height has."""
    return max(1, height // letters.height)


def frame(face: Face, width: int, height: int, letters: Letters, now: int, hall_now: int | None = None) -> Frame:
    """Mode "1", exactly `width` × `height`. `now`: ms of any steady clock, which turns the pages.

    `hall_now`: the same moment as the hall's events count it (wall time, ms), when that differs.
    """
    ahead = 0 if hall_now is None else now - hall_now
    image = Image.new("1", (width, height))
    top = (height - len(face.rows) * letters.height) // 2
    untils: list[int] = []
    wording = _common_wording(face, width, letters)
    for n, row in enumerate(face.rows):
        pages = _pages(row, width, wording, letters)
        if pages:
            untils += _draw(image, pages, top + n * letters.height, now, ahead)
    return Frame(image, min(untils, default=None))


def _draw(image: Image.Image, pages: tuple[_Page, ...], top: int, now: int, ahead: int) -> list[int]:
    """Puts the page of this moment on; answers the times at which it changes."""
    page, begun = _turn(pages, now)
    untils = [begun + page.ms] if len(pages) > 1 else []
    left = page.left
    if page.scrolls:
        steps = (now - begun) // STEP_MS
        left = image.width - steps
        untils.append(begun + (steps + 1) * STEP_MS)
    dark, changes = _blink(page.line, now - ahead)
    if changes is not None:
        untils.append(changes + ahead)
    if not dark:
        image.paste(page.strip, (left, top))
    return untils


def _blink(line: Line, hall_now: int) -> tuple[bool, int | None]:
    """(whether the line is dark at this moment, when that changes); both by the hall's time."""
    if line.alarm:
        begun = hall_now - hall_now % ALARM_MS
        # Lit for three quarters, so that it can be read while it blinks.
        lit = hall_now - begun < ALARM_MS * 3 // 4
        return not lit, begun + (ALARM_MS * 3 // 4 if lit else ALARM_MS)
    since = hall_now - line.called_at if line.called_at is not None else -1
    if not 0 <= since < BLINKS_FOR_MS:
        return False, None
    half = AGAIN_MS if line.again else BLINK_MS
    return since // half % 2 == 1, hall_now - since + (since // half + 1) * half


def _turn(pages: tuple[_Page, ...], now: int) -> tuple[_Page, int]:
    """The page of this moment and when it began."""
    into = now % sum(page.ms for page in pages)
    begun = now - into
    for page in pages[:-1]:
        if into < page.ms:
            break
        into, begun = into - page.ms, begun + page.ms
    else:
        page = pages[-1]
    return page, begun


def _common_wording(face: Face, width: int, letters: Letters) -> int:
    """Lines of a table use the same wording, the best that fits them all."""
    tables = [line for row in face.rows for line in row if line.table]
    return max((_first_fitting(line, width, letters) for line in tables), default=0)


def _first_fitting(line: Line, width: int, letters: Letters) -> int:
    for n, cells in enumerate(line.wordings):
        if _fits(cells, width, letters):
            return n
    return len(line.wordings) - 1


def _fits(cells: tuple[str, ...], width: int, letters: Letters) -> bool:
    widths = [letters.width(cell) for cell in cells]
    return all(widths) and sum(widths) + _GAP * (len(cells) - 1) <= width


@lru_cache(maxsize=256)
def _pages(row: Row, width: int, wording: int, letters: Letters) -> tuple[_Page, ...]:
    return tuple(page for line in row for page in _line_pages(line, width, wording, letters))


def _line_pages(line: Line, width: int, wording: int, letters: Letters) -> list[_Page]:
    chosen = min(wording, len(line.wordings) - 1) if line.table else _first_fitting(line, width, letters)
    cells = line.wordings[chosen]
    if line.table and len(cells) == 2 and _fits(cells, width, letters):
        return [_page(_justified(cells, width, letters), width, line)]
    shown = (cell for cell in cells if letters.width(cell))
    return [_page(strip, width, line) for strip in _packed(shown, width, letters)]


def _page(strip: Image.Image, width: int, line: Line) -> _Page:
    if strip.width <= width:
        return _Page(strip, (width - strip.width) // 2, line, PAGE_MS, False)
    return _Page(strip, 0, line, (strip.width + width) * STEP_MS, True)


def _packed(cells: Iterable[str], width: int, letters: Letters) -> list[Image.Image]:
    """As many cells on a page as fit beside one another."""
    strips: list[Image.Image] = []
    for cell in cells:
        strip = letters.strip(cell)
        if strips and strips[-1].width + _GAP + strip.width <= width:
            strips[-1] = _beside(strips[-1], strip, strips[-1].width + _GAP)
        else:
            strips.append(strip)
    return strips


def _justified(cells: tuple[str, ...], width: int, letters: Letters) -> Image.Image:
    left, right = (letters.strip(cell) for cell in cells)
    return _beside(left, right, width - right.width)


def _beside(left: Image.Image, right: Image.Image, at: int) -> Image.Image:
    both = Image.new("1", (at + right.width, left.height))
    both.paste(left, (0, 0))
    both.paste(right, (at, 0))
    return both
