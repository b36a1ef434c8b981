"""What the LED boards say, compared lamp by lamp with pictures a person has looked at."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from edge.boards import UNIFONT, letters_for
from edge.faces import lamps
from edge.faces.board import Setting, face
from words import catalogue

GOLDEN = Path(__file__).parent / "golden"
BOTH = Setting(languages=("zh", "en"), pause_reasons={"meal": {"zh": "就餐", "en": "meal"}})
PAGE = lamps.PAGE_MS


@pytest.fixture
def called(halls: SimpleNamespace) -> Any:
    return halls.hall(halls.counter("2", "called", "A005"), recent=(halls.call("A005", "2"),))


def text(words: str, width: int = 64, height: int = 16) -> str:
    """Where Unifont itself puts these words in the middle, as packed lamps: no code of ours."""
    font = ImageFont.truetype(UNIFONT[0], 16)
    image = Image.new("1", (width, height))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    draw.text(((width - int(font.getlength(words))) // 2, (height - 16) // 2), words, font=font, fill=1)
    return image.tobytes().hex()


def same(image: Image.Image, words: str) -> bool:
    return image.tobytes().hex() == text(words, *image.size)


# --- golden pictures ------------------------------------------------------------------


def golden_views(halls: SimpleNamespace) -> dict[str, Any]:
    calls = (halls.call("A005", "2"), halls.call("B012", "10", halls.NOON - 60_000))
    counters = (halls.counter("2", "called", "A005"), halls.counter("10"))
    return {
        "window_called": (halls.hall(*counters, recent=calls), "2", 64, 16),
        "window_paused": (halls.hall(halls.counter("2", "paused", pause_reason="meal")), "2", 128, 32),
        "summary": (halls.hall(*counters, recent=calls), None, 128, 32),
        "small": (halls.hall(*counters, recent=calls), "2", 32, 8),
    }


@pytest.mark.parametrize("name", ["window_called", "window_paused", "summary", "small"])
def test_it_is_the_picture_a_person_has_seen(halls: SimpleNamespace, name: str) -> None:
    view, counter, width, height = golden_views(halls)[name]
    shown = halls.art(halls.lit(view, counter, width, height))
    assert shown == (GOLDEN / f"{name}.txt").read_text()


# --- the window board -----------------------------------------------------------------


@pytest.mark.clause("S1-43")
def test_an_idle_window_says_its_name_and_its_business(halls: SimpleNamespace) -> None:
    wide = halls.lit(halls.hall(), "2", 128)
    assert same(wide, "2号窗口 综合业务")
    narrow = [halls.lit(halls.hall(), "2", now=halls.NOON + at) for at in (0, PAGE)]
    assert same(narrow[0], "2号窗口")
    assert same(narrow[1], "综合业务")


def test_a_called_number_is_asked_for_and_blinks_then_stays(halls: SimpleNamespace, called: Any) -> None:
    dark = Image.new("1", (128, 16)).tobytes()
    for half in range(lamps.BLINKS_FOR_MS // lamps.BLINK_MS):
        now = halls.NOON + half * lamps.BLINK_MS
        for at in (now, now + lamps.BLINK_MS - 1):
            shown = halls.lit(called, "2", 128, now=at)
            assert same(shown, "请A005办理") if half % 2 == 0 else shown.tobytes() == dark
    for at in (lamps.BLINKS_FOR_MS, lamps.BLINKS_FOR_MS + lamps.BLINK_MS, 3_600_000):
        assert same(halls.lit(called, "2", 128, now=halls.NOON + at), "请A005办理")


def test_a_narrow_board_takes_the_shorter_wording(halls: SimpleNamespace, called: Any) -> None:
    assert same(halls.lit(called, "2", 80), "请A005办理")
    assert same(halls.lit(called, "2", 72), "请A005")
    assert same(halls.lit(called, "2", 40), "A005")


def test_a_recall_blinks_again(halls: SimpleNamespace) -> None:
    later = halls.NOON + 60_000
    again = halls.hall(halls.counter("2", "called", "A005"), recent=(halls.call("A005", "2", later, 2),))
    assert halls.lit(again, "2", now=later + lamps.BLINK_MS).getbbox() is None
    assert same(halls.lit(again, "2", now=later), "请A005")


def test_the_same_number_called_elsewhere_does_not_blink_here(halls: SimpleNamespace) -> None:
    later = halls.NOON + 60_000
    calls = (halls.call("B001", "1", later), halls.call("A005", "1", later), halls.call("A005", "2"))
    view = halls.hall(halls.counter("2", "called", "A005"), recent=calls)
    assert same(halls.lit(view, "2", now=later + lamps.BLINK_MS), "请A005")


def test_a_served_number_stays_and_does_not_blink(halls: SimpleNamespace) -> None:
    serving = halls.hall(halls.counter("2", "serving", "A005"))
    for at in (0, lamps.BLINK_MS):
        assert same(halls.lit(serving, "2", 128, now=halls.NOON + at), "正在办理A005")
        assert same(halls.lit(serving, "2", 64, now=halls.NOON + at), "A005")


@pytest.mark.clause("S1-19")
def test_a_paused_window_shows_the_sign_with_reason_and_time(halls: SimpleNamespace) -> None:
    paused = halls.hall(halls.counter("2", "paused", pause_reason="meal"))
    pages = [halls.lit(paused, "2", now=halls.NOON - halls.NOON % (3 * PAGE) + n * PAGE) for n in range(3)]
    assert same(pages[0], "暂停服务")
    assert same(pages[1], "就餐")
    assert same(pages[2], "12:00起")


def test_an_unknown_reason_is_shown_as_it_is_and_none_is_left_out(halls: SimpleNamespace) -> None:
    start = halls.NOON - halls.NOON % (6 * PAGE)
    odd = halls.hall(halls.counter("2", "paused", pause_reason="fire"))
    assert same(halls.lit(odd, "2", now=start + PAGE), "fire")
    bare = halls.hall(halls.counter("2", "paused"))
    assert same(halls.lit(bare, "2", now=start + PAGE), "12:00起")


def test_a_closed_window_says_so(halls: SimpleNamespace) -> None:
    assert same(halls.lit(halls.hall(halls.counter("2", "closed")), "2"), "暂未开放")


def test_states_look_different(halls: SimpleNamespace, called: Any) -> None:
    views = [called, halls.hall(), *(halls.hall(halls.counter("2", one)) for one in ("closed", "paused"))]
    views.append(halls.hall(halls.counter("2", "serving", "A005")))
    shown = {halls.lit(view, "2").tobytes() for view in views}
    assert len(shown) == len(views)


def test_two_languages_take_turns_the_halls_first_one_first(halls: SimpleNamespace) -> None:
    closed = halls.hall(halls.counter("2", "closed"))
    start = halls.NOON - halls.NOON % (2 * PAGE)
    shown = [halls.lit(closed, "2", now=start + n * PAGE, setting=BOTH) for n in range(3)]
    assert [same(shown[0], "暂未开放"), same(shown[1], "Closed"), same(shown[2], "暂未开放")] == [True] * 3


def test_two_rows_keep_the_windows_name_above(halls: SimpleNamespace, called: Any) -> None:
    for view, below in ((called, "请A005办理"), (halls.hall(), "综合业务")):
        shown = halls.lit(view, "2", 128, 32)
        assert same(shown.crop((0, 0, 128, 16)), "2号窗口")
        assert same(shown.crop((0, 16, 128, 32)), below)


def test_a_board_of_an_unknown_counter_is_dark(halls: SimpleNamespace) -> None:
    assert halls.lit(halls.hall(), "9").getbbox() is None


# --- the summary board -----------------------------------------------------------------


def split(image: Image.Image, row: int) -> Image.Image:
    return image.crop((0, row * 16, image.width, row * 16 + 16))


def test_the_newest_call_is_on_top_and_alone_blinks(halls: SimpleNamespace) -> None:
    calls = (halls.call("A005", "2"), halls.call("B012", "1", halls.NOON - 60_000))
    view = halls.hall(halls.counter("1"), halls.counter("2"), recent=calls)
    on = halls.lit(view, None, 128, 32)
    off = halls.lit(view, None, 128, 32, now=halls.NOON + lamps.BLINK_MS)
    left = on.crop((0, 0, 40, 16)).getbbox()
    assert left is not None
    assert same(on.crop((0, 0, 32, 16)), "A005")
    assert same(on.crop((40, 0, 128, 16)), "请到2号窗口")
    assert same(on.crop((0, 16, 32, 32)), "B012")
    assert split(off, 0).getbbox() is None
    assert split(off, 1).tobytes() == split(on, 1).tobytes()


def test_all_calls_of_a_board_use_the_wording_that_fits_the_longest(halls: SimpleNamespace) -> None:
    calls = (halls.call("A005", "2"), halls.call("B012", "10"))
    view = halls.hall(halls.counter("2"), halls.counter("10"), recent=calls)
    shown = halls.lit(view, None, 128, 32)
    assert same(split(shown, 0).crop((72, 0, 128, 16)), "2号窗口")
    assert split(shown, 0).crop((32, 0, 72, 16)).getbbox() is None
    assert same(split(shown, 1).crop((64, 0, 128, 16)), "10号窗口")


@pytest.mark.clause("S1-43")
def test_the_bottom_line_runs_through_who_waits_for_what(halls: SimpleNamespace) -> None:
    services = (halls.service("general", "综合业务", "General", 3), halls.service("savings", "储蓄", "Savings", 12))
    view = halls.hall(services=services, recent=(halls.call("A005", "2"),))
    line = "综合业务等候3人   储蓄等候12人"
    length = int(ImageFont.truetype(UNIFONT[0], 16).getlength(line))
    cycle = (length + 192) * lamps.STEP_MS
    start = halls.NOON - halls.NOON % cycle
    whole = bytes.fromhex(text(line, length))
    expected = Image.frombytes("1", (length, 16), whole)
    for steps in (0, 1, 100, 192, 250, length + 191):
        canvas = Image.new("1", (192, 16))
        canvas.paste(expected, (192 - steps, 0))
        shown = halls.lit(view, None, 192, 48, now=start + steps * lamps.STEP_MS)
        assert split(shown, 2).tobytes() == canvas.tobytes()


def test_lost_slips_are_asked_for_at_the_bottom(halls: SimpleNamespace) -> None:
    calls = (halls.call("A005", "2"), halls.call("A004", "2"))
    with_lost = face(halls.hall(recent=calls, slips_for_staff=("A007",)), None, 2, halls.ZH)
    assert with_lost.rows[1][0].wordings == (("A007号票未打印，请咨询导办台",),)
    without = face(halls.hall(recent=calls), None, 2, halls.ZH)
    assert without.rows[1][0].wordings[-1] == ("A004",)


def test_why_the_hall_is_suspended_runs_through_the_bottom(halls: SimpleNamespace) -> None:
    for rows in (2, 3):
        suspended = face(halls.hall(suspended="停电检修"), None, rows, halls.ZH).rows[-1]
        assert "暂停取号：停电检修" in suspended[0].wordings[0][0]
        assert "停电检修" not in str(face(halls.hall(), None, rows, halls.ZH))


def test_before_the_first_call_the_hall_greets_or_says_there_are_no_tickets(halls: SimpleNamespace) -> None:
    for is_open, told in ((True, "欢迎光临"), (False, "暂停取号")):
        shown = halls.lit(halls.hall(open=is_open), None, 128, 32)
        assert same(split(shown, 0), "东城政务大厅")
        assert same(split(shown, 1), told)


# --- letters ----------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(64, 16), (128, 32), (192, 48), (64, 8), (64, 24)])
def test_there_is_no_grey_and_the_size_is_the_boards(
    halls: SimpleNamespace, called: Any, width: int, height: int
) -> None:
    for counter in ("2", None):
        shown = halls.lit(called, counter, width, height)
        assert (shown.mode, shown.size) == ("1", (width, height))


def test_unifont_at_sixteen_is_crisp_by_itself() -> None:
    """Drawn without our switch for sharp edges there is no grey either, so nothing is cut off by it."""
    image = Image.new("L", (200, 16))
    ImageDraw.Draw(image).text((0, 0), "请A005到2号窗口办理 Now", font=ImageFont.truetype(UNIFONT[0], 16), fill=255)
    assert {value for _, value in image.getcolors() or []} == {0, 255}


def test_without_unifont_numbers_are_still_shown_and_the_cause_is_told(
    halls: SimpleNamespace, called: Any, tmp_path: Path
) -> None:
    letters, health = letters_for(16, (tmp_path / "none.otf",))
    assert health.status == "degraded"
    assert "apt install fonts-unifont" in health.cause
    english = Setting(languages=("en",))
    shown = halls.lit(called, "2", letters=letters, setting=english)
    assert shown.getbbox() is not None
    other = halls.hall(halls.counter("2", "called", "A006"), recent=())
    assert shown.tobytes() != halls.lit(other, "2", letters=letters, setting=english).tobytes()


def test_eight_lamps_hold_whole_capitals(halls: SimpleNamespace, called: Any) -> None:
    english = Setting(languages=("en",))
    box = halls.lit(called, "2", 64, 8, setting=english).getbbox()
    assert box is not None
    assert box[1] >= 0
    assert box[3] - box[1] == 7
    lower = halls.hall(halls.counter("2", "closed"))
    assert halls.lit(lower, "2", 64, 8, setting=english).getbbox() is not None


def test_every_sentence_of_the_boards_is_there_in_chinese() -> None:
    source = Path(lamps.__file__).with_name("board.py").read_text()
    sentences = set(re.findall(r'said\(\s*"([^"]+)"', source)) | {"Welcome", "No tickets now"}
    assert len(sentences) > 8
    chinese = catalogue("edge", "faces", "zh")
    assert [one for one in sentences if chinese.gettext(one) == one] == []


# --- when to look again ------------------------------------------------------------------


@pytest.mark.parametrize("counter", ["2", None])
@pytest.mark.parametrize(("width", "height"), [(64, 16), (128, 32), (192, 48)])
def test_the_picture_never_changes_before_it_said(
    halls: SimpleNamespace, called: Any, counter: str | None, width: int, height: int
) -> None:
    letters = letters_for(height)[0]
    shown = face(called, counter, lamps.rows(height, letters), BOTH)
    now, end, changes = halls.NOON, halls.NOON + 20_000, 0
    while now < end:
        frame = lamps.frame(shown, width, height, letters, now)
        assert frame.until is None or frame.until > now
        until = min(frame.until or end, end)
        last = lamps.frame(shown, width, height, letters, until - 1)
        assert last.image.tobytes() == frame.image.tobytes()
        now, changes = until, changes + 1
    assert changes > 20


def test_a_still_board_is_left_alone(halls: SimpleNamespace) -> None:
    letters = letters_for(16)[0]
    closed = face(halls.hall(halls.counter("2", "closed")), "2", 1, halls.ZH)
    assert lamps.frame(closed, 64, 16, letters, halls.NOON).until is None
