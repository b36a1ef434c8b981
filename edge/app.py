"""The composition root of a node: names every concrete thing, opens in order, closes in reverse."""

import secrets
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path

import msgspec

from contract.catalogue import Text
from contract.events import DayClosed
from contract.messages import StateReport
from edge import bindings, config
from edge.announcer import Announcer, Speaker
from edge.boards import Boards, Placed, placed
from edge.clock import Clock
from edge.documents import Documents
from edge.engine import Engine
from edge.equipment import Equipment
from edge.errors import StorageError
from edge.faces.board import Setting
from edge.folders import documents_folder, held, journal_path
from edge.front_panel import FrontPanel
from edge.health import HealthWatch
from edge.identity import hardware_id, version
from edge.journal import Journal
from edge.keypress import Bank, Keypress
from edge.people.identity_key import IdentityKey
from edge.people.reception import open_reception
from edge.people.staff import BadgeLogin, Staff
from edge.printing.papers import Found, find_paper
from edge.printing.slips import SlipWorker
from edge.self_test import SelfTest
from edge.stage import Stage
from edge.sync.report import state_report
from edge.sync.uplink import Uplink
from edge.typefaces import find_typeface
from edge.watchdog import Watchdog
from edge.web.app import create_app, no_printer, open_terminals
from edge.web.house import Draw
from edge.web.serve import WebServer


class Node:
    """One hall's node, running between `open` and `close`."""

    def __init__(
        self,
        settings: config.Settings,
        *,
        simulated: bool = False,
        clock: Clock | None = None,
        before_commit: Callable[[], None] | None = None,
    ) -> None:
        """`before_commit` is called within each transaction of the journal: where a slow disk is simulated."""
        self.settings = settings
        self.simulated = simulated
        self.clock = clock or Clock()
        self._before_commit = before_commit
        self._closing = ExitStack()

    def open(self) -> None:
        """Opens everything in order; on any error closes what was opened. Raises HallkeeperError."""
        with ExitStack() as opening:
            self._open(opening)
            self._closing = opening.pop_all()

    def close(self) -> None:
        """Closes in reverse order; may be called twice."""
        self._closing.close()

    def _open(self, opening: ExitStack) -> None:
        settings = self.settings
        data = Path(settings.node.data)
        opening.enter_context(held(data))
        journal = Journal.open(
            journal_path(settings),
            boot=secrets.token_hex(8),
            version=version(),
            hw=hardware_id(),
            before_commit=self._before_commit,
        )
        self.engine = Engine(journal, self.clock, settings)
        self.equipment = Equipment(settings, simulated=self.simulated)
        opening.callback(self.engine.stop)
        self.engine.start()
        self._open_documents(opening)
        self._open_reception()
        self._open_devices(opening)
        self._open_stage(opening)
        self._open_uplink(opening)
        self._open_panel(opening)
        self._open_keys(opening)
        self._open_web(opening)
        self._open_watchdog(opening)

    def _open_documents(self, opening: ExitStack) -> None:
        self.documents = Documents(documents_folder(self.settings), self.engine)
        opening.callback(self.documents.stop)
        self.documents.start()

    def _open_devices(self, opening: ExitStack) -> None:
        """A device that is not there does not keep the hall shut; the health watch says so."""
        for device in self.equipment.all:
            opening.callback(device.close)
            device.open()
        self.self_test = SelfTest(self.engine, self.equipment.all, self._now)
        opening.callback(self.self_test.close)
        self.self_test.start()
        self.health = HealthWatch(self.engine, self.equipment.all, self._now)
        opening.callback(self.health.close)
        self.health.start()

    def _open_stage(self, opening: ExitStack) -> None:
        settings, equipment = self.settings, self.equipment
        face = find_typeface() if any(printer.chinese == "raster" for printer in settings.printers) else None
        self.face = face
        self.slips = SlipWorker(self.engine, equipment.printers, settings, face, self._now)
        announcer = self._announcer() if equipment.voices else None
        stage = Stage(self.engine, self.slips if equipment.printers else None, announcer)
        opening.callback(stage.close)
        stage.open()
        self.health.served("printer", lambda: self.slips.alive)
        if announcer is not None:
            self.health.served("voice", lambda: announcer.alive)
        shown = Setting(
            settings.hall.languages,
            settings.hall.timezone,
            pause_reasons={reason.id: reason.name for reason in settings.pause_reasons},
            zones={zone.id: zone.name for zone in settings.zones},
            phone=settings.kiosk.enquiry_phone,
        )
        self.boards = Boards(tuple(self._placed()), shown, notices=self._notices)
        opening.callback(self.boards.stop)
        self.boards.start()
        self.boards.show(self.engine.view)
        opening.callback(self.engine.subscribe(lambda batch: self.boards.show(batch.view)))

    def _announcer(self) -> Announcer:
        settings = self.settings
        speakers = tuple(
            Speaker(voice, section.quiet, section.one)
            for section, voice in zip(settings.voices, self.equipment.voices, strict=True)
        )
        return Announcer(speakers, settings.hall.languages, timezone=settings.hall.timezone, wall=self._now)

    def _placed(self) -> Iterator[Placed]:
        offered = config.catalogue(self.settings)
        for section, board in zip(self.settings.boards, self.equipment.boards, strict=True):
            yield placed(board, section, offered)

    def _open_uplink(self, opening: ExitStack) -> None:
        self.uplink: Uplink | None = None
        if self.settings.centre is None:
            return
        journal = self.engine.journal
        reading = journal.reader()
        opening.callback(reading.close)
        self.uplink = Uplink(
            self.settings.node.id,
            self.settings.centre,
            keeping=journal,
            reading=reading,
            taking=self.engine,
            report=self._report,
            wall=self._now,
        )
        opening.callback(self.uplink.close)
        self.uplink.start()
        opening.callback(self.engine.subscribe(self.uplink.changed))

    def _open_reception(self) -> None:
        """Who is who: customers by card, code or number, clerks by PIN or badge. Before the devices, so that a card
        that lies there already is read to somebody.
        """
        settings = self.settings
        key = IdentityKey.open(settings, Path(settings.node.data))
        self.staff = Staff(settings.clerks, key.of)
        self.reception = open_reception(
            self.engine,
            key,
            timezone=settings.hall.timezone,
            clock=self._now,
            on_badge=BadgeLogin(self.staff, self.engine.submit).badge,
            seal_key=settings.centre.seal_key if settings.centre is not None else None,
        )
        self.reception.readings.watch(zip(settings.readers, self.equipment.readers, strict=True))

    def _open_panel(self, opening: ExitStack) -> None:
        words = self.reception.readings.words
        self.panel = FrontPanel(self.settings, self.equipment.all, self.health.report, self.uplink, words)
        opening.callback(self.engine.subscribe(self.panel.told))

    def _open_keys(self, opening: ExitStack) -> None:
        """When the line, the slips and the voice are there: the first press finds everything in its place."""
        offered = config.catalogue(self.settings)
        banks = tuple(
            Bank(keys, bindings.bind(section.bind, offered, f"keys.{section.id}"), section.debounce_ms)
            for section, keys in zip(self.settings.keys, self.equipment.keys, strict=True)
        )
        keypress = Keypress(
            banks,
            self.engine.submit,
            key_repeat_ms=self.settings.node.key_repeat_ms,
            turned_down=self.panel.turned_down,
        )
        opening.callback(keypress.stop)
        keypress.start()

    def _open_web(self, opening: ExitStack) -> None:
        """Behind all that a page shows or moves: once the node says it is well, it hears its keys."""
        settings = self.settings
        app = create_app(
            self.engine,
            settings,
            self.panel,
            terminals=open_terminals(settings, self._now),
            report=lambda: self._report(self.uplink.conn if self.uplink else 0),
            reprint=self.slips.reprint,
            sheets=self._sheets,
            print_paper=self._print_paper,
            notices=self._notices,
            clock=self._now,
            staff=self.staff,
            reception=self.reception,
            self_test=self.self_test.run,
            find_paper=self._find_paper,
        )
        self.web = WebServer(app, settings.node.host, settings.node.port)
        opening.callback(self.web.stop)
        self.web.start()

    def _open_watchdog(self, opening: ExitStack) -> None:
        watchdog = Watchdog(lambda: self.engine.ask(lambda _: True).result(10))
        opening.callback(watchdog.stop)
        watchdog.start()

    # --- what several parts ask ----------------------------------------------

    def _now(self) -> int:
        return self.clock.stamp().at

    def _report(self, conn: int) -> StateReport:
        journal = self.engine.journal
        return state_report(
            self.engine.view,
            self.clock.stamp(),
            node=self.settings.node.id,
            boot=journal.boot,
            conn=conn,
            epoch=journal.epoch,
            devices=self.health.report(),
        )

    def _sheets(self) -> list[DayClosed]:
        """The closed days, oldest first. Raises StorageError while the documents are not at hand."""
        if not self.documents.wait_ready(5):
            raise StorageError(f"The day-end sheets are not at hand yet. {self.documents.trouble}".strip())
        kept = self.documents.all("sheets", "sheets")
        return sorted(msgspec.convert(kept, list[DayClosed]), key=lambda closed: closed.day)

    def _print_paper(self, draw: Draw) -> "Future[None]":
        if not self.equipment.printers:
            return no_printer(draw)
        return self.slips.print_document(lambda shape: draw(shape, self.face))

    def _find_paper(self, number: str) -> Found | None:
        reader = self.engine.journal.reader()
        try:
            return find_paper(reader, number)
        finally:
            reader.close()

    def _notices(self) -> list[Text]:
        """Those of the centre that still hold; none while the documents are not at hand yet."""
        if not self.documents.wait_ready(0):
            return []
        now = self._now()
        return [notice["text"] for notice in self.documents.all("notices", "notices") if notice["until"] > now]


def serve(settings: config.Settings, *, simulated: bool, opened: Callable[[Node], None]) -> None:
    """Runs a node until SIGTERM or SIGINT; `opened` is told once it is open.

    Raises HallkeeperError where it cannot start.
    """
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    node = Node(settings, simulated=simulated)
    node.open()
    try:
        opened(node)
        ended.wait()
    finally:
        node.close()
