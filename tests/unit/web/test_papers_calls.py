"""The window's papers over HTTP: recorded first, printed then; a printer in trouble takes nothing back."""

from concurrent.futures import Future
from typing import Any

import pytest

from contract.events import CaseAccepted, ResultTold, VisitorRegistered
from edge.config import PrinterShape
from edge.devices.twins.escpos_paper import Paper
from edge.errors import DeviceError, Refused
from edge.hall.commands import AcceptCase
from edge.printing.papers import Papers
from edge.web.app import no_printer

SHAPE = PrinterShape(id="p", chinese="gb18030", qr="native")
NOTICE = {"items": [{"material": "form", "reason": "缺签字"}, {"material": "身份证", "reason": "过期"}]}
STAFF_CALLS: tuple[tuple[str, Any], ...] = (
    ("/api/counters/1/materials", {"seen": []}),
    ("/api/counters/1/accept", {"days": 5}),
    ("/api/counters/1/notice", NOTICE),
    ("/api/counters/1/result", {"outcome": "success"}),
    ("/api/visitors", {"name": "欧阳文峰", "host": "王主任", "purpose": "交流"}),
    ("/api/papers/branch-20260922-00001/print", {}),
    ("/api/services/savings/guide", {}),
)


class Printing:
    """What came out of the printer as text, one string a paper; `trouble` keeps it from printing."""

    def __init__(self) -> None:
        self.papers: list[str] = []
        self.trouble: Exception | None = None

    def __call__(self, draw: Any) -> "Future[None]":
        if isinstance(self.trouble, Refused):
            return no_printer(draw)
        done: Future[None] = Future()
        if self.trouble:
            done.set_exception(self.trouble)
            return done
        paper = Paper(80, None, lambda: 0)
        paper.receive(draw(SHAPE, None))
        self.papers.append("".join("".join(sheet.text for sheet in paper.sheets).split()))
        done.set_result(None)
        return done


@pytest.fixture
def printer(hallway: Any) -> Printing:
    """With a customer at counter 1, and papers found again in what the line recorded."""
    made, kept = Printing(), list[Any]()
    hallway.line.subscribe(lambda batch: kept.extend(batch.recorded))

    def find(number: str) -> Any:
        return next((one for one in kept if getattr(one.event, "number", None) == number), None)

    papers = Papers(hallway.line, hallway.settings, made, find, lambda: hallway.line.now)
    object.__setattr__(hallway.app.state.house, "papers", papers)
    client = hallway.client()
    client.post("/api/tickets", json={"service": "savings"})
    assert client.post("/api/counters/1/next").json()["counter"]["number"] == "A001"
    return made


def test_an_acceptance_is_recorded_and_its_receipt_printed(client: Any, printer: Printing) -> None:
    answer = client.post("/api/counters/1/accept", json={"days": 5})
    told = answer.json()
    assert (answer.status_code, told["printed"], told["trouble"]) == (201, True, None)
    assert [event["type"] for event in told["events"]] == ["CaseAccepted"]
    assert told["counter"]["acceptance"] == told["number"] == told["events"][0]["number"]
    [paper] = printer.papers
    assert told["number"] in paper and "5个工作日" in paper and "A001" in paper and "COPY" not in paper


def test_a_notice_names_everything_and_a_second_one_is_marked_as_such(client: Any, printer: Printing) -> None:
    first = client.post("/api/counters/1/notice", json=NOTICE).json()
    [paper] = printer.papers
    assert "缺签字" in paper and "身份证" in paper and "过期" in paper and first["number"] in paper
    again = client.post("/api/counters/1/notice", json={"items": NOTICE["items"][:1]}).json()
    assert (first["events"][0]["repeated"], again["events"][0]["repeated"]) == (False, True)


def test_a_result_told_without_paper_prints_none(client: Any, printer: Printing) -> None:
    told = client.post("/api/counters/1/result", json={"outcome": "success", "note": "办好了", "printed": False}).json()
    assert "printed" not in told and printer.papers == []
    event = told["events"][0]
    assert (event["outcome"], event["oral"], event["printed"]) == ("success", True, False)


def test_a_result_comes_out_with_its_words(client: Any, printer: Printing) -> None:
    sent = {"outcome": "failure", "note": "系统中无记录", "collect": "原件在5号窗口取回"}
    told = client.post("/api/counters/1/result", json=sent).json()
    [paper] = printer.papers
    assert told["number"] in paper and "未能办理" in paper and "系统中无记录" in paper and "原件在5号窗口取回" in paper


def test_materials_are_recorded_and_nothing_is_printed(client: Any, printer: Printing) -> None:
    answer = client.post("/api/counters/1/materials", json={"seen": []})
    assert answer.status_code == 201 and answer.json()["events"][0]["type"] == "MaterialsChecked"
    assert printer.papers == [] and "number" not in answer.json()


def test_a_visitor_is_masked_in_the_record_and_whole_on_the_badge(client: Any, printer: Printing, hallway: Any) -> None:
    sent = {"name": "欧阳文峰", "host": "王主任", "purpose": "交流"}
    told = client.post("/api/visitors", json=sent).json()
    assert "欧阳文峰" in printer.papers[0]
    assert told["events"][0]["name_masked"] == "欧**峰"
    assert "欧阳文峰" not in str(told) and "欧阳文峰" not in str(hallway.line.submitted)
    number = told["number"]
    assert client.post(f"/api/papers/{number}/print").status_code == 200
    assert client.post(f"/api/papers/{number}/print", json={"name": "欧阳文峰"}).status_code == 200
    assert "欧**峰" in printer.papers[1] and "欧阳文峰" in printer.papers[2]
    assert all("补打" in paper for paper in printer.papers[1:])
    answer = client.post(f"/api/papers/{number}/print", json={"name": "王小明"})
    assert (answer.status_code, answer.json()["error"], answer.json()["field"]) == (422, "other_name", "name")


@pytest.mark.parametrize("trouble", [DeviceError("the printer is out of paper: put in a new roll"), Refused("none")])
def test_with_the_printer_in_trouble_the_record_stands_and_the_clerk_knows(
    client: Any, printer: Printing, hallway: Any, trouble: Exception
) -> None:
    printer.trouble = trouble
    answer = client.post("/api/counters/1/accept", json={"days": 5})
    told = answer.json()
    assert (answer.status_code, told["printed"]) == (201, False)
    assert ("new roll" if isinstance(trouble, DeviceError) else "print the page") in told["trouble"]
    assert hallway.line.view.counters[0].acceptance == told["number"]
    again = client.post(f"/api/papers/{told['number']}/print")
    assert (again.status_code, "error" in again.json()) == (503 if isinstance(trouble, DeviceError) else 409, True)
    printer.trouble = None
    assert client.post(f"/api/papers/{told['number']}/print").json() == {"number": told["number"]}
    [paper] = printer.papers
    assert told["number"] in paper and "补打" in paper


def test_what_is_refused_is_neither_recorded_nor_printed(client: Any, printer: Printing) -> None:
    client.post("/api/counters/1/accept", json={"days": 5})
    refused = client.post("/api/counters/1/accept", json={"days": 9})
    assert (refused.status_code, refused.json()["error"]) == (409, "already_accepted")
    nobody = client.post("/api/counters/2/accept", json={"days": 5})
    assert nobody.status_code == 409
    assert len(printer.papers) == 1


@pytest.mark.parametrize("headers", [{"Idempotency-Key": "k"}, {}], ids=["key", "pressed twice at once"])
def test_the_same_call_twice_is_one_record_and_one_paper(
    client: Any, printer: Printing, hallway: Any, headers: dict[str, str]
) -> None:
    told = [client.post("/api/counters/1/accept", json={"days": 5}, headers=headers).json() for _ in range(2)]
    assert told[0] == told[1] and len(printer.papers) == 1
    assert sum(isinstance(command, AcceptCase) for command, _ in hallway.line.submitted) == 1


def test_a_key_remembered_by_the_journal_alone_gives_a_copy(client: Any, printer: Printing, hallway: Any) -> None:
    """The node was started again in between: the first paper has perhaps been printed."""
    headers = {"Idempotency-Key": "k"}
    first = client.post("/api/counters/1/accept", json={"days": 5}, headers=headers).json()
    hallway.app.state.house.answered._answers.clear()
    second = client.post("/api/counters/1/accept", json={"days": 5}, headers=headers).json()
    assert first["number"] == second["number"]
    assert ["补打" in paper for paper in printer.papers] == [False, True]


def test_the_guidance_sheet_of_a_service(client: Any, printer: Printing) -> None:
    told = client.post("/api/services/savings/guide").json()
    assert told == {"service": "savings", "matter": None, "version": 1}
    assert "办事指南" in printer.papers[0] and "储蓄业务" in printer.papers[0]
    answer = client.post("/api/services/nothing/guide")
    assert (answer.status_code, answer.json()["field"]) == (404, "service")


@pytest.mark.parametrize("number", ["branch-20260922-00099", "A001", "x" * 300, "%25s"])
def test_a_number_nobody_has(client: Any, printer: Printing, number: str) -> None:
    """A ticket's number is no paper's."""
    answer = client.post(f"/api/papers/{number}/print")
    assert (answer.status_code, answer.json()["error"], answer.json()["field"]) == (404, "unknown", "number")


@pytest.mark.parametrize(
    ("path", "sent", "field"),
    [
        ("counters/1/accept", {}, "days"),
        ("counters/1/accept", {"days": "5"}, "days"),
        ("counters/1/accept", {"days": -1}, "days"),
        ("counters/1/notice", {"items": []}, "items"),
        ("counters/1/notice", {"items": [{"material": "x"}]}, "items[0].reason"),
        ("counters/1/result", {"outcome": "perhaps"}, "outcome"),
        ("counters/1/result", {"outcome": "success", "oral": False, "printed": False}, "oral"),
        ("counters/1/materials", {"seen": ["nothing-like-it"]}, "seen"),
        ("visitors", {"name": "", "host": "x", "purpose": "y"}, "name"),
        ("visitors", {"name": "王", "host": "x", "purpose": "y", "badge": 1}, "badge"),
        ("visitors", {"name": "王\x1b@明", "host": "x", "purpose": "y"}, "name"),
        ("visitors", {"name": "王明", "host": "x", "purpose": "y", "by": "nobody"}, "by"),
        ("papers/x/print", {"number": 1}, "number"),
    ],
)
def test_a_wrong_wish_names_its_field(client: Any, printer: Printing, path: str, sent: Any, field: str) -> None:
    answer = client.post(f"/api/{path}", json=sent)
    assert answer.status_code in (404, 422) and answer.json()["field"] == field
    assert printer.papers == []


@pytest.mark.parametrize(("path", "sent"), STAFF_CALLS, ids=lambda one: one if isinstance(one, str) else "")
def test_papers_are_for_staff_and_a_counters_own_for_its_terminal(
    hallway: Any, printer: Printing, path: str, sent: Any
) -> None:
    assert hallway.client(("192.168.7.30", 40_000)).post(path, json=sent).status_code == 401
    assert hallway.paired("kiosk").post(path, json=sent).status_code == 403
    other = hallway.paired("counter:2").post(path, json=sent)
    assert (other.status_code == 403) == ("/counters/1/" in path)
    assert hallway.paired("counter:1").post(path, json=sent).status_code < 300 or "papers" in path


def test_facts_are_what_the_window_did(client: Any, printer: Printing, hallway: Any) -> None:
    told: list[Any] = []
    hallway.line.subscribe(lambda batch: told.extend(one.event for one in batch.recorded))
    client.post("/api/counters/1/accept", json={"days": 3})
    client.post("/api/counters/1/result", json={"outcome": "success"})
    client.post("/api/visitors", json={"name": "王明", "host": "x", "purpose": "y", "by": "1002"})
    kinds = [type(event) for event in told]
    assert kinds == [CaseAccepted, ResultTold, VisitorRegistered]
    assert (told[0].clerk, told[0].counter, told[2].by) == ("1001", "1", "1002")
