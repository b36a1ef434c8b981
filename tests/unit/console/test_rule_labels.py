"""Every rule can be changed on the console: it has a name, and words for its choices."""

import msgspec
import pytest

from central.console.rules.labels import CHOICES, LABELS
from central.console.rules.words import changed, complaints, lines
from contract import rule_bounds
from contract.catalogue import Rules


def test_every_rule_has_a_label_and_every_choice_a_word() -> None:
    assert set(LABELS) == set(Rules.__struct_fields__)
    assert {name: tuple(words) for name, words in CHOICES.items()} == rule_bounds.CHOICES


def test_every_rule_is_an_input_of_one_line() -> None:
    named = [one.name for line in lines(Rules(), Rules(), None) for one in line.inputs]
    assert sorted(named) == sorted(Rules.__struct_fields__)


def test_the_defaults_differ_from_nothing_and_are_sound() -> None:
    assert [line for line in lines(Rules(), Rules(), None) if line.usual] == []
    assert list(complaints(Rules(), None)) == []


def test_the_form_of_every_line_gives_the_rules_back() -> None:
    rules = Rules(adhoc=False, grace_s=60, choose="nobody", fallback_class="elderly")
    asked = {one.name: one.value for line in lines(Rules(), rules, None) for one in line.inputs}
    assert changed(Rules(), asked) == rules


@pytest.mark.parametrize("name", rule_bounds.BOUNDS)
def test_a_number_beyond_its_bounds_is_complained_of_by_name(name: str) -> None:
    least, most = rule_bounds.BOUNDS[name]
    for value in (least - 1, most + 1):
        (said,) = complaints(msgspec.structs.replace(Rules(), **{name: value}), None)
        assert said == f"{LABELS[name]}: from {least} to {most}."
