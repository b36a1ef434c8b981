"""What a window did by the matter, applied."""

from contract.events import MatterFixed, QuestionsAnswered, RuleChecked, StepTicked
from edge.hall.apply_cases import no_matter
from edge.hall.state import State


def fixed(state: State, event: MatterFixed, at: int) -> None:
    """Another matter begins anew: its materials and rules are others."""
    ticket = state.tickets[event.ticket]
    if ticket.matter != event.matter:
        no_matter(ticket)
    ticket.matter, ticket.matter_version = event.matter, event.version


def answered(state: State, event: QuestionsAnswered, at: int) -> None:
    ticket = state.tickets[event.ticket]
    ticket.answers = ticket.answers | event.answers


def rule_checked(state: State, event: RuleChecked, at: int) -> None:
    ticket = state.tickets[event.ticket]
    ticket.rules = ticket.rules | {event.rule: event.passed}


def step_ticked(state: State, event: StepTicked, at: int) -> None:
    ticket = state.tickets[event.ticket]
    others = {each for each in ticket.steps if each != event.step}
    ticket.steps = tuple(sorted({*others, event.step} if event.done else others))
