"""Suspended cases (挂起), applied; and what of a case is over when its ticket goes to another service."""

from contract.events import CaseContinued, CaseSuspended
from edge.hall.apply_counters import leave
from edge.hall.clocks import told_before
from edge.hall.state import State, Ticket


def suspended(state: State, event: CaseSuspended, at: int) -> None:
    """The counter is free; `ticket.counter` stays, it is where the papers are."""
    ticket = state.tickets[event.ticket]
    ticket.status = "suspended"
    ticket.suspended, ticket.suspend_reason, ticket.suspended_at = event.kind, event.reason, at
    state.suspended_cases.append(ticket.id)
    desk = leave(state, event.counter, at)
    desk.last, desk.last_step = None, None


def continued(state: State, event: CaseContinued, at: int) -> None:
    ticket = state.tickets[event.ticket]
    state.suspended_cases.remove(ticket.id)
    ticket.suspended_ms += max(0, at - ticket.suspended_at)
    ticket.suspended, ticket.suspend_reason, ticket.suspended_at = "", "", 0
    ticket.status, ticket.counter, ticket.clerk = "serving", event.counter, event.clerk
    desk = state.counters[event.counter]
    desk.status, desk.since, desk.ticket = "serving", at, ticket.id
    desk.warned = told_before(state, ticket, at)


def begin_anew(ticket: Ticket) -> None:
    """At another service nothing has been fixed, seen, accepted or told yet. Its identity stays known."""
    no_matter(ticket)
    ticket.notices, ticket.acceptance, ticket.result = 0, None, ""


def no_matter(ticket: Ticket) -> None:
    """Nothing is known of what is wanted, and nothing that was looked at for it counts."""
    ticket.matter, ticket.matter_version, ticket.answers = None, 0, {}
    ticket.seen, ticket.checks, ticket.rules, ticket.steps = (), (), {}, ()
