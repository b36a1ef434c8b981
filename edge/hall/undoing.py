"""Whether a counter's last pass or finish can be taken back."""

from edge.hall.state import CounterState, State


def why_not(state: State, desk: CounterState, at: int) -> tuple[str, str] | None:
    """(code, sentence) of the reason against it; None: `desk.last_step` can be undone."""
    ticket = state.tickets.get(desk.last or "")
    if desk.last_step is None or ticket is None or ticket.service not in state.queues:
        return "nothing_to_undo", f"Counter {desk.id} has no pass or finish to undo."
    if at > desk.last_at + state.rules.undo_within_s * 1000:
        return "undo_too_late", f"The last step can be undone within {state.rules.undo_within_s} s only."
    if desk.status not in ("idle", "called"):
        return "undo_too_late", f"Counter {desk.id} is {desk.status} now: its last step stands."
    if desk.last_step == "finish" and ticket.status == "waiting" and ticket.stages:
        return "gone_on", f"Ticket {ticket.number} has gone on to {ticket.service}: transfer it back from there."
    if desk.ticket is not None and _chosen(state, desk):
        number = state.tickets[desk.ticket].number
        return "chosen_since", f"Ticket {number} was called by choice since: finish or pass it first."
    if ticket.status != ("passed" if desk.last_step == "pass" else "done") or ticket.counter != desk.id:
        return "undo_too_late", f"Ticket {ticket.number} has gone on since: it is {ticket.status}."
    return None


def _chosen(state: State, desk: CounterState) -> bool:
    """A chosen number has no place in a line to go back to."""
    why = state.tickets[desk.ticket or ""].why
    return why is not None and why.policy == "chosen"
