"""Ticket numbers: a letter and a running number, anew each business day, never the same one twice.

Left out are numbers up to the epoch's floor (they cannot be proved unused), and for the whole day those
of a ticket taken over from a day before: whoever still holds such a slip must not meet a second holder. A node that
stands aside as a copy numbers from the far end of each range, where the one it is a copy of does not come in a day.
"""

from contract.catalogue import Service
from edge.hall.state import State


def ticket_id(day: str, number: str) -> str:
    """Unique for ever: "20261122-A005"."""
    return f"{day.replace('-', '')}-{number}"


def number_of(ticket: str) -> str:
    """The printed number inside a ticket id."""
    return ticket.partition("-")[2]


def printed(service: Service, n: int) -> str:
    return f"{service.letter}{n:0{service.digits}d}"


def next_number(state: State, service: Service) -> int | None:
    """The next free running number of the day; None when the range is used up. Needs a plan."""
    if state.plan is None:
        return None
    first = max(state.numbers.get(service.letter, 0), state.number_floor) + 1
    for n in range(max(first, _begins(state, service)), service.last + 1):
        if printed(service, n) not in state.carried:
            return n
    return None


def _begins(state: State, service: Service) -> int:
    """The first number of the range; for a copy that of its last quarter."""
    return service.last - (service.last - service.first) // 4 if state.far else service.first
