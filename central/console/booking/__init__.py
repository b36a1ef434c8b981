"""The booking pages of the console: the desk, reviews, calls, a day's bookings, slots, the calendar, the rules."""

from central.booking.desk import BookingDesk
from central.console.booking.calendar_page import CalendarPage
from central.console.booking.calls_page import CallsPage
from central.console.booking.closures_page import ClosuresPage
from central.console.booking.day_page import DayPage
from central.console.booking.desk_page import DeskPage
from central.console.booking.hours_page import HoursPage
from central.console.booking.look_page import LookPage
from central.console.booking.lost_page import LostPage
from central.console.booking.one_page import OnePage
from central.console.booking.page import BookingPage
from central.console.booking.plan_page import PlanPage
from central.console.booking.review_page import ReviewPage
from central.console.booking.rules_page import BookingRulesPage
from central.console.booking.slots_page import SlotsPage

ORDER: tuple[type[BookingPage], ...] = (
    DeskPage, OnePage, ReviewPage, CallsPage, LostPage, DayPage, PlanPage, SlotsPage, HoursPage, CalendarPage,
    BookingRulesPage, ClosuresPage, LookPage,
)  # fmt: skip
"""Of the menu."""


def pages(desk: BookingDesk) -> list[BookingPage]:
    """All of them, over one desk."""
    return [page(desk) for page in ORDER]
