"""What people are told about numbers and cards is there in both languages."""

import pkgutil
from importlib import import_module

import pytest

from edge import identity_numbers
from edge.devices import cards, id_module, pcsc_reader
from edge.devices.twins.sample_cards import SAMPLES
from words import catalogue

CHINESE = catalogue("edge", "pages", "zh")


def sentences() -> list[str]:
    """Constants of the modules that are whole sentences."""
    packages = [
        import_module(f"{package.__name__}.{module.name}")
        for package in (identity_numbers, cards)
        for module in pkgutil.iter_modules(package.__path__)
    ]
    found = {
        value
        for module in (*packages, id_module, pcsc_reader)
        for name, value in vars(module).items()
        if isinstance(value, str) and not name.startswith("__") and value.endswith(".")
    }
    return sorted(found)


def test_the_sentences_are_found() -> None:
    assert len(sentences()) > 30


@pytest.mark.parametrize("sentence", [*sentences(), *(sample.description for sample in SAMPLES)])
def test_every_sentence_has_its_chinese(sentence: str) -> None:
    assert CHINESE.gettext(sentence) != sentence
