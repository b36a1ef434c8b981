"""The slip as it comes out of a printer, seen with eyes that are not ours: zbarimg, and the bytes decoded back."""

import itertools
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps

from contract.events import DayClosed, ServiceSheet, Wait
from edge.config import PrinterShape
from edge.devices.twins.escpos_paper import Paper, Sheet
from edge.devices.twins.escpos_tokens import Tokenizer
from edge.faces.escpos import LONGEST, document
from edge.faces.escpos_text import chinese
from edge.faces.paper import DOTS, Banner, Block, Number
from edge.faces.sheet_slip import print_sheet, print_test, sheet_blocks
from edge.faces.slip import Appointment, Slip, blocks, print_slip, waiting
from edge.typefaces import find_typeface

FACE = find_typeface()
URL = "https://hall.example/t/binjiang/0123456789abcdef"
SHAPES = [
    PrinterShape(id=f"{chinese}-{width}", width_mm=width, chinese=chinese, qr=qr)
    for width, chinese, qr in itertools.product((58, 80), ("gb18030", "raster"), ("native", "raster"))
]
every_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.id}-{shape.qr}")


def slip(**changes: Any) -> Slip:
    fields: dict[str, Any] = {
        "languages": ("zh", "en"),
        "hall": {"zh": "滨江区政务服务大厅", "en": "Binjiang Government Service Hall"},
        "service": {"zh": "社保业务", "en": "Social insurance"},
        "number": "A005",
        "ahead": 3,
        "wait": Wait(600, 1200),
        "zone": {"zh": "2", "en": "2"},
        "at": "2026-11-22 09:03",
        "url": URL,
    }
    return Slip(**fields | changes)


def paper(data: bytes, width_mm: int) -> Sheet:
    """What a printer makes of it; no command may be strange to it."""
    printer = Paper(width_mm, FACE, lambda: 0)
    printer.receive(data)
    assert printer.unknown == []
    assert len(printer.sheets) == 1
    return printer.sheets[0]


def seen(picture: Image.Image, folder: Path) -> list[str]:
    file = folder / "slip.png"
    ImageOps.expand(ImageOps.invert(picture.convert("L")), 20, 255).save(file)
    done = subprocess.run(["zbarimg", "-q", "--raw", str(file)], capture_output=True, text=True, check=False)
    return done.stdout.split()


@every_shape
def test_a_phone_reads_the_code_off_the_paper(shape: PrinterShape, tmp_path: Path) -> None:
    picture = paper(print_slip(slip(), shape, FACE), shape.width_mm).picture
    assert seen(picture, tmp_path) == [URL]


@every_shape
def test_nothing_reaches_over_the_edge_and_the_slip_is_cut(shape: PrinterShape) -> None:
    out = paper(print_slip(slip(copy=True, priority_class={"zh": "七十岁以上老人"}), shape, FACE), shape.width_mm)
    assert out.cut
    assert out.picture.width == DOTS[shape.width_mm]
    for token in Tokenizer().feed(print_slip(slip(copy=True), shape, FACE)):
        if token.command == b"\x1dv0":
            assert int.from_bytes(token.data[1:3], "little") * 8 <= DOTS[shape.width_mm]


@pytest.mark.parametrize("width", [58, 80])
def test_chinese_goes_out_as_gb18030_and_comes_back(width: Any) -> None:
    shape = PrinterShape(id="p", width_mm=width, chinese="gb18030", qr="native")
    out = paper(print_slip(slip(hall={"zh": "龘䶮厅〇㐀é：，"}), shape, FACE), width)
    for words in ("龘䶮厅〇㐀é：，", "社保业务", "Social insurance", "A005", "前方等待3人", "预计等待10至20分钟"):
        assert words in out.text.replace("\n", "")
    assert out.codes == (URL,)


def test_kanji_mode_surrounds_exactly_what_is_not_ascii() -> None:
    assert chinese("No. 五 5") == b"No. \x1c&" + "五".encode("gb18030") + b"\x1c. 5"


@every_shape
def test_a_copy_says_so_over_the_whole_width(shape: PrinterShape) -> None:
    plain = paper(print_slip(slip(), shape, FACE), shape.width_mm).picture
    copy = paper(print_slip(slip(copy=True), shape, FACE), shape.width_mm).picture
    width = copy.width

    def black_rows(picture: Image.Image) -> int:
        grey = picture.convert("L")
        rows = (grey.crop((0, y, width, y + 1)).histogram()[255] for y in range(grey.height))
        return sum(count > 0.6 * width for count in rows)

    assert black_rows(copy) >= black_rows(plain) + 20
    assert "COPY" in document_text(slip(copy=True)) and "补打" in document_text(slip(copy=True))
    assert "COPY" in document_text(slip(copy=True, languages=("zh",)))
    assert "COPY" not in document_text(slip())


def document_text(one: Slip) -> str:
    shape = PrinterShape(id="p", chinese="gb18030")
    return paper(print_slip(one, shape, FACE), 80).text


def test_the_first_language_stands_first_and_one_language_stands_alone() -> None:
    text = document_text(slip(languages=("en", "zh")))
    assert text.index("Social insurance") < text.index("社保业务")
    assert "Social" not in document_text(slip(languages=("zh",)))


def test_the_code_says_what_it_is_for() -> None:
    text = document_text(slip())
    assert "扫码查看进度" in text and "Scan to follow your number and to rate us" in text


def test_what_is_not_known_is_not_printed() -> None:
    text = document_text(slip(wait=None, zone=None, url=None))
    assert "预计" not in text and "等候区" not in text and "扫码" not in text


@pytest.mark.parametrize(
    ("wait", "english"),
    [
        (Wait(1, 40), "Wait: about 1 minute"),
        (Wait(61, 100), "Wait: about 2 minutes"),
        (Wait(0, 121), "Wait: about 1 to 3 minutes"),
    ],
)
def test_waits_are_whole_minutes_rounded_up(wait: Wait, english: str) -> None:
    assert waiting(wait, ("en",)) == [english]


def test_ahead_speaks_of_nobody_one_and_many() -> None:
    assert "Nobody is waiting ahead of you" in document_text(slip(ahead=0, languages=("en",)))
    assert "1 person ahead of you" in document_text(slip(ahead=1, languages=("en",)))
    assert "前方无人等待" in document_text(slip(ahead=0))


@pytest.mark.parametrize("number", ["A005", "AB0005", "A1"])
@pytest.mark.parametrize("shape", SHAPES[::2], ids=lambda shape: shape.id)
def test_the_number_is_the_largest_thing_and_whole(number: str, shape: PrinterShape) -> None:
    picture = paper(document((Number(number),), shape, FACE), shape.width_mm).picture
    left, top, right, bottom = picture.getbbox()  # type: ignore[misc]
    assert left > 0 and right < DOTS[shape.width_mm], "white on both sides: nothing is cut off"
    assert bottom - top >= 60
    assert abs(left - (DOTS[shape.width_mm] - right)) < 40


@every_shape
def test_no_command_is_longer_than_what_brings_a_printer_back(shape: PrinterShape) -> None:
    for token in Tokenizer().feed(print_slip(slip(copy=True), shape, FACE)):
        assert len(token.command) + len(token.data) <= LONGEST


def test_a_printer_that_needs_pictures_needs_a_typeface() -> None:
    with pytest.raises(ValueError, match="typeface"):
        print_slip(slip(), PrinterShape(id="p", chinese="raster"), None)
    assert print_slip(slip(url=None), PrinterShape(id="p", chinese="gb18030"), None)


def test_without_a_cutter_the_paper_is_fed_far_enough_to_tear() -> None:
    data = print_slip(slip(), PrinterShape(id="p", chinese="gb18030", cutter=False), FACE)
    tokens = Tokenizer().feed(data)
    assert tokens[-1].command == b"\x1bd" and tokens[-1].data[0] >= 4
    assert all(token.command != b"\x1dV" for token in tokens)


SHEET = DayClosed(
    "2026-11-22",
    (
        ServiceSheet("social", 120, 100, 15, 5, 0, 754, 3600, 301, {"5": 60, "4": 10, "1": 2}),
        ServiceSheet("gone", 0, 0, 0, 0, 0, None, None, None, {}),
    ),
)


@pytest.mark.parametrize("shape", SHAPES[::2], ids=lambda shape: shape.id)
def test_the_day_end_sheet(shape: PrinterShape) -> None:
    data = print_sheet(SHEET, {"zh": "大厅"}, {"social": {"zh": "社保业务"}}, "zh", shape, FACE)
    out = paper(data, shape.width_mm)
    if shape.chinese == "gb18030":
        rows = {row.split()[0]: row.split()[1:] for row in out.text.splitlines() if len(row.split()) > 1}
        assert "日结单" in out.text and "社保业务" in out.text and "gone" in out.text
        assert "12:34" in out.text and "60:00" in out.text and "5:01" in out.text
        assert "评价(星级:次数)" in out.text and "5:60 4:10 3:0 2:0 1:2" in out.text and "未评价" in rows


def test_who_was_not_asked_counts_as_not_rated() -> None:
    pairs = [
        (block.left, block.right) for block in sheet_blocks(SHEET, {"en": "Hall"}, {}, "en") if hasattr(block, "left")
    ]
    assert ("Not rated", "28") in pairs
    assert ("Mean wait (min:s)", "-") in pairs


def test_the_test_print_shows_the_whole_printer(tmp_path: Path) -> None:
    for shape in SHAPES:
        data = print_test({"zh": "大厅"}, "zh", shape, FACE, "2026-11-22 09:00")
        picture = paper(data, shape.width_mm).picture
        assert seen(picture, tmp_path)


def test_the_slip_reads_from_top_to_bottom() -> None:
    def place(kind: str) -> int:
        return next(n for n, block in enumerate(listed) if type(block).__name__ == kind)

    listed: tuple[Block, ...] = blocks(slip(copy=True))
    assert place("Banner") < place("Number") < place("Code")


# --- booked customers, journeys ----------------------------------------------

WIDE = [shape for shape in SHAPES if shape.chinese == "gb18030" and shape.qr == "native"]
REST = "现在业务繁忙，请在休息区等候，窗口有空时为您叫号"
BEHIND = "您已过预约时间，将排在前方人员之后叫号"


def compact(one: Slip, shape: PrinterShape) -> str:
    return "".join(paper(print_slip(one, shape, FACE), shape.width_mm).text.split())


@pytest.mark.parametrize("shape", WIDE, ids=lambda shape: shape.id)
def test_a_booked_slip_says_so_with_name_and_slot(shape: PrinterShape) -> None:
    found = compact(slip(booked=Appointment("李*明", "10:30")), shape)
    assert found.index("预约Booked") < found.index("社保业务")
    assert "姓名Name李*明" in found and "预约时段Appointment10:30" in found
    assert REST not in found and BEHIND not in found and "前方等待3人" in found
    assert "预约" not in compact(slip(), shape)


@pytest.mark.parametrize("shape", WIDE, ids=lambda shape: shape.id)
def test_who_is_late_is_told_what_happens_now(shape: PrinterShape) -> None:
    inserted = compact(slip(booked=Appointment("李*明", "10:30", "inserted")), shape)
    assert BEHIND in inserted and "前方等待3人" in inserted and REST not in inserted
    deferred = compact(slip(booked=Appointment("李*明", "10:30", "deferred")), shape)
    assert REST in deferred and "Itisbusynow.Pleaserestinthewaitingarea" in deferred
    assert "前方等待" not in deferred and "预计等待" not in deferred, "no place among the others is promised"


@pytest.mark.parametrize("shape", WIDE, ids=lambda shape: shape.id)
def test_a_journey_lists_its_stages_in_order(shape: PrinterShape) -> None:
    found = compact(slip(then=({"zh": "税务", "en": "Tax"}, {"zh": "不动产登记", "en": "Real estate"})), shape)
    assert "一票到底" in found
    places = [found.index(one) for one in ("1.社保业务", "2.税务Tax", "3.不动产登记Realestate")]
    assert places == sorted(places)
    assert "1." not in compact(slip(), shape)


@every_shape
def test_the_fullest_slip_still_has_a_code_a_phone_reads(shape: PrinterShape, tmp_path: Path) -> None:
    full = slip(
        copy=True,
        priority_class={"zh": "七十岁以上老人", "en": "Aged 70 or over"},
        booked=Appointment("李*明", "10:30", "deferred"),
        then=({"zh": "税务", "en": "Tax"},),
    )
    assert seen(paper(print_slip(full, shape, FACE), shape.width_mm).picture, tmp_path) == [URL]


@every_shape
def test_a_name_that_means_harm_is_only_a_name(shape: PrinterShape) -> None:
    harm = "\x1b@\x1dV\x00\x10\x04\x01\x1b(王"
    data = print_slip(slip(service={"zh": harm}, booked=Appointment(harm, "10:30"), url=None), shape, FACE)
    commands = [token.command for token in Tokenizer().feed(data)]
    assert commands.count(b"\x1dV") == 1 and commands[-1] == b"\x1dV" and commands.count(b"\x1b@") == 1
    assert not {b"\x10\x04", b"\x1b("} & set(commands)


@pytest.mark.parametrize("shape", SHAPES[::2], ids=lambda shape: shape.id)
def test_a_long_banner_keeps_within_the_paper(shape: PrinterShape) -> None:
    out = paper(document((Banner("Could not be done today"),), shape, FACE), shape.width_mm)
    left, _, right, _ = out.picture.getbbox()  # type: ignore[misc]
    assert left >= 0 and right <= DOTS[shape.width_mm]
    if shape.chinese == "gb18030":
        assert out.text.strip() == "Could not be done today", "no word is broken"


def test_a_waiting_area_with_a_name_is_not_announced_twice() -> None:
    named = document_text(slip(zone={"zh": "1号等候区", "en": "Waiting area 1"}))
    assert "1号等候区" in named and "等候区：" not in named and "Waiting area Waiting" not in named
    assert "Waiting area 3" in document_text(slip(zone={"": "3"})), "a bare label says what it is"
