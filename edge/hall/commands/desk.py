"""The service desk."""

from contract.events import EnquiryOutcome
from edge.hall.commands.base import Command


class OpenEnquiry(Command, frozen=True):
    """Somebody asks. `by`: who is at the desk."""

    by: str


class AnswerEnquiry(Command, frozen=True):
    """`outcome` "solved" needs a `summary`. "routed" needs a fresh `token` and a `service`, for a ticket written with
    the answer; or the `number` of the ticket the customer has.
    """

    enquiry: str
    by: str
    outcome: EnquiryOutcome
    summary: str = ""
    """Never a name: what a number of somebody could hide in is refused."""
    service: str | None = None
    token: str | None = None
    priority_class: str | None = None
    journey: str | None = None
    number: str | None = None
