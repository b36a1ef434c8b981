"""Enquiries at the service desk."""

from typing import Literal

from contract.events.base import Event

EnquiryOutcome = Literal["solved", "routed", "gone"]
"""Helped at once; sent to the right window; left, or still open when the day ended."""


class EnquiryOpened(Event, frozen=True):
    """Somebody asks at the service desk (导办台); nobody is named. The time of this event is request_at (S3-46)."""

    enquiry: str
    by: str


class EnquiryAnswered(Event, frozen=True):
    """The time of this event is response_at. `summary`: an id of `contract.feedback_categories`, or a few words."""

    enquiry: str
    by: str
    summary: str
    outcome: EnquiryOutcome
    service: str | None
    """What it was about; of a customer sent on, where to."""
    ticket: str | None
    """With which the customer was sent on."""
    seconds: int
    """From the question to this answer."""
    late: bool
    """That took longer than `rules.consult_s`."""
