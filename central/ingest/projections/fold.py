"""PURE: which event changes which rows, on one page."""

from collections.abc import Callable, Iterable
from typing import Any

from contract import events as e
from contract.events import Event

from . import alarms, hall, tickets, windows
from .picture import Fact, Picture, Place

Step = Callable[[Picture, Fact, Any], None]

STEPS: dict[type[Event], tuple[Step, ...]] = {
    e.ClockSynced: (tickets.clock_synced,),
    e.CatalogueChanged: (hall.catalogue, windows.listed),
    e.RulesChanged: (hall.rules,),
    e.DayClosed: (hall.day_closed,),
    e.TicketIssued: (tickets.issued,),
    e.TicketCalled: (tickets.called, windows.called),
    e.TicketRecalled: (tickets.recalled,),
    e.ServiceStarted: (tickets.started, windows.serving),
    e.ServiceFinished: (tickets.finished, windows.freed),
    e.TicketPassed: (tickets.passed, windows.freed),
    e.TicketRestored: (tickets.restored,),
    e.TicketTransferred: (tickets.transferred, windows.freed),
    e.TicketForwarded: (tickets.forwarded,),
    e.TicketMovedBack: (tickets.moved_back,),
    e.CaseSuspended: (tickets.suspended, windows.freed),
    e.CaseContinued: (tickets.continued, windows.continued),
    e.BookingArrived: (tickets.arrived,),
    e.IdentityVerified: (tickets.verified,),
    e.CaseAccepted: (tickets.accepted,),
    e.SupplementNoticeGiven: (tickets.noticed,),
    e.ResultTold: (tickets.result_told,),
    e.CounterWarned: (tickets.warned,),
    e.StepUndone: (tickets.undone, windows.undone),
    e.TicketVoided: (tickets.voided,),
    e.TicketRated: (tickets.rated,),
    e.CounterOpened: (windows.opened,),
    e.CounterClosed: (windows.closed,),
    e.CounterPaused: (windows.paused,),
    e.CounterResumed: (windows.resumed,),
    e.SlipStarted: (hall.slip_started,),
    e.SlipPrinted: (hall.slip_printed,),
    e.SlipFailed: (hall.slip_failed,),
    e.SlipLeftToStaff: (hall.slip_left,),
    e.DeviceFailed: (hall.device_failed,),
    e.DeviceRecovered: (hall.device_recovered,),
    e.DirectiveTaken: (hall.told,),
    e.DirectiveAnswered: (hall.answered,),
    e.AlarmRaised: (alarms.raised,),
    e.AlarmClosed: (alarms.closed,),
    e.EmergencyDeclared: (alarms.declared,),
    e.EmergencyEnded: (alarms.ended,),
}
"""Events that are not named here change no read model; they are in `events` all the same."""


def fold(picture: Picture, facts: Iterable[Fact]) -> None:
    """Changes `picture` by `facts` in their order. The same facts cut into other batches give the same rows."""
    places: dict[str, Place] = {}
    for fact in facts:
        places[fact.place.node] = fact.place
        for step in STEPS.get(type(fact.event), ()):
            step(picture, fact, fact.event)
    for ticket in picture.tickets.values():
        tickets.settle(ticket, places[ticket.node])
