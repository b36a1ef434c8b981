"""Whether a passed number may come back: once, and only for a while (queue call rules, requirements.md §7)."""

from edge.hall.state import State, Ticket


def why_not(state: State, ticket: Ticket, at: int) -> tuple[str, str] | None:
    """(code, sentence) of the reason against it; None: it may."""
    if ticket.status != "passed":
        return "not_passed", f"Ticket {ticket.number} is {ticket.status}; only a passed number can be brought back."
    if ticket.returns >= state.rules.returns_max:
        text = f"Ticket {ticket.number} was brought back {ticket.returns} times already: take a new one."
        return "returned_too_often", text
    if at > (ticket.ended_at or 0) + state.rules.return_within_s * 1000:
        hours = state.rules.return_within_s / 3600
        text = f"Ticket {ticket.number} was passed more than {hours:g} h ago: take a new one."
        return "returned_too_late", text
    return None
