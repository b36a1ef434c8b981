"""PURE. The board above one window: whom it calls, what it does, why nobody sits there."""

from datetime import datetime
from zoneinfo import ZoneInfo

from edge.faces.boardlines import Line, Row, Said, Setting, dark, named, plain
from edge.hall.view import CounterView, HallView


def window(view: HallView, counter: CounterView, rows: int, setting: Setting) -> tuple[Row, ...]:
    """Idle: its name, its business, how to be served and whom to ask (S1-43); else what happens there."""
    status = tuple(_status(view, counter, Said(language), setting) for language in setting.languages)
    name = tuple(plain(named(counter.name, language)) for language in setting.languages)
    idle = counter.status == "idle"
    if rows == 1:
        # Without the way through the hall: the window's own name would be away too long.
        brief = _sign(view, counter, setting, way=False)
        both = (plain(*n.wordings[0], *s.wordings[0]) for n, s in zip(name, brief, strict=True))
        return (tuple(both) if idle else status,)
    sign = _sign(view, counter, setting, way=True)
    if rows == 2:
        return name, sign if idle else status
    return (name, status, sign, *dark(rows - 3))


def _status(view: HallView, counter: CounterView, said: Said, setting: Setting) -> Line:
    number = counter.number or ""
    if counter.status == "called":
        return _called(view, counter, number, said)
    if counter.status == "serving":
        return Line(((said("Now serving {number}", number=number),), (number,)))
    if counter.status == "paused":
        return plain(said("Paused"), *_reason(counter, said, setting))
    return plain(said("Closed") if counter.status == "closed" else said("Welcome"))


def _called(view: HallView, counter: CounterView, number: str, said: Said) -> Line:
    """A repeated call has words and a blinking of its own, so that who looked away sees it is not the first."""
    at, calls = _last_call(view, counter)
    please = (said("Ticket {number}, please", number=number),), (said("{number} please", number=number),)
    if calls < 2:
        return Line((*please, (number,)), called_at=at)
    again = (said("Called again: {number}", number=number),), (said("Again {number}", number=number),)
    return Line((*again, (number,)), called_at=at, again=True)


def _last_call(view: HallView, counter: CounterView) -> tuple[int | None, int]:
    """When the ticket there was called or recalled last, and how often so far."""
    told = [call for call in view.recent if (call.ticket, call.counter) == (counter.ticket, counter.id)]
    at = max((*(call.at for call in told), counter.called_at or 0)) or None
    return at, max((*(call.calls for call in told), counter.calls))


def _reason(counter: CounterView, said: Said, setting: Setting) -> tuple[str, ...]:
    since = datetime.fromtimestamp(counter.since / 1000, ZoneInfo(setting.timezone))
    told = said("since {time}", time=f"{since:%H:%M}")
    if not counter.pause_reason:
        return (told,)
    return named(setting.pause_reasons.get(counter.pause_reason, {}), said.language) or counter.pause_reason, told


def _sign(view: HallView, counter: CounterView, setting: Setting, *, way: bool) -> tuple[Line, ...]:
    """One line a language: the business types, the way through the hall, the enquiry phone."""
    lines = []
    for language in setting.languages:
        said = Said(language)
        services = [named(one.name, language) for one in view.services if one.id in counter.serves]
        phone = said("Enquiries {phone}", phone=setting.phone) if setting.phone else ""
        lines.append(plain(*services, said("Number, wait, window") if way else "", phone))
    return tuple(lines)
