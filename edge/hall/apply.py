"""What an event does to the hall: `apply(state, event, seq=, at=)`, the only writer of the state.

It never refuses and knows nothing but the event and the state, so a replay from the empty state, or
from a snapshot, ends in the very same state. An event type it has no entry for only moves `seq` and `at`.
"""

from collections.abc import Callable
from typing import Any

from contract import events
from contract.events import Event
from edge.hall import (
    apply_bookings,
    apply_cases,
    apply_counters,
    apply_days,
    apply_desk,
    apply_facts,
    apply_identity,
    apply_lists,
    apply_matters,
    apply_papers,
    apply_safety,
    apply_tickets,
    apply_undo,
)
from edge.hall.state import State

_BY_TYPE: dict[type[Event], Callable[[State, Any, int], None]] = {
    events.EpochBegun: apply_facts.epoch_begun,
    events.NodeStarted: apply_facts.node_started,
    events.ClockSynced: apply_facts.clock_synced,
    events.RulesChanged: apply_days.rules_changed,
    events.CatalogueChanged: apply_days.catalogue_changed,
    events.DayStarted: apply_days.day_started,
    events.TimePassed: apply_days.time_passed,
    events.HallSuspended: apply_days.hall_suspended,
    events.HallResumed: apply_days.hall_resumed,
    events.TicketIssued: apply_tickets.issued,
    events.TicketRestored: apply_tickets.restored,
    events.TicketTransferred: apply_tickets.transferred,
    events.TicketForwarded: apply_tickets.forwarded,
    events.TicketMovedBack: apply_tickets.moved_back,
    events.TicketVoided: apply_tickets.voided,
    events.TicketRated: apply_tickets.rated,
    events.BookingArrived: apply_bookings.arrived,
    events.BookingVoided: apply_bookings.voided,
    events.DirectiveTaken: apply_bookings.told,
    events.PlaceSold: apply_bookings.place_sold,
    events.ShareReturned: apply_bookings.share_returned,
    events.TicketCalled: apply_counters.called,
    events.TicketRecalled: apply_counters.recalled,
    events.ServiceStarted: apply_counters.started,
    events.ServiceFinished: apply_counters.finished,
    events.TicketPassed: apply_counters.passed,
    events.StepUndone: apply_undo.undone,
    events.EnquiryOpened: apply_desk.opened,
    events.EnquiryAnswered: apply_desk.answered,
    events.CounterOpened: apply_counters.opened,
    events.CounterClosed: apply_counters.closed,
    events.CounterPaused: apply_counters.paused,
    events.CounterResumed: apply_counters.resumed,
    events.CounterWarned: apply_counters.warned,
    events.CaseSuspended: apply_cases.suspended,
    events.CaseContinued: apply_cases.continued,
    events.IdentityVerified: apply_identity.verified,
    events.MatterFixed: apply_matters.fixed,
    events.QuestionsAnswered: apply_matters.answered,
    events.RuleChecked: apply_matters.rule_checked,
    events.StepTicked: apply_matters.step_ticked,
    events.MaterialsChecked: apply_papers.checked,
    events.CaseAccepted: apply_papers.accepted,
    events.SupplementNoticeGiven: apply_papers.notice_given,
    events.ResultTold: apply_papers.result_told,
    events.VisitorRegistered: apply_papers.visitor_registered,
    events.EmergencyDeclared: apply_safety.declared,
    events.EmergencyEnded: apply_safety.ended,
    events.AlarmRaised: apply_safety.raised,
    events.AlarmClosed: apply_safety.closed,
    events.ChecklistTicked: apply_lists.ticked,
    events.ChecklistClosed: apply_lists.closed,
    events.DevicesTested: apply_lists.tested,
    events.SlipStarted: apply_facts.slip_started,
    events.SlipPrinted: apply_facts.slip_printed,
    events.SlipFailed: apply_facts.slip_failed,
    events.SlipLeftToStaff: apply_facts.slip_left,
    events.DeviceFailed: apply_facts.device_failed,
    events.DeviceRecovered: apply_facts.device_recovered,
}


def apply(state: State, event: Event, *, seq: int, at: int) -> None:
    """Changes `state` in place. `seq` and `at` (ms) are those of the event's envelope."""
    state.seq, state.at = seq, at
    applier = _BY_TYPE.get(type(event))
    if applier is not None:
        applier(state, event, at)
