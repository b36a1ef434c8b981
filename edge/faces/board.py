"""PURE. What the LED boards say: the hall's picture in, rows of text out; `lamps.py` turns them into lamps.

A board of `rows` lines of text gets `rows` Rows. A row shows its lines in turn, one per language; of a
line it shows the first wording that fits the board.
"""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from contract.catalogue import Text
from edge.hall.view import CounterView, HallView
from words import catalogue


class Line(msgspec.Struct, frozen=True):
    """`wordings`, best first, each a tuple of cells: one cell stands in the middle, two of a `table` left and right.

    When no wording fits, the cells of the last one are shown one after another. `called_at` (wall
    time, ms): the line blinks for a while from then on.
    """

    wordings: tuple[tuple[str, ...], ...]
    called_at: int | None = None
    table: bool = False


Row = tuple[Line, ...]


class Face(msgspec.Struct, frozen=True):
    rows: tuple[Row, ...]


class Setting(msgspec.Struct, frozen=True):
    """What a board needs to know besides the hall's picture. `languages`: first one first; both are shown in turn."""

    languages: tuple[str, ...] = ("zh", "en")
    timezone: str = "Asia/Shanghai"
    pause_reasons: Mapping[str, Text] = {}


def face(view: HallView, counter: str | None, rows: int, setting: Setting) -> Face:
    """`counter`: the window the board belongs to; None: the summary board. An unknown counter is dark."""
    if counter is None:
        return Face(_summary(view, rows, setting))
    for one in view.counters:
        if one.id == counter:
            return Face(_window(view, one, rows, setting))
    return Face(((),) * rows)


# --- the window board -------------------------------------------------------------


def _window(view: HallView, counter: CounterView, rows: int, setting: Setting) -> tuple[Row, ...]:
    status = tuple(_status(view, counter, _Said(language), setting) for language in setting.languages)
    name = tuple(_plain(_in(counter.name, language)) for language in setting.languages)
    services = tuple(_services(view, counter, language) for language in setting.languages)
    idle = counter.status == "idle"
    if rows == 1:
        both = (_plain(*n.wordings[0], *s.wordings[0]) for n, s in zip(name, services, strict=True))
        return (tuple(both) if idle else status,)
    if rows == 2:
        return name, services if idle else status
    return (name, status, services, *(((),) * (rows - 3)))


def _status(view: HallView, counter: CounterView, said: "_Said", setting: Setting) -> Line:
    number = counter.number or ""
    if counter.status == "called":
        wordings = (said("Ticket {number}, please", number=number),), (said("{number} please", number=number),)
        return Line((*wordings, (number,)), called_at=_called_at(view, counter))
    if counter.status == "serving":
        return Line(((said("Now serving {number}", number=number),), (number,)))
    if counter.status == "paused":
        return _plain(said("Paused"), *_reason(counter, said, setting))
    return _plain(said("Closed") if counter.status == "closed" else said("Welcome"))


def _reason(counter: CounterView, said: "_Said", setting: Setting) -> tuple[str, ...]:
    since = datetime.fromtimestamp(counter.since / 1000, ZoneInfo(setting.timezone))
    told = said("since {time}", time=f"{since:%H:%M}")
    if not counter.pause_reason:
        return (told,)
    return _in(setting.pause_reasons.get(counter.pause_reason, {}), said.language) or counter.pause_reason, told


def _called_at(view: HallView, counter: CounterView) -> int | None:
    """Of the last call or recall of the ticket that is called there."""
    recalled = (call.at for call in view.recent if (call.ticket, call.counter) == (counter.ticket, counter.id))
    return max((*recalled, counter.called_at or 0)) or None


def _services(view: HallView, counter: CounterView, language: str) -> Line:
    names = {service.id: _in(service.name, language) for service in view.services}
    return _plain(*(names[service] for service in counter.serves if service in names))


# --- the summary board ------------------------------------------------------------


def _summary(view: HallView, rows: int, setting: Setting) -> tuple[Row, ...]:
    notice = rows > 2 or (rows == 2 and bool(view.slips_for_staff or view.suspended))
    if not view.recent:
        greeting = _greeting(view, rows, setting)
        return (*greeting[: rows - 1], _notices(view, setting)) if notice else greeting
    room = rows - 1 if notice else rows
    calls = tuple(
        tuple(_call(view, at, _Said(language)) for language in setting.languages)
        for at in range(min(room, len(view.recent)))
    )
    dark = ((),) * (room - len(calls))
    return (*calls, *dark, _notices(view, setting)) if notice else (*calls, *dark)


def _call(view: HallView, at: int, said: "_Said") -> Line:
    call = view.recent[at]
    names = {counter.id: _in(counter.name, said.language) for counter in view.counters}
    name = names.get(call.counter, call.counter)
    wordings = (
        (call.number, said("please go to {counter}", counter=name)),
        (call.number, name),
        (call.number, f"→{call.counter}"),
        (call.number, f">{call.counter}"),
        (call.number,),
    )
    return Line(wordings, called_at=call.at, table=True)


def _greeting(view: HallView, rows: int, setting: Setting) -> tuple[Row, ...]:
    told = "Welcome" if view.open else "No tickets now"
    names = tuple(_in(view.name, language) for language in setting.languages)
    greetings = tuple(_Said(language)(told) for language in setting.languages)
    if rows == 1:
        return (tuple(_plain(name, greeting) for name, greeting in zip(names, greetings, strict=True)),)
    lines = tuple(map(_plain, names)), tuple(map(_plain, greetings))
    return (*lines, *(((),) * (rows - 2)))


def _notices(view: HallView, setting: Setting) -> Row:
    """One long line that runs through: why the hall is suspended, lost slips, then who waits for what."""
    told: list[str] = []
    for language in setting.languages:
        said = _Said(language)
        if view.suspended:
            told.append(said("No tickets at present: {reason}", reason=view.suspended))
        told += (
            said("{number}: no slip was printed, please ask the staff", number=number)
            for number in view.slips_for_staff
        )
        told += (
            said("{service}: {count} waiting", service=_in(service.name, language), count=service.waiting)
            for service in view.services
            if service.waiting
        )
    return (_plain("   ".join(told)),) if told else tuple(_plain(_in(view.name, one)) for one in setting.languages)


# --- words --------------------------------------------------------------------------


class _Said:
    """Sentences of the catalogue in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = catalogue("edge", "faces", language)

    def __call__(self, sentence: str, **values: object) -> str:
        return self._texts.gettext(sentence).format(**values)


def _plain(*cells: str) -> Line:
    return Line((tuple(cell for cell in cells if cell),))


def _in(text: Text, language: str) -> str:
    return text.get(language) or next(iter(text.values()), "")
