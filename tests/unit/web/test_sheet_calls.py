"""The day-end sheet over HTTP: the running day, closed days, and what the slip printer makes of them."""

from concurrent.futures import Future
from typing import Any

import pytest

from contract.events import DayClosed, ServiceSheet
from edge.config import PrinterShape
from edge.devices.twins.escpos_paper import Paper
from edge.errors import DeviceError
from edge.web.app import no_printer

SHAPE = PrinterShape(id="p", chinese="gb18030", qr="native")
TODAY = "2026-09-22"


def closed(day: str, issued: int) -> DayClosed:
    line = ServiceSheet("savings", issued, issued - 1, 1, 0, 0, 120, 600, 95, {"5": 3, "2": 1})
    gone = ServiceSheet("abolished", 2, 2, 0, 0, 0, None, None, None, {})
    return DayClosed(day, (line, gone))


class Printing:
    """What came out of the printer as text; `trouble` keeps it from printing."""

    def __init__(self) -> None:
        self.papers: list[str] = []
        self.trouble: DeviceError | None = None

    def __call__(self, draw: Any) -> "Future[None]":
        done: Future[None] = Future()
        if self.trouble:
            done.set_exception(self.trouble)
            return done
        paper = Paper(80, None, lambda: 0)
        paper.receive(draw(SHAPE, None))
        self.papers.append("".join(sheet.text for sheet in paper.sheets))
        done.set_result(None)
        return done


@pytest.fixture
def printer(hallway: Any) -> Printing:
    made = Printing()
    object.__setattr__(hallway.app.state.house, "print_paper", made)
    sheets = [closed("2026-09-20", 10), closed("2026-09-21", 20)]
    object.__setattr__(hallway.app.state.house, "sheets", lambda: sheets)
    return made


def test_the_running_day_and_the_closed_ones_newest_first(client: Any, printer: Printing) -> None:
    client.post("/api/tickets", json={"service": "savings"})
    told = client.get("/api/sheet").json()
    assert (told["day"], told["closed"], told["days"]) == (TODAY, False, ["2026-09-21", "2026-09-20"])
    assert [(line["service"], line["issued"], line["carried"]) for line in told["sheet"]] == [
        ("savings", 1, 1),
        ("loans", 0, 0),
    ]
    assert told["names"]["savings"] == {"zh": "储蓄业务", "en": "Savings"}


def test_a_closed_day_is_shown_as_it_was_closed(client: Any, printer: Printing) -> None:
    told = client.get("/api/sheet", params={"day": "2026-09-20"}).json()
    assert (told["day"], told["closed"], told["sheet"][0]["issued"]) == ("2026-09-20", True, 10)
    assert "abolished" not in told["names"]


def test_a_day_that_is_not_kept(client: Any, printer: Printing) -> None:
    for answer in (
        client.get("/api/sheet", params={"day": "2025-01-01"}),
        client.post("/api/sheet/print", json={"day": "2025-01-01"}),
    ):
        assert (answer.status_code, answer.json()["error"], answer.json()["field"]) == (404, "unknown", "day")
    assert printer.papers == []


def test_a_closed_day_comes_out_of_the_printer(client: Any, printer: Printing) -> None:
    answer = client.post("/api/sheet/print", json={"day": "2026-09-21", "language": "en"})
    assert (answer.status_code, answer.json()) == (200, {"day": "2026-09-21"})
    [paper] = printer.papers
    assert "Day-end sheet" in paper and "2026-09-21" in paper and "East branch" in paper
    rows = {line.split()[0]: line.split()[-1] for line in paper.splitlines() if len(line.split()) > 1}
    assert (rows["Issued"], rows["Served"]) == ("2", "2"), "the last service's"
    assert "Savings" in paper and "abolished" in paper and "10:00" in paper


def test_the_running_day_says_that_it_is_not_over(client: Any, printer: Printing) -> None:
    assert client.post("/api/sheet/print").status_code == 200
    [paper] = printer.papers
    assert "当日实时统计" in paper and "日结单" not in paper
    assert "2026-09-22 16:00" in paper, "the hall's own time"


def test_paper_out_is_told_in_the_one_shape_and_nothing_is_remembered(client: Any, printer: Printing) -> None:
    printer.trouble = DeviceError("paper out")
    headers = {"Idempotency-Key": "k"}
    answer = client.post("/api/sheet/print", headers=headers)
    assert (answer.status_code, answer.json()) == (503, {"error": "device", "detail": "paper out"})
    printer.trouble = None
    for _ in range(2):
        assert client.post("/api/sheet/print", headers=headers).status_code == 200
    assert len(printer.papers) == 1, "asked twice under one key"


def test_a_hall_without_a_printer_says_so(client: Any, printer: Printing, hallway: Any) -> None:
    object.__setattr__(hallway.app.state.house, "print_paper", no_printer)
    answer = client.post("/api/sheet/print")
    assert (answer.status_code, answer.json()["error"]) == (409, "no_printer")


@pytest.mark.parametrize("body", [{"day": 5}, {"language": "fr"}, {"days": "2026-09-21"}])
def test_a_wrong_wish_names_its_field(client: Any, printer: Printing, body: dict[str, Any]) -> None:
    answer = client.post("/api/sheet/print", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, next(iter(body)))
