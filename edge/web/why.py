"""PURE: why a ticket was called, and why it waited where it did, in words (S1-4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from contract.catalogue import Text
from contract.events import Why
from edge.hall.state import Ticket
from words import catalogue


def called_words(why: Why, services: Mapping[str, Text], language: str) -> list[str]:
    """Two sentences: the rule, and among whom. `services`: id to name."""
    _ = catalogue("edge", "pages", language).gettext
    group = " + ".join(_in(services.get(each, {"": each}), language) for each in why.group.split("+"))
    policy = {
        "first_come": _("Called because it came first."),
        "priority_turn": _("Called because it is the priority lane's turn."),
        "ordinary_turn": _("Called because it is the ordinary lane's turn."),
        "only_lane": _("Called first in its lane; nobody waited in the other lane."),
        "aged": _("Called because it waited too long."),
        "deferred": _("Called because nobody else waits: it came late while it was busy."),
        "chosen": _("Called because it was chosen."),
    }[why.policy]
    if why.policy == "chosen" and why.reason:
        return [policy, _("Reason: {reason}").format(reason=why.reason)]
    return [policy, _("{n} waited in {group}.").format(n=why.waiting, group=group)]


def placed_words(ticket: Ticket, timezone: str, language: str) -> list[str]:
    """What its booking, its returns and its customer's wishes did to its place; nothing for an ordinary ticket."""
    say = catalogue("edge", "pages", language)
    _ = say.gettext
    said: list[str] = []
    if ticket.slot_at is not None:
        late_min = (ticket.issued_at - ticket.slot_at) // 60_000
        time = datetime.fromtimestamp(ticket.slot_at / 1000, ZoneInfo(timezone)).strftime("%H:%M")
        if ticket.issued_at <= ticket.slot_at:
            said.append(_("Booked for {time} and here in time: it waits by that time.").format(time=time))
        elif ticket.held == "deferred" or (ticket.why is not None and ticket.why.policy == "deferred"):
            said.append(_("Booked for {time}, {n} min late while it was busy: it waits until a window is free.")
                        .format(time=time, n=late_min))  # fmt: skip
        else:
            said.append(
                _("Booked for {time}, {n} min late: inserted by the hall's rule.").format(time=time, n=late_min)
            )
    if ticket.returns:
        back = say.ngettext("Passed and brought back {n} time.", "Passed and brought back {n} times.", ticket.returns)
        said.append(back.format(n=ticket.returns))
    if ticket.moves:
        moved = say.ngettext(
            "Moved back {n} time at its customer's wish.", "Moved back {n} times at its customer's wish.", ticket.moves
        )
        said.append(moved.format(n=ticket.moves))
    return said


def _in(text: Mapping[str, Any], language: str) -> str:
    return str(text.get(language) or next(iter(text.values()), ""))
