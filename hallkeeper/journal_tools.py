"""Reading a hall's journal at the terminal: replay, verify, export. Nothing here writes to it."""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from edge.config import Settings
from edge.errors import StorageError
from edge.folders import journal_path
from edge.hall.apply import apply
from edge.hall.state import State
from edge.journal import Reader, Recorded, Unread
from edge.restoring import restored
from hallkeeper.against import compare

T = TypeVar("T")


@contextmanager
def _reader(settings: Settings) -> Iterator[Reader]:
    path = journal_path(settings)
    if not path.exists():
        raise StorageError(f"{path} is not there: this hall has not run on this machine yet")
    reader = Reader(path)
    try:
        yield reader
    finally:
        reader.close()


def _count(reader: Reader) -> int:
    return sum(stream.last - stream.first + 1 for stream in reader.all_streams())


def _bar(items: Iterable[T], total: int, what: str, console: Console) -> Iterator[T]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=total)
        for n, item in enumerate(items, 1):
            if n % 500 == 0:
                progress.update(task, completed=n)
            yield item


def _fold(events: Iterable[Recorded]) -> State:
    state = State()
    for one in events:
        if not isinstance(one.event, Unread):
            apply(state, one.event, seq=one.seq, at=one.at)
    return state


def replay_journal(settings: Settings, console: Console) -> bool:
    """Whether the start from the snapshot and the long way end in the same state."""
    with _reader(settings) as reader:
        total = _count(reader)
        began = time.perf_counter()
        state = _fold(_bar(reader.replay(), total, "replaying", console))
        seconds = time.perf_counter() - began
        pruned = any(stream.first > 1 for stream in reader.all_streams())
        same = pruned or restored(reader)[0] == state
    console.print(f"{total:,} events replayed in {seconds:.2f} s: {total / max(seconds, 1e-9):,.0f} a second")
    if pruned:
        console.print("Older events are pruned; what is shown starts from what is left.")
    console.print(
        "A start from the snapshot ends in the same state." if same else "[red]The snapshot ends in another state."
    )
    console.print(_hall_table(state, settings))
    return same


def _hall_table(state: State, settings: Settings) -> Table:
    day = state.plan.day if state.plan else "no day begun"
    table = Table("service", "last number", "waiting", "issued", "served", "passed", title=f"{settings.hall.id}, {day}")
    for service in state.catalogue.services if state.catalogue else ():
        totals = state.totals[service.id]
        figures = (state.numbers.get(service.letter, 0), len(state.queues.get(service.id, [])), totals.issued)
        table.add_row(service.id, *map(str, figures), str(totals.served), str(totals.passed))
    return table


def verify_journal(settings: Settings, console: Console) -> bool:
    """Whether the file and the whole chain are what was written."""
    with _reader(settings) as reader:
        pages = reader.structure()
        with console.status("proving the chain …"):
            finding = reader.verify()
        table = Table("epoch", "first", "last", "acknowledged", "chain ends in")
        for stream in reader.all_streams():
            numbers = (stream.first, stream.last, stream.acked)
            table.add_row(stream.epoch, *map(str, numbers), stream.last_hash.hex()[:16])
    console.print(table)
    for damage in filter(None, (pages, finding.damage)):
        console.print(f"[red]{damage}")
    console.print(f"{finding.events:,} events proved sound")
    return pages is None and finding.damage is None


def compare_with_centre(settings: Settings, centre: str, console: Console) -> bool:
    """Whether the centre holds the same as the journal."""
    with _reader(settings) as reader:
        return compare(settings, reader, centre, console)


def export_journal(settings: Settings, output: Path | None, console: Console) -> None:
    with _reader(settings) as reader:
        sink = sys.stdout.buffer if output is None else output.open("wb")
        try:
            for _, raw, _ in _bar(reader.rows(), _count(reader), "exporting", console):
                sink.write(raw + b"\n")
        finally:
            if output is not None:
                sink.close()
