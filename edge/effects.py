"""PURE: what the hall shows and does because something happened. Boards and pages follow the view by themselves."""

from typing import Literal

import msgspec

from contract.catalogue import Rules, Text
from contract.events import (
    CustomerWelcomed,
    EmergencyDeclared,
    EmergencyEnded,
    Event,
    TicketCalled,
    TicketIssued,
    TicketRecalled,
)
from edge.hall.state import Ticket
from edge.hall.view import HallView


class PrintSlip(msgspec.Struct, frozen=True):
    """A slip for a ticket that was just issued."""

    issued: TicketIssued


class Announce(msgspec.Struct, frozen=True):
    """A call over the loudspeaker. `place`: the counter's name; `again`: it has been called before."""

    number: str
    place: Text
    again: bool


class Greet(msgspec.Struct, frozen=True):
    """A customer has come to the counter named `place` (欢迎)."""

    place: Text


class Warn(msgspec.Struct, frozen=True):
    """An emergency over the loudspeaker, again and again until `AllClear`."""

    kind: str


class AllClear(msgspec.Struct, frozen=True):
    pass


Spoken = Announce | Greet | Warn | AllClear
Effect = PrintSlip | Spoken


def effects(event: Event, view: HallView) -> tuple[Effect, ...]:
    """What follows from a committed event; `view` is the hall after it."""
    match event:
        case TicketIssued():
            return (PrintSlip(event),)
        case TicketCalled():
            return (Announce(event.number, _place(event.counter, view), again=False),)
        case TicketRecalled():
            return (Announce(event.number, _place(event.counter, view), again=True),)
        case CustomerWelcomed():
            return (Greet(_place(event.counter, view)),)
        case EmergencyDeclared():
            return (Warn(event.kind),)
        case EmergencyEnded():
            return (AllClear(),)
        case _:
            # Alarms are among them: who rang the silent one must not be given away.
            return ()


def _place(counter: str, view: HallView) -> Text:
    return next((one.name for one in view.counters if one.id == counter), {"zh": counter, "en": counter})


def slip_owed(ticket: Ticket, at: int, rules: Rules) -> Literal["clean", "copy", "staff", "nothing"]:
    """What a ticket without a confirmed slip is owed now (faults F02 to F04, F37).

    By itself only while it waits and is young; otherwise staff are asked, while its customer is still about.
    """
    if ticket.slip in ("printed", "staff") or ticket.status in ("serving", "done", "voided"):
        return "nothing"
    if ticket.status != "waiting" or at - ticket.issued_at >= rules.reprint_within_s * 1000:
        return "staff"
    return "copy" if ticket.slips else "clean"
