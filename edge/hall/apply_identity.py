"""Verifications of identity, applied."""

from contract.events import IdentityVerified
from edge.hall.state import State


def verified(state: State, event: IdentityVerified, at: int) -> None:
    """Who is found to be somebody else does not become the one to compare with."""
    ticket = state.tickets.get(event.ticket or "")
    if ticket is None:
        return
    ticket.verified, ticket.name_match = event.match, event.name
    if event.match != "other":
        ticket.id_hmac = event.id_hmac
