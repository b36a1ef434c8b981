"""The papers of the window: drawn from what was recorded, printed between two slips, found again by their number.

A paper is printed only after its event is durable. When the printer is in trouble the event stands, and
the paper comes out later as a COPY, asked for by its number.
"""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

import msgspec

from contract import booking_code
from contract.events import Event, PlaceSold, VisitorRegistered
from edge.config import PrinterShape, Settings
from edge.errors import Invalid, StorageError, Unknown
from edge.faces.escpos import document
from edge.faces.typeface import Typeface
from edge.hall.state import State
from edge.journal import Reader
from edge.line import Line
from edge.printing.guidance_words import GuidanceSheet, guidance_sheet
from edge.printing.paper_words import Known, Paper, paper_blocks
from identity_numbers import name_fits

Draw = Callable[[PrinterShape, Typeface | None], bytes]
"""Makes a paper for a printer of that shape."""
ANSWER_S = 5.0
"""How long the hall's line may take to say what stands on a paper."""
_STEP = 4_000
"""How many events are looked through at once."""


class Found(Protocol):
    """A recorded event, as the journal gives it back."""

    @property
    def at(self) -> int: ...

    @property
    def event(self) -> Event: ...


class Papers:
    """`print_paper` prints a document once (`SlipWorker.print_document`) and raises Refused where there is no printer;
    `find` gives the event behind a paper's number, None where there is none (`find_paper`). `clock`: wall time, ms.
    """

    def __init__(
        self,
        line: Line,
        settings: Settings,
        print_paper: Callable[[Draw], "Future[None]"],
        find: Callable[[str], Found | None],
        clock: Callable[[], int],
    ) -> None:
        self._line = line
        self._settings = settings
        self._print_paper = print_paper
        self._find = find
        self._clock = clock

    def print(self, paper: Paper, at: int, *, copy: bool = False, name: str = "") -> "Future[None]":
        """Prints the paper of an event recorded at `at` (ms); DeviceError in the future when it did not come out.

        `name`: a visitor's whole name. Waits for the line's answer only; raises Refused and StorageError.
        """
        ticket = None if isinstance(paper, VisitorRegistered | PlaceSold) else paper.ticket
        blocks = paper_blocks(paper, at, self._known(ticket), copy=copy, name=name)
        return self._print_paper(lambda shape, face: document(blocks, shape, face))

    def again(self, number: str, name: str = "") -> "Future[None]":
        """A COPY of the paper with that number, or of the booking's slip with that code. A visitor's badge says the
        whole name when it is typed again.

        Raises Unknown, Invalid for a name that is not the one registered, and as `print`.
        """
        found = self._find(number)
        if found is None or not isinstance(found.event, Paper):
            raise Unknown(f"There is no paper with the number {number}; read it off the screen or the paper.", "number")
        if name and not (isinstance(found.event, VisitorRegistered) and name_fits(name, found.event.name_masked)):
            raise Invalid(f"{number} was not made out to this name.", "name", "other_name")
        return self.print(found.event, found.at, copy=True, name=name)

    def sheet(self, service: str = "", matter: str = "") -> GuidanceSheet:
        """The guidance sheet of a matter as it is published now, or of a service. Raises Unknown, and as `print`."""
        known = self._known(None)
        published = known.matters.get(matter)
        if matter and published is None:
            raise Unknown(f"No matter {matter!r} is published here.", "matter", "unknown_matter")
        service = published.service if published is not None else service
        offered = next((one for one in known.offered.services if one.id == service), None)
        if offered is None:
            raise Unknown(f"This hall has no service {service!r}.", "service", "unknown_service")
        return guidance_sheet(offered, published, self._clock(), known)

    def print_sheet(self, sheet: GuidanceSheet) -> "Future[None]":
        """As `print`."""
        return self._print_paper(lambda shape, face: document(sheet.blocks, shape, face))

    def _known(self, ticket: str | None) -> Known:
        def look(state: State) -> Known | None:
            held = state.tickets.get(ticket) if ticket is not None else None
            if state.catalogue is None:
                return None
            token = held.token if held is not None else None
            return Known(state.catalogue, self._settings, token, state.rules, dict(state.shelf.matters))

        try:
            known = self._line.ask(look).result(ANSWER_S)
        except TimeoutError:
            raise StorageError(f"The hall's line did not answer within {ANSWER_S:g} s; look at its disk.") from None
        if known is None:
            raise Unknown("This hall offers nothing yet.", "service", "no_catalogue")
        return known


def find_paper(reader: Reader, number: str) -> Found | None:
    """The newest event that gave a paper this number: looked for backwards, since papers asked for are young."""
    code = msgspec.json.encode(booking_code.tidy(number))
    wanted = (b'"number":' + msgspec.json.encode(number), b'"code":' + code)
    for stream in reversed(reader.all_streams()):
        end = stream.end
        while end > stream.start:
            start = max(stream.start, end - _STEP)
            if found := _among(reader, start, end, wanted):
                return found
            end = start
    return None


def _among(reader: Reader, start: int, end: int, wanted: tuple[bytes, ...]) -> Found | None:
    """Looks at the raw bytes first: reading every event would take ten times as long."""
    for place, raw, _ in reader.rows(start, end):
        if any(each in raw for each in wanted):
            found = next(reader.replay(place - 1, place))
            if isinstance(found.event, Paper):
                return found
    return None
