"""The service desk, applied: who asks now, and how the enquiries of the day ended."""

from contract.events import EnquiryAnswered, EnquiryOpened
from edge.hall.state import DeskTotals, Enquiry, State


def opened(state: State, event: EnquiryOpened, at: int) -> None:
    state.enquiries_opened += 1
    state.enquiries[event.enquiry] = Enquiry(event.enquiry, event.by, at)


def answered(state: State, event: EnquiryAnswered, at: int) -> None:
    state.enquiries.pop(event.enquiry, None)
    totals = state.desk
    setattr(totals, event.outcome, getattr(totals, event.outcome) + 1)
    totals.late += event.late


def day_began(state: State) -> None:
    state.desk = DeskTotals()
