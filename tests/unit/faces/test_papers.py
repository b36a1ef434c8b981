"""The window's papers as they come out of a printer: every shape, both languages, and texts that mean harm."""

import itertools
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageOps

from contract.events import CaseAccepted, Missing, PlaceSold, ResultTold, SupplementNoticeGiven, VisitorRegistered
from edge import config
from edge.config import PrinterShape
from edge.devices.twins.escpos_paper import Paper as Roll
from edge.devices.twins.escpos_paper import Sheet
from edge.devices.twins.escpos_tokens import Tokenizer
from edge.faces.escpos import document
from edge.faces.paper import DOTS, Banner, Block, Line, Pair
from edge.printing.guidance_words import guidance_sheet
from edge.printing.paper_words import Known, Paper, paper_blocks
from edge.typefaces import find_typeface

FACE = find_typeface()
AT = 1_795_312_980_000
"""2026-11-22 10:03 in Shanghai."""
TOKEN = "ABCDEFGHJKMNP"
URL = f"https://hall.example/t/hall/{TOKEN}"
WAYS: tuple[tuple[Any, Any], ...] = (("gb18030", "native"), ("raster", "raster"))
WIDTHS: tuple[Any, ...] = (58, 80)
SHAPES = [
    PrinterShape(id=f"{chinese}-{width}", width_mm=width, chinese=chinese, qr=qr)
    for width, (chinese, qr) in itertools.product(WIDTHS, WAYS)
]
TEXT = [shape for shape in SHAPES if shape.chinese == "gb18030"]
every_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.id)
every_width = pytest.mark.parametrize("shape", TEXT, ids=lambda shape: shape.id)

HALL: dict[str, Any] = {
    "hall": {
        "id": "hall",
        "name": {"zh": "滨江区政务服务大厅", "en": "Binjiang Government Service Hall"},
        "timezone": "Asia/Shanghai",
        "languages": ["zh", "en"],
    },
    "node": {"id": "hall-1"},
    "centre": {"host": "broker", "password": "x", "site": "https://hall.example"},
    "kiosk": {"enquiry_phone": "0571-12345"},
    "zones": [{"id": "east", "name": {"zh": "东区", "en": "East"}}],
    "materials": [
        {"id": "id-card", "name": {"zh": "身份证", "en": "Identity card"}, "original": True},
        {"id": "form", "name": {"zh": "申请表", "en": "Application form"}},
    ],
    "failure_reasons": [
        {
            "id": "incomplete",
            "name": {"zh": "材料不齐", "en": "Papers are missing"},
            "solution": {"zh": "补齐后再来", "en": "Bring what is missing"},
        }
    ],
    "services": [
        {
            "id": "estate",
            "letter": "D",
            "name": {"zh": "不动产登记", "en": "Real estate"},
            "zone": "east",
            "materials": ["id-card", "form"],
            "guide": {"zh": "所有共有人须到场", "en": "All owners must be present"},
            "instead": [{"zh": "网上办理", "en": "On the web"}],
        }
    ],
    "counters": [{"id": "5", "name": {"zh": "5号窗口", "en": "Window 5"}, "serves": [["estate"]]}],
}

ACCEPTED = CaseAccepted("hall-20261122-00007", 7, "20261122-D023", "estate", "5", "1001", 15, ("id-card", "form"))
NOTICE = SupplementNoticeGiven(
    "hall-20261122-N00003", 3, "20261122-D023", "estate", "5", "1001",
    (Missing("form", "缺少共有人签字"), Missing("Marriage certificate", "not translated")), False,
)  # fmt: skip
FAILED = ResultTold(
    "hall-20261122-R00002",
    2,
    "20261122-D023",
    "estate",
    "5",
    "1001",
    "failure",
    "incomplete",
    "请再核对",
    "",
    True,
    True,
)
DONE = ResultTold(
    "hall-20261122-R00003", 3, "20261122-D023", "estate", "5", "1001", "success", None,
    "不动产权证书1本", "11月27日起，5号窗口，持身份证领取", True, True,
)  # fmt: skip
VISITOR = VisitorRegistered("hall-20261122-V00001", 1, "欧**峰", "办公室王主任", "交流工作", "desk")
BOOKED = PlaceSold(
    "G1", "s1", "K7PM29QX4TWA", "2026-11-24", "estate", AT + 2 * 86_400_000, AT + 2 * 86_400_000 + 1_800_000,
    "欧**峰", "138****1234", "a" * 64, "b" * 64, "A" * 88, "desk", True, priority_class="elderly",
)  # fmt: skip
ALL: tuple[Paper, ...] = (ACCEPTED, NOTICE, FAILED, DONE, VISITOR, BOOKED)


def known(**changes: Any) -> Known:
    made = config.parse(HALL | changes)
    return Known(config.catalogue(made), made, TOKEN)


def out(blocks: tuple[Block, ...], shape: PrinterShape) -> Sheet:
    """What a printer makes of it; no command may be strange to it."""
    roll = Roll(shape.width_mm, FACE, lambda: 0)
    roll.receive(document(blocks, shape, FACE))
    assert roll.unknown == [] and len(roll.sheets) == 1
    assert roll.sheets[0].cut and roll.sheets[0].picture.width == DOTS[shape.width_mm]
    return roll.sheets[0]


def text(blocks: tuple[Block, ...], shape: PrinterShape) -> str:
    """Without the line breaks, which depend on the width."""
    return "".join(out(blocks, shape).text.split())


def holds(found: str, *wanted: str) -> None:
    missing = [words for words in wanted if "".join(words.split()) not in found]
    assert not missing, f"{missing} not in {found}"


def seen(sheet: Sheet, folder: Path) -> list[str]:
    file = folder / "paper.png"
    ImageOps.expand(ImageOps.invert(sheet.picture.convert("L")), 20, 255).save(file)
    done = subprocess.run(["zbarimg", "-q", "--raw", str(file)], capture_output=True, text=True, check=False)
    return done.stdout.split()


@pytest.mark.parametrize("paper", ALL[:4], ids=lambda paper: type(paper).__name__)
@every_shape
def test_a_phone_reads_the_code_off_every_paper_of_a_ticket(shape: PrinterShape, paper: Paper, tmp_path: Path) -> None:
    assert seen(out(paper_blocks(paper, AT, known()), shape), tmp_path) == [URL]


@every_width
def test_the_receipt_says_number_limit_and_how_to_ask(shape: PrinterShape) -> None:
    found = text(paper_blocks(ACCEPTED, AT, known()), shape)
    holds(found, "受理回执", "Receipt of acceptance", ACCEPTED.number, "D023", "5号窗口", "2026-11-22 10:03")
    holds(found, "办理时限：15个工作日", "Time limit: 15 working days", "1. 身份证 Identity card", "2. 申请表")
    holds(found, "电话查询：0571-12345", "Ask with this number at the service desk.", "不动产登记")


@pytest.mark.parametrize(("days", "english"), [(0, "Done on the same day"), (1, "Time limit: 1 working day")])
def test_limits_of_no_day_and_of_one(days: int, english: str) -> None:
    paper = msgspec.structs.replace(ACCEPTED, days=days)
    lines = [one.text for one in paper_blocks(paper, AT, known()) if isinstance(one, Line)]
    assert english in lines


@every_width
def test_the_notice_says_everything_at_once_each_with_its_reason(shape: PrinterShape) -> None:
    found = text(paper_blocks(NOTICE, AT, known()), shape)
    holds(found, "一次性告知书", "One-time notice", NOTICE.number)
    holds(
        found, "1. 申请表 Application form", "原因：缺少共有人签字", "2. Marriage certificate", "原因：not translated"
    )
    holds(found, "以上为需补正的全部内容", "This is everything that is missing.")


@every_width
def test_a_failure_says_why_and_what_to_do_and_a_success_what_and_where(shape: PrinterShape) -> None:
    failed = text(paper_blocks(FAILED, AT, known()), shape)
    holds(failed, "未能办理", "Could not be done", "材料不齐", "Papers are missing", "补齐后再来", "请再核对")
    assert "办理成功" not in failed and "领取地点" not in failed
    done = text(paper_blocks(DONE, AT, known()), shape)
    holds(done, "办理成功", "不动产权证书1本", "领取地点、时间及方式", "11月27日起，5号窗口，持身份证领取")
    assert "未能办理" not in done and "解决办法" not in done


@every_width
def test_the_badge_says_the_whole_name_where_it_is_at_hand(shape: PrinterShape) -> None:
    found = text(paper_blocks(VISITOR, AT, known(), name="欧阳文峰"), shape)
    holds(found, "访客证", "Visitor", "欧阳文峰", "办公室王主任", "交流工作", "2026-11-22", VISITOR.number)
    assert "欧**峰" in text(paper_blocks(VISITOR, AT, known()), shape)


@every_width
def test_the_slip_of_a_booking_says_when_to_come_and_what_to_bring(shape: PrinterShape) -> None:
    hall = known(priority_classes=[{"id": "elderly", "name": {"zh": "老年人", "en": "Elderly"}}])
    found = text(paper_blocks(BOOKED, AT, hall), shape)
    holds(found, "预约单", "Booking", "K7PM-29QX-4TWA", "2026-11-24", "10:03–10:33", "不动产登记 Real estate", "欧**峰")
    holds(found, "□ 身份证 Identity card（原件）", "□ 申请表 Application form", "优先：老年人", "电话查询：0571-12345")
    holds(
        found, "最早可在预约时间前30分钟签到", "at the earliest 30 minutes before your time", "迟到超过15分钟，预约作废"
    )


@every_shape
def test_a_scanner_reads_the_code_of_a_booking(shape: PrinterShape, tmp_path: Path) -> None:
    assert seen(out(paper_blocks(BOOKED, AT, known()), shape), tmp_path) == ["K7PM29QX4TWA"]


@every_width
def test_the_guidance_sheet_lists_what_to_bring_and_has_room_to_write(shape: PrinterShape) -> None:
    hall = known()
    blocks = guidance_sheet(hall.offered.services[0], None, AT, hall).blocks
    found = text(blocks, shape)
    holds(found, "办事指南", "不动产登记", "所有共有人须到场", "All owners must be present", "网上办理")
    holds(found, "□ 身份证 Identity card（原件）", "□ 申请表 Application form", "等候区等候：东区")
    holds(found, "请在等候时填写", "联系电话 Telephone", "证件类型及号码")
    assert "申请表 Application form（原件）".replace(" ", "") not in found, "a copy will do"


def test_a_service_without_a_list_needs_the_identity_document_only() -> None:
    hall = known()
    bare = msgspec.structs.replace(hall.offered.services[0], materials=(), zone=None, guide={}, instead=())
    lines = [one.text for one in guidance_sheet(bare, None, AT, hall).blocks if isinstance(one, Line)]
    assert "Nothing but your identity document" in lines and "1. Take a number, wait in the waiting area." in lines
    assert "其他办理方式" not in lines


@pytest.mark.parametrize("paper", ALL, ids=lambda paper: type(paper).__name__)
def test_a_paper_printed_again_says_so(paper: Paper) -> None:
    def banners(**again: Any) -> list[str]:
        return [one.text for one in paper_blocks(paper, AT, known(), **again) if isinstance(one, Banner)]

    assert [one for one in banners(copy=True) if one not in banners()] == ["补打  COPY"]


@pytest.mark.parametrize("paper", ALL[:4], ids=lambda paper: type(paper).__name__)
def test_what_is_gone_from_the_catalogue_or_the_hall_keeps_its_id(paper: Paper) -> None:
    other = {
        "services": [{"id": "tax", "letter": "E", "name": {"en": "Tax"}}],
        "counters": [{"id": "9", "name": {"en": "Nine"}, "serves": [["tax"]]}],
        "materials": [],
        "failure_reasons": [],
        "zones": [],
    }
    forgotten = msgspec.structs.replace(known(**other), token=None)
    pairs = {one.right for one in paper_blocks(paper, AT, forgotten) if isinstance(one, Pair)}
    assert {"estate", "5"} <= pairs
    assert out(paper_blocks(paper, AT, forgotten), TEXT[0]).codes == ()


def test_one_language_stands_alone_and_the_first_stands_first() -> None:
    def lines(*languages: str) -> list[str]:
        hall = known(hall={**HALL["hall"], "languages": list(languages)})
        return [one.text for one in paper_blocks(ACCEPTED, AT, hall) if isinstance(one, Line)]

    assert "受理回执" not in lines("en") and "Receipt of acceptance" not in lines("zh")
    assert lines("en", "zh").index("Receipt of acceptance") < lines("en", "zh").index("受理回执")


# --- texts that mean harm --------------------------------------------------------

SENT = {b"", b"\x1b@", b"\x1ba", b"\x1bE", b"\x1dB", b"\x1d!", b"\x1bJ", b"\x1bd", b"\x1c&", b"\x1c.", b"\x1dV"}
"""Every command a paper of text consists of; b"" is a character."""
HOSTILE = "\x1b@\x1dV\x00\x10\x04\x01\x1c.\x1d(k\x00\r\n\x7f\x9b\u202e\ud800王"


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.id)
def test_no_byte_of_a_text_reaches_the_printer_as_a_command(shape: PrinterShape) -> None:
    hall = known(hall={**HALL["hall"], "name": {"zh": HOSTILE}})
    mute = msgspec.structs.replace(hall, token=None)
    for paper in (
        msgspec.structs.replace(NOTICE, items=(Missing(HOSTILE, HOSTILE),)),
        msgspec.structs.replace(DONE, note=HOSTILE, collect=HOSTILE),
        msgspec.structs.replace(VISITOR, host=HOSTILE, purpose=HOSTILE),
    ):
        data = document(paper_blocks(paper, AT, mute, name=HOSTILE), shape, FACE)
        commands = [token.command for token in Tokenizer().feed(data)]
        assert set(commands) <= SENT | {b"\x1dv0"}
        assert commands.count(b"\x1dV") == 1 and commands[-1] == b"\x1dV", "cut once, at the end"
        assert commands.count(b"\x1b@") == 1


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60), st.text(max_size=200), st.sampled_from(TEXT))
def test_whatever_people_are_called_the_paper_ends_where_it_should(name: str, note: str, shape: PrinterShape) -> None:
    paper = msgspec.structs.replace(VISITOR, purpose=note, host=name)
    tokens = Tokenizer().feed(document(paper_blocks(paper, AT, known(), name=name or "x"), shape, FACE))
    assert {token.command for token in tokens} <= SENT
    assert [token.command for token in tokens].count(b"\x1dV") == 1


@every_shape
@pytest.mark.parametrize("words", ["一二三四五六七八九十" * 6, "Donaudampfschifffahrtsgesellschaftskapitaenswitwe" * 2])
def test_nothing_of_a_long_text_is_lost_at_the_edge(shape: PrinterShape, words: str) -> None:
    """It takes as many lines as its letters need, and what goes out as characters is there to the last one."""
    for block in (Line(words), Line(words, "small", "left"), Pair("Name", words), Pair(words, "Name")):
        sheet, one = (out((each,), shape) for each in (block, Line("x", "small")))
        least = (12 if words.isascii() else 24) * len(words) * 0.8 // sheet.picture.width
        assert sheet.picture.height >= one.picture.height + 24 * least
        if shape.chinese == "gb18030":
            holds("".join(sheet.text.split()), words)
