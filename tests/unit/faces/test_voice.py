"""What the loudspeaker says, down to the phonemes of the real synthesiser."""

import re
import subprocess

import pytest

from contract.catalogue import Text
from edge.faces.mandarin import counted, pinyin, spelled
from edge.faces.quiet import quiet
from edge.faces.voice import all_clear, call, emergency, welcome

TWO: Text = {"zh": "2号窗口", "en": "Counter 2"}


def phonemes(voice: str, spoken: str) -> str:
    done = subprocess.run(
        ["espeak-ng", "-v", voice, "-x", "-q", spoken], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def test_a_call_in_both_languages() -> None:
    chinese, english = call("A005", TWO, ("zh", "en"))
    assert chinese.text == "请A零零五号到二号窗口办理业务"
    assert chinese.spoken == "qing3 A ling2 ling2 wu3 hao4 dao4 er4 hao4 chuang1 kou3 ban4 li3 ye4 wu4"
    assert english.text == "Ticket A005, please go to Counter 2."
    assert english.spoken == "Ticket A, 0 0 5, please go to Counter 2."


def test_a_call_again_begins_with_attention() -> None:
    chinese, english = call("A005", TWO, ("zh", "en"), again=True)
    assert chinese.text.startswith("请再次注意，请A零零五号")
    assert chinese.spoken.startswith("qing3 zai4 ci4 zhu4 yi4, qing3 A")
    assert english.text.startswith("Your attention again, please.")


def test_the_languages_of_the_hall_and_their_order() -> None:
    assert [phrase.language for phrase in call("A005", TWO, ("en", "zh"))] == ["en", "zh"]
    assert len(call("A005", TWO, ("zh",))) == 1


def test_a_counter_named_in_one_language_only_is_still_named() -> None:
    assert "VIP" in call("A005", {"en": "VIP"}, ("zh",))[0].text


@pytest.mark.parametrize(
    ("said", "yi", "yao"),
    [("A015", "A零一五", "A零幺五"), ("B110", "B一一零", "B幺幺零"), ("VIP9", "VIP九", "VIP九")],
)
def test_numbers_are_spelled_digit_by_digit_with_either_one(said: str, yi: str, yao: str) -> None:
    assert (spelled(said), spelled(said, "yao")) == (yi, yao)


def test_the_phrase_of_the_book_and_its_other_one() -> None:
    three: Text = {"zh": "3号窗口"}
    assert call("A012", three, ("zh",))[0].text == "请A零一二号到三号窗口办理业务"
    with_yao = call("A012", three, ("zh",), one="yao")[0]
    assert with_yao.text == "请A零幺二号到三号窗口办理业务"
    assert "ling2 yao1 er4" in with_yao.spoken


def test_a_welcome_names_the_window_and_nobody() -> None:
    chinese, english = welcome(TWO, ("zh", "en"))
    assert (chinese.text, english.text) == ("您好，二号窗口欢迎您", "Welcome to Counter 2.")
    assert chinese.spoken == "nin2 hao3, er4 hao4 chuang1 kou3 huan1 ying2 nin2"


@pytest.mark.parametrize("kind", ["fire", "incident", "power", "network", "device"])
def test_an_emergency_is_said_in_both_languages_and_every_word_is_readable(kind: str) -> None:
    chinese, english = emergency(kind)
    assert (chinese.language, english.language) == ("zh", "en")
    assert len(chinese.text) > 12 and len(english.text.split()) > 6
    characters = [one for one in chinese.text if one not in "，。"]
    assert len(re.findall(r"[a-z]+[1-5]", chinese.spoken)) == len(characters)
    assert len({emergency(one)[0].text for one in ("fire", "incident", "power", "network", "device")}) == 5


def test_an_emergency_of_another_kind_is_an_incident_and_its_end_is_told() -> None:
    assert emergency("flood") == emergency("incident")
    assert [phrase.text for phrase in all_clear()] == [
        "紧急情况已经解除，感谢您的配合",
        "The emergency is over. Thank you for your patience.",
    ]


MIDNIGHT = 1_793_203_200_000
"""2026-10-29 00:00 in Shanghai."""


@pytest.mark.parametrize(
    ("spans", "hour", "silent"),
    [
        ((("12:00", "14:00"),), 11.99, False),
        ((("12:00", "14:00"),), 12, True),
        ((("12:00", "14:00"),), 14, False),
        ((("22:00", "06:00"),), 23, True),
        ((("22:00", "06:00"),), 5.9, True),
        ((("22:00", "06:00"),), 12, False),
        ((("08:00", "09:00"), ("12:00", "13:00")), 12.5, True),
        ((("00:00", "00:00"),), 9, True),
        ((), 12, False),
    ],
)
def test_quiet_hours_are_local_and_may_run_over_midnight(
    spans: tuple[tuple[str, str], ...], hour: float, silent: bool
) -> None:
    at = MIDNIGHT + int(hour * 3_600_000)
    assert quiet(spans, at, "Asia/Shanghai") is silent
    assert quiet(spans, at + 8 * 3_600_000, "UTC") is silent


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("1号窗口", "一号窗口"),
        ("10号", "十号"),
        ("12号窗口", "十二号窗口"),
        ("20号", "二十号"),
        ("35号", "三十五号"),
        ("101室", "一零一室"),
        ("08号", "零八号"),
    ],
)
def test_windows_are_counted(name: str, read: str) -> None:
    assert counted(name) == read


@pytest.mark.parametrize(
    ("words", "sounds"),
    [
        ("银行", "yin2 hang2"),
        ("行政审批", "xing2 zheng4 shen3 pi1"),
        ("重新办理", "chong2 xin1 ban4 li3"),
        ("会计服务", "kuai4 ji4 fu2 wu4"),
        ("处理处", "chu3 li3 chu4"),
        ("长江银行", "chang2 jiang1 yin2 hang2"),
        ("绿色通道", "lv4 se4 tong1 dao4"),
        ("零幺二", "ling2 yao1 er4"),
    ],
)
def test_characters_with_two_readings(words: str, sounds: str) -> None:
    assert pinyin(words) == sounds


def test_punctuation_is_a_pause_and_the_unreadable_is_left_out() -> None:
    assert pinyin("请，A（号）😀") == "qing3, A hao4"


@pytest.mark.parametrize(
    ("spoken", "sound"),
    [
        ("ling2 yao1 wu3", "l'i35N_| j'Au55_| w'u2"),
        ("yin2 hang2", "j'i35n_| X'a35N"),
        ("chong2 xin1", "ts.h'ong35"),
    ],
)
def test_the_synthesiser_reads_the_pinyin_as_pinyin(spoken: str, sound: str) -> None:
    assert sound in phonemes("cmn-latn-pinyin", spoken)


def test_letters_are_read_by_their_names_in_both_languages() -> None:
    chinese, english = call("A005", TWO, ("zh", "en"))
    heard = phonemes("cmn-latn-pinyin", chinese.spoken)
    assert "'ei51" in heard and heard.count("l'i35N") == 2
    assert "(en)" not in heard, "nothing may be read as English"
    heard = phonemes("en", english.spoken)
    assert "t'IkI2t 'eI" in heard and heard.count("z'i@roU") == 2


def test_every_letter_a_service_may_have_is_read() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    sounds = {letter: phonemes("cmn-latn-pinyin", f"qing3 {letter} ling2") for letter in letters}
    silent = phonemes("cmn-latn-pinyin", "qing3 ling2")
    assert all(sound != silent for sound in sounds.values())
    assert len(set(sounds.values())) == 26
