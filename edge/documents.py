"""The documents of a hall: a read model of the journal that a person can open, kept in TinyDB.

catalogue.json, matters.json, roster.json, devices.json, notices.json, sheets.json. They are written by a thread of
their own after the commits, so the hall never waits for them, and each says up to which place of the journal it goes.
A document that is torn, lost or of another journal is set aside and made again from the journal (F13).
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import msgspec
from tinydb import TinyDB, where

from contract.events import DayClosed, DocumentsRebuilt
from edge.disk import sync_folder
from edge.document_storage import Paper
from edge.engine import Engine
from edge.errors import HallkeeperError, StorageError
from edge.folding import DOCUMENTS_VERSION, FOLDS, Tables
from edge.hall.commands import Record
from edge.journal import Reader, Recorded
from edge.line_news import Batch

log = logging.getLogger(__name__)

_SAVE_EVERY = 5_000
"""Events after which a document is written although nothing in it changed, to shorten the next start."""
_RETRY_S = 2.0


class Document:
    """One file: its tables in TinyDB, and how far in the journal they go."""

    def __init__(self, path: Path) -> None:
        """Raises StorageError where the file cannot be trusted."""
        self.path, self.name = path, path.stem
        self._paper: Paper | None = None
        self._db = TinyDB(path, storage=self._keep)
        reflects = self._db.table("reflects").all()
        self.place = int(reflects[0]["place"]) if reflects else 0
        self.version = int(reflects[0]["version"]) if reflects else DOCUMENTS_VERSION
        self.unsaved = not path.exists()
        names = self._db.tables() - {"reflects"}
        self.tables: Tables = {name: {each["key"]: each["record"] for each in self._db.table(name)} for name in names}
        """What the folds work on; `put` brings it into TinyDB."""

    def _keep(self, path: Path) -> Paper:
        self._paper = Paper(path)
        return self._paper

    def all(self, table: str) -> list[dict[str, Any]]:
        return [each["record"] for each in self._db.table(table).all()]

    def find(self, table: str, key: str) -> dict[str, Any] | None:
        found = self._db.table(table).search(where("key") == key)
        return found[0]["record"] if found else None

    def put(self, place: int) -> None:
        """Brings `tables` into TinyDB; onto the disk with `save`."""
        for name, records in self.tables.items():
            table = self._db.table(name)
            table.truncate()
            table.insert_multiple({"key": key, "record": record} for key, record in records.items())
        self.reach(place)

    def reach(self, place: int) -> None:
        reflects = self._db.table("reflects")
        reflects.truncate()
        reflects.insert({"place": place, "version": DOCUMENTS_VERSION})
        self.place, self.unsaved = place, True

    def save(self) -> None:
        if self._paper is not None:
            self._paper.save()
        self.unsaved = False


class Documents:
    """All documents of a hall. `start` returns at once; reads wait until they are at hand."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self._folder, self._engine, self._journal = folder, engine, engine.journal
        self._queue: Queue[Batch | None] = Queue()
        self._lock = threading.Lock()
        self._documents: dict[str, Document] = {}
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="documents", daemon=True)
        self._leave: Callable[[], None] | None = None
        self._saved_at = 0
        self.trouble = ""
        """Why the files cannot be written now; empty while they can. What is read is right all the same."""

    # --- for everybody -------------------------------------------------------

    def start(self) -> None:
        """After the engine's start."""
        self._leave = self._engine.subscribe(self._queue.put)
        self._thread.start()

    def stop(self) -> None:
        """Writes what is unsaved. Before the engine's stop."""
        if self._leave:
            self._leave()
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def wait_ready(self, timeout_s: float) -> bool:
        """Whether the documents have caught up with the journal as it was at the start."""
        return self._ready.wait(timeout_s)

    def all(self, document: str, table: str) -> list[dict[str, Any]]:
        """Every record of a table, e.g. ("roster", "bookings"), ("devices", "devices"), ("catalogue", "services")."""
        with self._lock:
            return self._documents[document].all(table)

    def find(self, document: str, table: str, key: str) -> dict[str, Any] | None:
        """One record by its id or code."""
        with self._lock:
            return self._documents[document].find(table, key)

    # --- the thread ----------------------------------------------------------

    def _run(self) -> None:
        try:
            rebuilt = self._open()
        except (StorageError, OSError) as err:
            log.error("documents: %s", err)
            self.trouble = str(err)
            return
        self._ready.set()
        for event in rebuilt:
            self._engine.submit(Record(event)).add_done_callback(_report)
        self._follow()

    def _open(self) -> list[DocumentsRebuilt]:
        """Every document at hand and up to date."""
        self._folder.mkdir(parents=True, exist_ok=True)
        rebuilt = []
        known = self._journal.noted("documents") is not None
        reader = self._journal.reader()
        try:
            for name in FOLDS:
                document, cause = self._trusted(name, reader)
                if cause and known:
                    rebuilt.append(DocumentsRebuilt(name, cause))
                with self._lock:
                    self._documents[name] = document
            self._catch_up(reader)
        finally:
            reader.close()
        if not known:
            self._journal.note(documents=str(DOCUMENTS_VERSION))
        return rebuilt

    def _trusted(self, name: str, reader: Reader) -> tuple[Document, str]:
        """The document, and why it is made again; empty when it need not be."""
        path = self._folder / f"{name}.json"
        lost = not path.exists()
        try:
            document = Document(path)
        except StorageError as err:
            return self._fresh(path, reader), err.detail
        if lost:
            return self._fresh(path, reader), "the file was missing"
        if document.version != DOCUMENTS_VERSION:
            return self._fresh(path, reader), f"it was of version {document.version}"
        if document.place and reader.hash_at(document.place) is None:
            return self._fresh(path, reader), "it does not belong to this journal"
        return document, ""

    def _fresh(self, path: Path, reader: Reader) -> Document:
        """An empty document, or what the journal's own snapshot says it was; a bad file is kept under another name."""
        if path.exists():
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
            path.replace(path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}"))
            sync_folder(self._folder)
        document = Document(path)
        kept = reader.snapshot("documents", DOCUMENTS_VERSION)
        if kept is not None:
            every: dict[str, Tables] = msgspec.json.decode(kept.body)
            if document.name in every:  # a document newer than the snapshot begins at the first event held
                document.tables = every[document.name]
                document.put(kept.place)
        return document

    def _catch_up(self, reader: Reader) -> None:
        page: list[Recorded] = []
        for record in reader.replay(min(document.place for document in self._documents.values())):
            page.append(record)
            if len(page) == _SAVE_EVERY:
                self._fold(page)
                page = []
        self._fold(page)
        self._save()

    def _follow(self) -> None:
        while True:
            try:
                batches: list[Batch | None] = [self._queue.get(timeout=_RETRY_S if self.trouble else None)]
                while True:
                    batches.append(self._queue.get_nowait())
            except Empty:
                pass
            recorded = [record for batch in batches if batch for record in batch.recorded]
            self._fold(recorded)
            if None in batches:
                self._reach_head()
                self._save()
                return
            if any(isinstance(record.event, DayClosed) for record in recorded) or self._far_behind():
                self._reach_head()
                self._keep_snapshot()
            self._save()

    def _fold(self, recorded: Sequence[Recorded]) -> None:
        for name, fold in FOLDS.items():
            document = self._documents[name]
            new = [record for record in recorded if record.place > document.place]
            if not new:
                continue
            with self._lock:
                changed = [fold(document.tables, record) for record in new]
                if any(changed):
                    document.put(new[-1].place)
                else:
                    document.place = new[-1].place

    def _far_behind(self) -> bool:
        return self._documents["catalogue"].place - self._saved_at > _SAVE_EVERY

    def _reach_head(self) -> None:
        with self._lock:
            for document in self._documents.values():
                document.reach(document.place)

    def _save(self) -> None:
        try:
            for document in self._documents.values():
                if document.unsaved:
                    document.save()
            self._saved_at = self._documents["catalogue"].place
            self.trouble = ""
        except StorageError as err:
            if not self.trouble:
                log.error("documents: %s", err.detail)
            self.trouble = err.detail

    def _keep_snapshot(self) -> None:
        """So that the documents can be made again when the events behind it are pruned."""
        place = min(document.place for document in self._documents.values())
        body = msgspec.json.encode({name: document.tables for name, document in self._documents.items()})
        try:
            self._journal.save_snapshot("documents", DOCUMENTS_VERSION, body, place)
        except StorageError as err:
            self.trouble = err.detail


def _report(recorded: Any) -> None:
    try:
        recorded.result()
    except HallkeeperError as err:
        log.error("documents: the rebuilding could not be recorded: %s", err.detail)
