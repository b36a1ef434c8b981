"""The words of notices: whole in both languages, checked when they are changed, filled without surprises."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.notices import facts, sample, sms_length, wording, words
from central.notices.answers import dig, filled
from central.notices.events import EVENTS
from central.notices.wording import Fault
from words import messages

NINE = 1_785_718_800_000


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", ["sms", "email"])
@pytest.mark.parametrize("event", EVENTS)
def test_every_notice_has_words_that_say_what_its_clause_asks_for(event: str, channel: str, language: str) -> None:
    text = words.built_in(event, channel, language)
    assert wording.faults(text.body, EVENTS[event].facts, EVENTS[event].needs) == []
    assert wording.faults(text.subject, EVENTS[event].facts) == [] and bool(text.subject) is (channel == "email")
    shown = sample.shown(text, language)
    assert not set("{}[]") & set(shown.body + shown.subject)
    known = sample.sample(language)
    for name in EVENTS[event].needs:
        assert known[name] in shown.body
    if channel == "sms":
        assert sms_length.parts(shown.body) <= (2 if language == "zh" else 4)


def test_every_text_is_there_in_chinese_and_names_the_same_facts() -> None:
    chinese = messages("central", "notices", "zh")
    texts = [words._FOOT, *(text for three in words._WORDS.values() for text in three)]
    assert set(words._WORDS) == set(EVENTS)
    for text in texts:
        assert wording.named(chinese[text]) == wording.named(text), text


def test_a_fact_that_is_a_sentence_does_not_end_it_twice() -> None:
    note = {"notes": "请先取得清税证明。", "faults": "look at it again."}
    assert wording.fill("注意事项：{notes}。再见", note) == "注意事项：请先取得清税证明。再见"
    assert (
        wording.fill("Please correct: {faults}. Until then.", note) == "Please correct: look at it again. Until then."
    )
    assert wording.fill("Closed[: {faults}]. Until then.", note) == "Closed: look at it again. Until then."
    assert wording.fill("暂停办公[（{notes}）]，预计", note) == "暂停办公（请先取得清税证明），预计"
    assert wording.fill("{notes}\n{faults}", note) == "请先取得清税证明。\nlook at it again."


def test_what_is_not_known_takes_its_sentence_with_it() -> None:
    text = "{hall}[, {address}][ ({notes}; {link})]. [always] [[{code}]] {{x}}"
    assert wording.fill(text, {"hall": "East", "code": "A", "notes": "n"}) == "East. always [A] {x}"
    assert wording.fill(text, {"hall": "East", "address": "1 Road", "notes": "n", "link": "l"}) == (
        "East, 1 Road (n; l). always [] {x}"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{hall} {tiem}", [Fault("unknown", "tiem"), Fault("lacking", "{time}")]),
        ("{time} and }", [Fault("brace", "me} and }")]),
        ("{time", [Fault("lacking", "{time}"), Fault("brace", "{time")]),
        ("[{time}", [Fault("bracket", "[{time}")]),
        ("{time}]", [Fault("bracket", "{time}]")]),
        ("[a [b] {time}]", [Fault("bracket", "[a [b] {tim"), Fault("bracket", "] {time}]")]),
        ("{time.__class__}", [Fault("unknown", "time.__class__"), Fault("lacking", "{time}")]),
        ("[{time}] {{time}} {}", [Fault("unknown", "")]),
    ],
)
def test_what_is_wrong_with_a_text_is_named(text: str, found: list[Fault]) -> None:
    assert wording.faults(text, ("hall", "time"), ("time",)) == found


@given(st.text(alphabet="{}[] ab\n"), st.dictionaries(st.sampled_from("ab"), st.text(max_size=3)))
def test_a_text_that_is_right_is_filled_and_any_other_does_no_harm(text: str, known: dict[str, str]) -> None:
    shown = wording.fill(text, known)
    if not wording.faults(text, ("a", "b")) and not set("{}[]") & set("".join(known.values())):
        twice = text.count("[[") + text.count("]]") + text.count("{{") + text.count("}}")
        assert sum(shown.count(sign) for sign in "{}[]") <= twice


@given(st.text(max_size=30))
def test_facts_are_never_read_as_a_text(hostile: str) -> None:
    assert wording.fill("a {x} b", {"x": hostile, "hall": "SECRET"}) == f"a {hostile} b"


@pytest.mark.parametrize(
    ("letters", "parts"), [(0, 1), (70, 1), (71, 2), (134, 2), (135, 3)], ids=["none", "one", "two", "full", "three"]
)
def test_a_message_is_counted_in_parts(letters: int, parts: int) -> None:
    assert sms_length.parts("字" * letters) == parts
    assert sms_length.parts("😀" * 36) == 2, "a sign beyond the first plane counts twice"
    assert sms_length.signed("您好", "大厅") == "【大厅】您好" == sms_length.signed("【大厅】您好", "大厅")


def test_times_are_said_in_the_time_of_the_hall_and_the_language_of_the_reader() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    assert facts.day(NINE, shanghai, "zh") == "8月3日 周一" and facts.day(NINE, shanghai, "en") == "Monday 3 August"
    assert facts.period(NINE, NINE + 1_800_000, shanghai) == "09:00–09:30"
    assert facts.day(NINE - 10 * 3_600_000, ZoneInfo("America/Lima"), "en") == "Sunday 2 August"


def test_places_in_strange_documents_are_found_or_empty() -> None:
    document = {"a": [{"b": True, "c": None, "d": {"e": 1}}], "f": "x"}
    assert [dig(document, place) for place in ("a.0.b", "f", "a.0.d.e")] == ["true", "x", "1"]
    for place in ("", "a", "a.1.b", "a.x", "a.0.c", "a.0.d", "f.g", "n"):
        assert dig(document, place) == ""
    assert dig(None, "a") == dig([], "0") == ""


def test_a_request_is_filled_at_every_depth() -> None:
    shape = {"to": ["{phone}"], "more": {"p": "{variables}", "t": "a {text} {other}", "n": 3}}
    made = filled(shape, {"phone": "138", "text": "{phone}"}, {"x": 1})
    assert made == {"to": ["138"], "more": {"p": {"x": 1}, "t": "a {phone} {other}", "n": 3}}
