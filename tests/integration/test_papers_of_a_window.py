"""A window's papers from the clerk's call to the paper in the tray: real line, real journal, real slip worker."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageOps
from starlette.testclient import TestClient

from contract.events import CaseAccepted, Event, MaterialsChecked, ResultTold, SupplementNoticeGiven, VisitorRegistered
from edge import config
from edge.clock import ManualClock
from edge.devices.twins.escpos_paper import Sheet
from edge.devices.twins.printer import TwinPrinter
from edge.engine import Engine
from edge.front_panel import FrontPanel
from edge.journal import Journal
from edge.printing.papers import find_paper
from edge.printing.slips import SlipWorker
from edge.stage import Stage
from edge.typefaces import find_typeface
from edge.web.app import create_app, open_terminals
from tests.line import NOON
from tests.waiting import until

FACE = find_typeface()
SITE = "https://centre.example"


def document(folder: Path, **printer: Any) -> dict[str, Any]:
    return {
        "hall": {"id": "bench", "name": {"zh": "滨江大厅", "en": "Riverside"}, "timezone": "UTC"},
        "node": {"id": "bench-1", "data": str(folder)},
        "centre": {"host": "broker", "password": "x", "site": SITE},
        "day": {"starts": "00:00", "opens": "00:00", "last_ticket": "23:00", "closes": "23:30"},
        "materials": [
            {"id": "id-card", "name": {"zh": "身份证", "en": "Identity card"}, "original": True},
            {"id": "form", "name": {"zh": "申请表", "en": "Application form"}},
        ],
        "failure_reasons": [
            {
                "id": "incomplete",
                "name": {"zh": "材料不齐", "en": "Papers are missing"},
                "solution": {"zh": "补齐后网上提交", "en": "Send what is missing on the web"},
            }
        ],
        "services": [
            {
                "id": "a",
                "letter": "A",
                "name": {"zh": "不动产登记", "en": "Real estate"},
                "materials": ["id-card", "form"],
                "guide": {"zh": "所有共有人须到场", "en": "All owners must be present"},
            }
        ],
        "counters": [{"id": "1", "name": {"zh": "一号窗口", "en": "Window one"}, "serves": [["a"]]}],
        "printers": [{"id": "slips", "driver": "twin", "timeout_s": 60, **printer}],
    }


class Window:
    """Counter 1 of a hall with a customer at it, and the tray of its printer."""

    def __init__(self, folder: Path, settings: config.Settings) -> None:
        self.clock, self.settings = ManualClock(NOON), settings
        self.engine = Engine(
            Journal.open(folder / "journal.db", boot="b", version="1", hw="x", at=NOON), self.clock, settings
        )
        self.printer = TwinPrinter(settings.printers[0], FACE, lambda: 0, keep=40)
        self.printer.open()
        self.events: list[Event] = []
        self.engine.subscribe(lambda batch: self.events.extend(one.event for one in batch.recorded))
        self.engine.start()
        self.worker = SlipWorker(self.engine, [self.printer], settings, FACE, lambda: NOON, look_s=0.05)
        self.stage = Stage(self.engine, self.worker, None)
        self.stage.open()
        self.reading = self.engine.journal.reader()
        app = create_app(
            self.engine,
            settings,
            FrontPanel(settings, [self.printer], list, None),
            terminals=open_terminals(settings, lambda: NOON),
            report=lambda: None,  # type: ignore[arg-type,return-value]
            reprint=self.worker.reprint,
            print_paper=lambda draw: self.worker.print_document(lambda shape: draw(shape, FACE)),
            find_paper=lambda number: find_paper(self.reading, number),
            clock=lambda: NOON,
        )
        self.client = TestClient(app, base_url="http://127.0.0.1:8611", client=("127.0.0.1", 40_000))

    def close(self) -> None:
        self.stage.close()
        self.reading.close()
        self.engine.stop()
        self.printer.close()

    def post(self, path: str, **sent: Any) -> Any:
        answer = self.client.post(f"/api/{path}", json=sent)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def customer(self) -> str:
        """Takes a ticket, has its slip, is called and served."""
        told = self.post("tickets", service="a")
        until(lambda: self.engine.ask(lambda state: state.tickets[told["ticket"]].slip == "printed").result(60))
        self.post("counters/1/next")
        self.post("counters/1/start")
        number: str = told["number"]
        return number

    def newest(self) -> Sheet:
        return self.printer.slips()[0]

    def recorded(self, kind: type, count: int = 1) -> list[Any]:
        """The events of a kind, when there are so many: an answer may be told before its events are."""

        def found() -> list[Any]:
            return [event for event in self.events if isinstance(event, kind)]

        until(lambda: len(found()) >= count)
        return found()


@pytest.fixture(params=[{"chinese": "gb18030", "qr": "native"}], ids=["text"])
def window(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Window]:
    made = Window(tmp_path, config.parse(document(tmp_path, **request.param)))
    with made.client:
        made.post("counters/1/login", clerk="1001")
        made.customer()
        yield made
    made.close()


def text(sheet: Sheet) -> str:
    return "".join(sheet.text.split())


def seen(sheet: Sheet, folder: Path) -> list[str]:
    file = folder / "paper.png"
    ImageOps.expand(ImageOps.invert(sheet.picture.convert("L")), 20, 255).save(file)
    done = subprocess.run(["zbarimg", "-q", "--raw", str(file)], capture_output=True, text=True, check=False)
    return done.stdout.split()


def address(window: Window) -> str:
    (token,) = window.engine.ask(lambda state: [one.token for one in state.tickets.values()]).result(60)
    return f"{SITE}/t/bench/{token}"


@pytest.mark.clause("S1-27")
def test_acceptance_gives_a_receipt_with_number_limit_and_query_code(window: Window, tmp_path: Path) -> None:
    told = window.post("counters/1/accept", days=5)
    [accepted] = window.recorded(CaseAccepted)
    assert accepted.number == told["number"] == "bench.bench-1-20261122-00001" and told["printed"]
    found = text(window.newest())
    for words in (accepted.number, "受理回执", "办理时限：5个工作日", "Timelimit:5workingdays", "A001", "一号窗口"):
        assert words in found
    assert seen(window.newest(), tmp_path) == [address(window)]


@pytest.mark.clause("S1-25")
def test_the_full_list_is_told_once_with_reasons_and_a_second_notice_is_counted(window: Window) -> None:
    items = [
        {"material": "form", "reason": "第二页未签字"},
        {"material": "婚姻证明", "reason": "未提交"},
        {"material": "id-card", "reason": "已过期"},
    ]
    told = window.post("counters/1/notice", items=items)
    found = text(window.newest())
    places = [
        found.index(words) for words in ("1.申请表", "第二页未签字", "2.婚姻证明", "未提交", "3.身份证", "已过期")
    ]
    assert places == sorted(places) and told["number"] in found
    window.post("counters/1/notice", items=items[:1])
    assert [one.repeated for one in window.recorded(SupplementNoticeGiven, 2)] == [False, True]


@pytest.mark.clause("S0-39")
@pytest.mark.clause("S1-38")
def test_a_failure_is_told_with_reason_and_solution(window: Window) -> None:
    answer = window.client.post("/api/counters/1/result", json={"outcome": "failure"})
    assert (answer.status_code, answer.json()["field"]) == (404, "failure"), "a failure has a reason"
    told = window.post("counters/1/result", outcome="failure", failure="incomplete", note="缺共有人签字")
    found = text(window.newest())
    for words in ("未能办理", "材料不齐", "Papersaremissing", "补齐后网上提交", "缺共有人签字", told["number"]):
        assert words in found
    [result] = window.recorded(ResultTold)
    assert (result.outcome, result.failure) == ("failure", "incomplete")


@pytest.mark.clause("S0-39")
@pytest.mark.clause("S0-40")
@pytest.mark.clause("S1-37")
def test_a_success_says_what_was_done_and_where_when_and_how_to_collect(window: Window) -> None:
    collect = "11月27日起9点至17点，一号窗口，本人持身份证"
    told = window.post("counters/1/result", outcome="success", note="不动产权证书1本", collect=collect)
    found = text(window.newest())
    for words in ("办理成功", "Done", "办理说明", "不动产权证书1本", "领取地点、时间及方式", collect, told["number"]):
        assert words in found
    [result] = window.recorded(ResultTold)
    assert (result.outcome, result.note, result.collect) == ("success", "不动产权证书1本", collect)


@pytest.mark.clause("S0-41")
def test_a_result_is_told_by_mouth_or_by_a_printed_notice(window: Window) -> None:
    papers = len(window.printer.slips())
    window.post("counters/1/result", outcome="success", oral=True, printed=False)
    assert len(window.printer.slips()) == papers
    window.post("counters/1/result", outcome="success", oral=False, printed=True)
    assert "办理结果通知单" in text(window.newest())
    assert [(one.oral, one.printed) for one in window.recorded(ResultTold, 2)] == [(True, False), (False, True)]
    answer = window.client.post("/api/counters/1/result", json={"outcome": "success", "oral": False, "printed": False})
    assert (answer.status_code, answer.json()["error"]) == (422, "not_told")


@pytest.mark.clause("S0-31")
def test_the_list_of_materials_is_handed_out_and_gone_through(window: Window) -> None:
    window.post("services/a/guide")
    assert "□身份证Identitycard（原件）" in text(window.newest()) and "□申请表" in text(window.newest())
    window.post("counters/1/materials", seen=["id-card"])
    [checked] = window.recorded(MaterialsChecked)
    assert (checked.seen, checked.missing) == (("id-card",), ("form",))


@pytest.mark.clause("S2-49")
def test_the_next_steps_are_told_and_the_form_is_handed_out(window: Window) -> None:
    window.post("services/a/guide")
    found = text(window.newest())
    steps = ("办理流程", "1.取号", "2.叫到您的号码时", "3.窗口核对材料", "4.告知办理结果")
    assert [found.index(one) for one in steps] == sorted(found.index(one) for one in steps)
    form = found[found.index("请在等候时填写") :]
    assert all(field in form for field in ("姓名Name", "联系电话Telephone", "证件类型及号码", "办理内容"))


@pytest.mark.clause("S4-30")
def test_the_slip_carries_the_way_to_ask_about_it(window: Window, tmp_path: Path) -> None:
    slip = next(sheet for sheet in window.printer.slips() if "A001" in sheet.text)
    assert seen(slip, tmp_path) == [address(window)]


def test_the_whole_name_of_a_visitor_is_on_the_badge_and_nowhere_in_the_journal(window: Window, tmp_path: Path) -> None:
    told = window.post("visitors", name="欧阳文峰", host="王主任", purpose="交流工作")
    assert "欧阳文峰" in text(window.newest()) and "2026-11-22" in text(window.newest())
    window.post(f"papers/{told['number']}/print")
    assert "欧**峰" in text(window.newest()) and "补打" in text(window.newest())
    assert [one.name_masked for one in window.recorded(VisitorRegistered)] == ["欧**峰"]
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert "欧**峰".encode() in kept, "what is kept is looked at"
    assert "欧阳文峰".encode() not in kept


@pytest.mark.fault("F37")
def test_without_paper_the_clerk_is_told_and_the_receipt_comes_later_as_a_copy(window: Window) -> None:
    window.printer.toggle("paper_out", True)
    told = window.post("counters/1/accept", days=5)
    assert not told["printed"] and "put in a new roll" in told["trouble"]
    assert [one.number for one in window.recorded(CaseAccepted)] == [told["number"]]
    again = window.client.post(f"/api/papers/{told['number']}/print")
    assert (again.status_code, again.json()["error"]) == (503, "device")
    window.printer.mend()
    window.post(f"papers/{told['number']}/print")
    assert told["number"] in text(window.newest()) and "补打" in text(window.newest())


@pytest.mark.parametrize("step", [1, 7, 5000])
def test_every_kind_of_paper_is_found_by_its_number(window: Window, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """However many events are looked through at once."""
    monkeypatch.setattr("edge.printing.papers._STEP", step)
    numbers = [
        window.post("counters/1/accept", days=1)["number"],
        window.post("counters/1/notice", items=[{"material": "form", "reason": "x"}])["number"],
        window.post("counters/1/result", outcome="success")["number"],
        window.post("visitors", name="王明", host="x", purpose="y")["number"],
    ]
    assert len(set(numbers)) == 4
    for _ in range(4):
        window.customer()
    for number in numbers:
        found = find_paper(window.reading, number)
        assert found is not None and getattr(found.event, "number", None) == number
        assert found.at == NOON
    assert find_paper(window.reading, "A001") is None, "a ticket's number is no paper's"
    assert find_paper(window.reading, numbers[0][:-1]) is None


@pytest.mark.parametrize(
    "window",
    [{"chinese": "raster", "width_mm": 58}, {"chinese": "raster", "width_mm": 80}],
    indirect=True,
    ids=["58 mm", "80 mm"],
)
def test_as_a_picture_too_a_phone_reads_the_code(window: Window, tmp_path: Path) -> None:
    window.post("counters/1/accept", days=5)
    assert seen(window.newest(), tmp_path) == [address(window)]
