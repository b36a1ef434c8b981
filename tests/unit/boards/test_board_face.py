"""What the LED boards say, compared lamp by lamp with pictures a person has looked at."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from edge.bindings import Shown
from edge.boards import UNIFONT, letters_for
from edge.faces import lamps
from edge.faces.board import Setting, face
from edge.faces.emergency import SENTENCES, alert
from edge.hall.view import AlarmView
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


def test_a_recall_has_words_and_a_quicker_blinking_of_its_own(halls: SimpleNamespace) -> None:
    later = halls.NOON + 60_000
    again = halls.hall(halls.counter("2", "called", "A005"), recent=(halls.call("A005", "2", later, 2),))
    for half in range(lamps.BLINKS_FOR_MS // lamps.AGAIN_MS):
        shown = halls.lit(again, "2", 128, now=later + half * lamps.AGAIN_MS)
        assert same(shown, "再次请A005办理") if half % 2 == 0 else shown.getbbox() is None
    assert same(halls.lit(again, "2", 128, now=later + lamps.BLINKS_FOR_MS), "再次请A005办理")
    assert same(halls.lit(again, "2", 72, now=later), "再请A005")
    counted = halls.hall(halls.counter("2", "called", "A005", calls=3))
    assert same(halls.lit(counted, "2", 128, now=later), "再次请A005办理")


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
    line = "综合业务等候3人   储蓄等候12人   办理流程：取号、候号、到窗口办理、评价"
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
    with_lost = face(halls.hall(recent=calls, slips_for_staff=("A007",)), Shown(), 2, halls.ZH)
    assert with_lost.rows[1][0].wordings[0][0].startswith("A007号票未打印，请咨询导办台")
    without = face(halls.hall(recent=calls), Shown(), 2, halls.ZH)
    assert without.rows[1][0].wordings[-1] == ("A004",)


def test_why_the_hall_is_suspended_runs_through_the_bottom(halls: SimpleNamespace) -> None:
    for rows in (2, 3):
        suspended = face(halls.hall(suspended="停电检修"), Shown(), rows, halls.ZH).rows[-1]
        assert "暂停取号：停电检修" in suspended[0].wordings[0][0]
        assert "停电检修" not in str(face(halls.hall(), Shown(), rows, halls.ZH))


def test_before_the_first_call_the_hall_greets_or_says_there_are_no_tickets(halls: SimpleNamespace) -> None:
    for is_open, told in ((True, "欢迎光临"), (False, "暂停取号")):
        shown = halls.lit(halls.hall(open=is_open), None, 128, 32)
        assert same(split(shown, 0), "东城政务大厅")
        assert same(split(shown, 1), told)


@pytest.mark.clause("S1-43")
def test_signs_name_the_business_the_way_and_the_phone(halls: SimpleNamespace) -> None:
    """On a window with room below its name, and on the summary."""
    setting = Setting(languages=("zh",), phone="12345")
    start = halls.NOON - halls.NOON % (2 * PAGE)
    pages = [halls.lit(halls.hall(), "2", 128, 32, now=start + n * PAGE, setting=setting) for n in range(2)]
    assert [same(split(shown, 0), "2号窗口") for shown in pages] == [True, True]
    assert same(split(pages[0], 1).crop((0, 0, 128, 16)), "综合业务")
    assert same(split(pages[1], 1), "取号 候号 办理")
    wide = halls.lit(halls.hall(), "2", 320, 32, now=start, setting=setting)
    assert same(split(wide, 1), "综合业务 取号 候号 办理 咨询12345")
    below = face(halls.hall(), Shown(), 3, setting).rows[2][0].wordings[0][0]
    assert "取号、候号、到窗口办理、评价" in below and "咨询电话：12345" in below
    assert "12345" not in str(face(halls.hall(), Shown(), 3, halls.ZH))


def test_notices_of_the_centre_run_through_in_both_languages(halls: SimpleNamespace) -> None:
    notice = {"zh": "周六照常办公", "en": "Open on Saturday"}
    told = face(halls.hall(), Shown(), 3, Setting(notices=(notice,))).rows[2][0].wordings[0][0]
    assert 0 <= told.index("周六照常办公") < told.index("Open on Saturday")


# --- the waiting areas -------------------------------------------------------------------


@pytest.mark.clause("S0-32")
def test_a_waiting_area_sees_its_own_calls_and_queues_alone(halls: SimpleNamespace) -> None:
    services = (
        halls.service("general", "综合业务", "General", 3, "A", "east"),
        halls.service("savings", "储蓄业务", "Savings", 5, "B", "west"),
    )
    calls = (halls.call("B012", "1", service="savings"), halls.call("A005", "2", halls.NOON - 60_000))
    view = halls.hall(
        halls.counter("1"), halls.counter("2"), services=services, recent=calls, slips_for_staff=("A007", "B003")
    )
    east, west, both = (
        halls.lit(view, shown, 128, 48, now=halls.NOON + 3600_000)
        for shown in (Shown(zone="east"), Shown(zone="west"), Shown())
    )
    assert same(split(east, 0).crop((0, 0, 32, 16)), "A005") and split(east, 1).getbbox() is None
    assert same(split(west, 0).crop((0, 0, 32, 16)), "B012") and split(west, 1).getbbox() is None
    assert split(both, 0).tobytes() == split(west, 0).tobytes()
    assert split(both, 1).tobytes() == split(east, 0).tobytes()
    told = face(view, Shown(zone="east"), 3, halls.ZH).rows[2][0].wordings[0][0]
    assert "A007" in told and "综合业务等候3人" in told
    assert "B003" not in told and "储蓄" not in told


def test_before_its_first_call_an_area_greets_with_its_own_name(halls: SimpleNamespace) -> None:
    setting = Setting(languages=("zh",), zones={"east": {"zh": "东侧等候区", "en": "East side"}})
    shown = halls.lit(halls.hall(), Shown(zone="east"), 128, 32, setting=setting)
    assert same(split(shown, 0), "东侧等候区")


# --- an emergency -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["fire", "incident", "power", "network", "device"])
def test_an_emergency_stands_on_every_board_in_both_languages(halls: SimpleNamespace, called: Any, kind: str) -> None:
    for at in (Shown("2"), Shown("9"), Shown(), Shown(zone="east")):
        for setting in (halls.ZH, BOTH, Setting(languages=("en",))):
            told = face(halls.hall(*called.counters, recent=called.recent, emergency=kind), at, 2, setting)
            words = [" ".join(row[0].wordings[0]) for row in told.rows]
            for row, language in zip(words, ("zh", "en"), strict=True):
                said = alert(kind, language)
                assert row == " ".join((said.headline, *said.doing))
            assert "A005" not in str(told)


def test_a_fire_on_one_two_and_four_rows(halls: SimpleNamespace) -> None:
    fire = halls.hall(emergency="fire")
    second = halls.NOON - halls.NOON % 1000
    one = halls.lit(fire, "2", 320, 16, now=second - second % (2 * PAGE))
    assert same(one, "火警 有序撤离 听从指引")
    two = halls.lit(fire, None, 256, 32, now=second)
    assert same(split(two, 0), "火警 有序撤离 听从指引")
    assert same(split(two, 1), "FIRE Leave now Follow the staff")
    four = halls.lit(fire, None, 256, 64, now=second)
    for row, words in enumerate(("火警", "有序撤离 听从指引", "FIRE", "Leave now Follow the staff")):
        assert same(split(four, row), words)


def test_an_emergency_blinks_as_long_as_it_lasts_and_is_lit_most_of_the_time(halls: SimpleNamespace) -> None:
    fire = halls.hall(emergency="fire")
    second = halls.NOON - halls.NOON % 1000 + 7_200_000
    lit = [halls.lit(fire, None, 256, 64, now=second + at).getbbox() is not None for at in range(0, 4000, 250)]
    assert lit == [True, True, True, False] * 4


def test_a_board_without_hanzi_says_it_in_english(halls: SimpleNamespace) -> None:
    shown = face(halls.hall(emergency="fire"), Shown("2"), 1, Setting(languages=("en",), hanzi=False))
    assert [line.wordings[0][0] for line in shown.rows[0]] == ["FIRE"]


@pytest.mark.parametrize("kind", ["silent", "help", "fire", "intrusion"])
def test_no_alarm_is_ever_on_a_board(halls: SimpleNamespace, called: Any, kind: Any) -> None:
    alarmed = halls.hall(*called.counters, recent=called.recent, alarms=(AlarmView("1", kind, "counter:2", 0),))
    for at in (Shown("2"), Shown()):
        for rows in (1, 2, 3):
            assert face(alarmed, at, rows, BOTH) == face(called, at, rows, BOTH)


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
    sources = Path(lamps.__file__).parent.glob("board_*.py")
    found = (re.findall(r'said\(\s*"([^"]+)"', source.read_text()) for source in sources)
    sentences = {one for some in found for one in some} | {"Welcome", "No tickets now"} | set(SENTENCES)
    assert len(sentences) > 20
    chinese = catalogue("edge", "faces", "zh")
    assert [one for one in sentences if chinese.gettext(one) == one] == []


# --- when to look again ------------------------------------------------------------------


@pytest.mark.parametrize("counter", ["2", None])
@pytest.mark.parametrize(("width", "height"), [(64, 16), (128, 32), (192, 48)])
def test_the_picture_never_changes_before_it_said(
    halls: SimpleNamespace, called: Any, counter: str | None, width: int, height: int
) -> None:
    letters = letters_for(height)[0]
    shown = face(called, Shown(counter), lamps.rows(height, letters), BOTH)
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
    closed = face(halls.hall(halls.counter("2", "closed")), Shown("2"), 1, halls.ZH)
    assert lamps.frame(closed, 64, 16, letters, halls.NOON).until is None
