"""PURE: the slip of a booking taken at the desk (预约单): its code, when to come, what to bring."""

from collections.abc import Iterator

from contract.catalogue import Text
from edge.faces.form import Wanted, to_bring
from edge.faces.letterhead import Letterhead, beside
from edge.faces.paper import Block, Code, Gap, Line, Pair, Rule
from edge.faces.slip import copy_mark
from edge.faces.tongues import label, lines, named, said


class BookingSlip(Letterhead, frozen=True, kw_only=True):
    """`number`: the code as it is shown; `url`: the code as it is scanned. `day`, `time`: local, as printed; `opens`
    and `grace`: how many minutes before the slot check-in opens, and after it the booking is void. `name`: masked.
    """

    service: Text
    name: str
    day: str
    time: str
    opens: int
    grace: int
    materials: tuple[Wanted, ...] = ()
    priority_class: Text | None = None


def booking_slip(slip: BookingSlip) -> tuple[Block, ...]:
    """The slip from top to bottom."""
    return (*_head(slip), *_when(slip), *to_bring(slip.materials, slip.languages), *_foot(slip))


def _head(slip: BookingSlip) -> Iterator[Block]:
    tongues = slip.languages
    yield from lines(named(slip.hall, tongues))
    yield Rule()
    yield from lines(said("Booking", tongues), "large")
    if slip.copy:
        yield from copy_mark(tongues)
    yield Gap(12)
    yield Line(label("Booking code", tongues), "small")
    yield Line(slip.number)
    if slip.url:
        yield Gap(12)
        yield Code(slip.url)
    yield Gap(8)


def _when(slip: BookingSlip) -> Iterator[Block]:
    tongues = slip.languages
    yield Pair(label("Date", tongues), slip.day)
    yield Pair(label("Time", tongues), slip.time)
    yield Pair(label("Matter", tongues), beside(slip.service, tongues))
    yield Pair(label("Name", tongues), slip.name)
    if slip.priority_class is not None:
        yield from lines(said("Priority: {name}", tongues, name=named(slip.priority_class, tongues)))


def _foot(slip: BookingSlip) -> Iterator[Block]:
    tongues = slip.languages
    yield Rule()
    check_in = "Check in with this code or your identity document, at the earliest {minutes} minutes before your time."
    yield from lines(said(check_in, tongues, minutes=slip.opens), "small", "left")
    late = "Who comes more than {minutes} minutes late has lost the booking."
    yield from lines(said(late, tongues, minutes=slip.grace), "small", "left")
    yield from lines(said("To change or cancel it, name this code.", tongues), "small", "left")
    if slip.phone:
        yield from lines(said("By telephone: {phone}", tongues, phone=slip.phone), "small", "left")
    yield Line(slip.at, "small")
    yield Gap(16)
