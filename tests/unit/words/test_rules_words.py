"""The rules in plain sentences: every rule is spoken of, in both languages, with its number."""

import re

import msgspec
import pytest

from contract.catalogue import Rules
from words.rules import duration, sentences


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_is_spoken_of_once(language: str) -> None:
    named = [rule for sentence in sentences(Rules(), language, {}) for rule in sentence.rules]
    assert sorted(named) == sorted(Rules.__struct_fields__)


def test_no_sentence_is_left_in_english_or_with_a_hole() -> None:
    for sentence in [*sentences(Rules(), "zh", {}), *sentences(Rules(ring="auto", returns_max=0), "zh", {})]:
        assert re.search("[一-鿿]", sentence.text) and not re.search("[{}]|[a-z]{3}", sentence.text), sentence


CHANGED = Rules(
    priority=2, ordinary=5, return_after=7, returns_max=4, undo_within_s=61, reprint_within_s=1020,
    rating_within_s=47, rating_token_days=8, rings=9, ring_s=33, eta_window=44, transfer_place="end", limit_s=660,
    limit_complex_s=1860, warn_before_s=150, idle_alert_s=540, pause_max_s=720, ring="auto", return_within_s=5400,
    choose="nobody", adhoc=False, ageing_s=2400, booked="ordinary", checkin_open_s=2340, grace_s=780, insert_after=6,
    busy_s=1380, move_back_s=840, move_backs_max=3, fallback_class="elderly", verify="require",
    self_test_before_s=3000, checklist_before_s=1140, fire_emergency=True, consult_s=95,
)  # fmt: skip


def test_each_rule_changes_a_sentence_that_names_it() -> None:
    """A number that a sentence forgot would leave it as it was."""
    before = {one.rules: one.text for one in sentences(CHANGED, "en", {})}
    for rule in Rules.__struct_fields__:
        usual = msgspec.structs.replace(CHANGED, **{rule: getattr(Rules(), rule)})
        after = {one.rules: one.text for one in sentences(usual, "en", {})}
        changed = [rules for rules in before if before[rules] != after[rules]]
        assert changed == [rules for rules in before if rule in rules], rule


def test_one_of_a_thing_is_not_said_as_many() -> None:
    one = Rules(insert_after=1, return_after=1, rings=1, rating_token_days=1, eta_window=1)
    text = " ".join(sentence.text for sentence in sentences(one, "en", {}))
    assert re.search(r"\b1 (more )?(ticket|call|day|service)s", text) is None
    assert "behind 1 ticket;" in text and "after 1 call " in text and "1 more day." in text


def test_a_class_is_called_by_its_name() -> None:
    text = " ".join(one.text for one in sentences(CHANGED, "zh", {"elderly": "老年人"}))
    assert "老年人" in text and "elderly" not in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(45, "45 s"), (60, "1 min"), (90, "1 min 30 s"), (900, "15 min"), (3600, "1 h"), (5400, "1 h 30 min")],
)
def test_durations_are_read_as_people_say_them(seconds: int, words: str) -> None:
    assert duration(seconds, lambda text: text) == words
