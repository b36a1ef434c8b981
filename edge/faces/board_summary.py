"""PURE. The summary board of the hall or one waiting area: the last calls, newest on top; below, what is going on."""

import msgspec

from edge.faces.boardlines import Line, Row, Said, Setting, dark, named, plain
from edge.hall.state import RecentCall
from edge.hall.view import HallView, ServiceView


def summary(view: HallView, zone: str | None, rows: int, setting: Setting) -> tuple[Row, ...]:
    """`zone`: only what concerns this waiting area (S0-32); None: the whole hall."""
    if zone is not None:
        view = _of_zone(view, zone)
    notice = rows > 2 or (rows == 2 and bool(view.slips_for_staff or view.suspended))
    if not view.recent:
        greeting = _greeting(view, zone, rows, setting)
        return (*greeting[: rows - 1], _notices(view, setting)) if notice else greeting
    room = rows - 1 if notice else rows
    calls = tuple(
        tuple(_call(view, call, Said(language)) for language in setting.languages) for call in view.recent[:room]
    )
    unused = dark(room - len(calls))
    return (*calls, *unused, _notices(view, setting)) if notice else (*calls, *unused)


def _of_zone(view: HallView, zone: str) -> HallView:
    services = tuple(one for one in view.services if one.zone == zone)
    there = {one.id for one in services}
    letters = {one.letter for one in services}
    return msgspec.structs.replace(
        view,
        services=services,
        recent=tuple(call for call in view.recent if call.service in there),
        slips_for_staff=tuple(one for one in view.slips_for_staff if one.rstrip("0123456789") in letters),
        open=any(one.closed is None for one in services),
    )


def _call(view: HallView, call: RecentCall, said: Said) -> Line:
    names = {counter.id: named(counter.name, said.language) for counter in view.counters}
    name = names.get(call.counter, call.counter)
    wordings = (
        (call.number, said("please go to {counter}", counter=name)),
        (call.number, name),
        (call.number, f"→{call.counter}"),
        (call.number, f">{call.counter}"),
        (call.number,),
    )
    return Line(wordings, called_at=call.at, table=True, again=call.calls > 1)


def _greeting(view: HallView, zone: str | None, rows: int, setting: Setting) -> tuple[Row, ...]:
    told = "Welcome" if view.open else "No tickets now"
    place = setting.zones.get(zone, view.name) if zone is not None else view.name
    names = tuple(named(place, language) for language in setting.languages)
    greetings = tuple(Said(language)(told) for language in setting.languages)
    if rows == 1:
        return (tuple(plain(name, greeting) for name, greeting in zip(names, greetings, strict=True)),)
    lines = tuple(map(plain, names)), tuple(map(plain, greetings))
    return (*lines, *dark(rows - 2))


def _notices(view: HallView, setting: Setting) -> Row:
    """One long line that runs through, all of it in the first language and then in the next."""
    told = [one for language in setting.languages for one in _told(view, Said(language), setting)]
    return (plain("   ".join(told)),)


def _told(view: HallView, said: Said, setting: Setting) -> list[str]:
    """Why the hall is suspended, lost slips, who waits for what, notices of the centre, how to be served and
    whom to ask (S1-43)."""
    told = [said("No tickets at present: {reason}", reason=view.suspended)] if view.suspended else []
    told += (
        said("{number}: no slip was printed, please ask the staff", number=number) for number in view.slips_for_staff
    )
    told += (_waiting(service, said) for service in view.services if service.waiting)
    told += (named(notice, said.language) for notice in setting.notices)
    told.append(said("Take a number, wait for your call, go to the window, rate the service"))
    if setting.phone:
        told.append(said("Enquiries: {phone}", phone=setting.phone))
    return told


def _waiting(service: ServiceView, said: Said) -> str:
    return said("{service}: {count} waiting", service=named(service.name, said.language), count=service.waiting)
