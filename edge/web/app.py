"""The local HTTP of a node: its routes, its door and what they work with, put together."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Future
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route

from contract.catalogue import Text
from contract.events import DayClosed
from contract.messages import StateReport
from edge.clock import wall_ms
from edge.config import Settings
from edge.errors import Refused
from edge.line import Line
from edge.people.reception import Reception
from edge.people.staff import Staff
from edge.printing.papers import Found, Papers
from edge.web import (
    api,
    checkin_api,
    counter_api,
    desk_api,
    guide,
    kiosk_api,
    pages,
    pair_api,
    panel_api,
    papers_api,
    places_api,
    progress_api,
    sheet_api,
    staff_api,
    supervisor_api,
)
from edge.web.answers import HANDLERS
from edge.web.feed import Feed
from edge.web.guard import Guard
from edge.web.house import Draw, House
from edge.web.metrics import Commits
from edge.web.once import Answered, Pressed
from edge.web.panel import Panel
from edge.web.terminals import Terminals

ROUTES = [
    Route("/api/tickets", api.issue_ticket, methods=["POST"]),
    Route("/api/counters/{counter}/rate", api.rate_counter, methods=["POST"]),
    Route("/api/counters/{counter}/alarm", counter_api.alarm, methods=["POST"]),
    Route("/api/counters/{counter}/verify", counter_api.verify, methods=["POST"]),
    *papers_api.ROUTES,
    Route("/api/counters/{counter}/{step}", counter_api.counter_step, methods=["POST"]),
    Route("/api/slips/reprint", api.reprint, methods=["POST"]),
    Route("/api/staff", staff_api.show),
    *supervisor_api.ROUTES,
    *checkin_api.ROUTES,
    *desk_api.ROUTES,
    *places_api.ROUTES,
    *kiosk_api.ROUTES,
    *progress_api.ROUTES,
    Route("/api/state", api.state_report),
    Route("/api/view", api.hall_view),
    Route("/api/about", api.about),
    Route("/api/stream", api.stream),
    Route("/api/sheet", sheet_api.show),
    Route("/api/sheet/print", sheet_api.print_it, methods=["POST"]),
    *panel_api.ROUTES,
    Route("/api/pair", pair_api.pair, methods=["POST"]),
    Route("/api/pairing", pair_api.shown),
    Route("/api/pairing/me", pair_api.whoami),
    Route("/api/pairing/codes", pair_api.new_code, methods=["POST"]),
    Route("/api/pairing/forget", pair_api.forget, methods=["POST"]),
    Route("/api/pairing/{terminal}/revoke", pair_api.revoke, methods=["POST"]),
    Route("/healthz", api.healthz),
    Route("/metrics", api.metrics),
    Route("/", pages.panel),
    Route("/kiosk", pages.kiosk),
    Route("/counter", pages.counters),
    Route("/counter/{counter}", pages.counter),
    Route("/display", pages.display),
    Route("/guide", guide.guide),
    Route("/desk", pages.desk),
    Route("/supervisor", pages.supervisor),
    Route("/sheet", pages.sheet),
    Route("/pair", pages.pair),
    Mount(f"/static/{pages.build()}", pages.Static(directory=pages.STATIC)),
]
"""The hottest call stands first: routes are tried in this order."""


def no_printer(draw: Draw) -> "Future[None]":
    """What `print_paper` does in a hall without a printer."""
    raise Refused("This hall has no slip printer; print the page instead.", code="no_printer")


def create_app(
    line: Line,
    settings: Settings,
    panel: Panel,
    *,
    terminals: Terminals,
    report: Callable[[], StateReport],
    reprint: Callable[[str], None],
    sheets: Callable[[], list[DayClosed]] = list,
    print_paper: Callable[[Draw], "Future[None]"] = no_printer,
    notices: Callable[[], list[Text]] = list,
    commits: Callable[[], Commits | None] = lambda: None,
    clock: Callable[[], int] = wall_ms,
    staff: Staff | None = None,
    reception: Reception | None = None,
    self_test: Callable[[str], Mapping[str, str]] | None = None,
    find_paper: Callable[[str], Found | None] = lambda number: None,
) -> Starlette:
    """`reprint` prints a copy of a ticket's slip by its id and raises Refused or DeviceError; `notices`
    gives the texts for the display; `sheets` the closed days, oldest first; `print_paper` prints a paper
    that is no slip; `commits` the journal's figures; `clock` the wall time in ms; `staff` proves who clerks are;
    `reception` checks people in and hears the readers, where there is one; `self_test` tries every device;
    `find_paper` gives the recorded event behind a paper's number.
    """
    printers = tuple(printer.id for printer in settings.printers)
    feed = Feed(line, pages=pages.build(), printers=printers, notices=notices, clock=clock)
    cookie = f"hallkeeper_{settings.node.id}"
    repeat_s = settings.node.key_repeat_ms / 1000
    house = House(
        line, settings, panel, terminals, feed, report, reprint, sheets, print_paper, commits,
        Answered(), Pressed(repeat_s, time.monotonic), cookie, staff or Staff(settings.clerks),
        Papers(line, settings, print_paper, find_paper, clock), reception, self_test,
    )  # fmt: skip

    if reception is not None:
        reception.readings.listen(feed.tell)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await feed.open()
        yield
        feed.close()

    hosts = (settings.node.host, *settings.node.allowed_hosts)
    guard = Middleware(Guard, terminals=terminals, hosts=hosts, cookie=cookie)
    app = Starlette(routes=ROUTES, middleware=[guard], exception_handlers=HANDLERS, lifespan=lifespan)
    app.state.house = house
    return app


def open_terminals(settings: Settings, clock: Callable[[], int] = wall_ms) -> Terminals:
    """The paired terminals kept in the node's data folder."""
    return Terminals(Path(settings.node.data), clock)
