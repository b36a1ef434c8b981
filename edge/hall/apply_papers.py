"""Papers of the window, applied: each takes its running number."""

from contract.events import CaseAccepted, MaterialsChecked, ResultTold, SupplementNoticeGiven, VisitorRegistered
from edge.hall.state import State


def checked(state: State, event: MaterialsChecked, at: int) -> None:
    ticket = state.tickets[event.ticket]
    ticket.seen, ticket.checks = event.seen, event.checks


def accepted(state: State, event: CaseAccepted, at: int) -> None:
    state.papers["receipt"] = event.n
    state.tickets[event.ticket].acceptance = event.number


def notice_given(state: State, event: SupplementNoticeGiven, at: int) -> None:
    state.papers["notice"] = event.n
    state.tickets[event.ticket].notices += 1


def result_told(state: State, event: ResultTold, at: int) -> None:
    state.papers["result"] = event.n
    state.tickets[event.ticket].result = event.outcome


def visitor_registered(state: State, event: VisitorRegistered, at: int) -> None:
    state.papers["visitor"] = event.n
