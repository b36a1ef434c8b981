"""PURE. What the LED boards say: the hall's picture in, rows of text out; `lamps.py` turns them into lamps.

A board of `rows` lines of text gets `rows` Rows. A row shows its lines in turn, one per language; of a
line it shows the first wording that fits the board.
"""

from edge.bindings import Shown
from edge.faces.board_summary import summary
from edge.faces.board_window import window
from edge.faces.boardlines import Face as Face
from edge.faces.boardlines import Line as Line
from edge.faces.boardlines import Row as Row
from edge.faces.boardlines import Setting as Setting
from edge.faces.boardlines import dark
from edge.faces.emergency import alert
from edge.hall.view import HallView


def face(view: HallView, shown: Shown, rows: int, setting: Setting) -> Face:
    """`shown`: the window the board belongs to, or the summary it is. An unknown counter is dark.

    An emergency stands on every board, whatever it is for; alarms, the silent ones before all, on none.
    """
    if view.emergency is not None:
        return Face(_emergency(view.emergency, rows, setting))
    if shown.counter is None:
        return Face(summary(view, shown.zone, rows, setting))
    for one in view.counters:
        if one.id == shown.counter:
            return Face(window(view, one, rows, setting))
    return Face(dark(rows))


def _emergency(kind: str, rows: int, setting: Setting) -> tuple[Row, ...]:
    """In both languages whatever the hall's own are: beside each other where there is room, else in turn.

    The headline and what to do stand in rows of their own on a board of four.
    """
    told = [alert(kind, language) for language in (("zh", "en") if setting.hanzi else ("en",))]
    if rows >= 2 * len(told):
        split = [((_alarm(one.headline),), (_alarm(*one.doing),)) for one in told]
        return tuple(row for pair in split for row in pair)
    lines = tuple(_alarm(one.headline, *one.doing) for one in told)
    return tuple((line,) for line in lines) if rows >= len(lines) else (lines,)


def _alarm(*cells: str) -> Line:
    return Line((cells,), alarm=True)
