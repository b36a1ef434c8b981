"""PURE: what the slip printer prints for the staff: the day-end sheet (日结单) and a test print."""

from collections.abc import Iterator

from contract.catalogue import Text
from contract.events import DayClosed, ServiceSheet
from edge.config import PrinterShape
from edge.faces.escpos import document
from edge.faces.paper import Block, Code, Gap, Line, Number, Pair, Rule
from edge.faces.tongues import in_language
from edge.faces.typeface import Typeface
from words import catalogue


def _time(seconds: int | None) -> str:
    return "-" if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"


def _service(sheet: ServiceSheet, name: str, language: str) -> Iterator[Block]:
    say = catalogue("edge", "faces", language).gettext
    yield Line(name, "normal")
    counts = (
        (say("Issued"), sheet.issued),
        (say("Served"), sheet.served),
        (say("Passed"), sheet.passed),
        (say("Voided"), sheet.voided),
        (say("Still open"), sheet.carried),
    )
    yield from (Pair(word, str(count)) for word, count in counts)
    yield Pair(say("Mean wait (min:s)"), _time(sheet.wait_mean_s))
    yield Pair(say("Longest wait (min:s)"), _time(sheet.wait_max_s))
    yield Pair(say("Mean handling (min:s)"), _time(sheet.handling_mean_s))
    rated = " ".join(f"{level}:{sheet.ratings.get(level, 0)}" for level in "54321")
    yield Pair(say("Ratings"), rated)
    yield Pair(say("Not rated"), str(sheet.served - sum(sheet.ratings.values())))


def sheet_blocks(
    closed: DayClosed, hall: Text, names: dict[str, Text], language: str, so_far: str | None = None
) -> tuple[Block, ...]:
    """`names`: service id to its name; a service that is gone from the catalogue keeps its id.

    `so_far`: the local time up to which a day was counted that is not over yet.
    """
    say = catalogue("edge", "faces", language).gettext
    title = Line(say("Day-end sheet") if so_far is None else say("Figures so far"), "large")
    lines: list[Block] = [Line(in_language(hall, language)), title, Line(closed.day)]
    if so_far is not None:
        lines.append(Line(so_far, "small"))
    for sheet in closed.sheet:
        name = in_language(names.get(sheet.service, {}), language) or sheet.service
        lines += [Rule(), *_service(sheet, name, language)]
    return (*lines, Rule())


def print_sheet(
    closed: DayClosed,
    hall: Text,
    names: dict[str, Text],
    language: str,
    shape: PrinterShape,
    face: Typeface | None,
    so_far: str | None = None,
) -> bytes:
    """The day-end sheet for the printer that `shape` describes; `so_far` as `sheet_blocks`."""
    return document(sheet_blocks(closed, hall, names, language, so_far), shape, face)


def test_blocks(hall: Text, language: str, shape: PrinterShape, at: str) -> tuple[Block, ...]:
    """Shows every ability a slip needs: both scripts, the large number, the QR code, the edges of the paper."""
    say = catalogue("edge", "faces", language).gettext
    return (
        Line(in_language(hall, language)),
        Line(say("Test print"), "large"),
        Rule(),
        Number("A005"),
        Line("政务服务 ABCabc 0123"),
        Pair(say("Printer"), shape.id),
        Pair(say("Paper"), f"{shape.width_mm} mm"),
        Pair(say("Chinese"), shape.chinese),
        Gap(12),
        Code(f"hallkeeper test {shape.id} {at}"),
        Rule(),
        Line(at, "small"),
    )


def print_test(hall: Text, language: str, shape: PrinterShape, face: Typeface | None, at: str) -> bytes:
    """A test print for the technician."""
    return document(test_blocks(hall, language, shape, at), shape, face)
