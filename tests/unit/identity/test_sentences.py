"""What people are told about numbers and cards is there in both languages."""

import pkgutil
from importlib import import_module
from types import ModuleType

import pytest

import identity_numbers
from edge.devices import cards, id_module, pcsc_reader
from edge.devices.twins.sample_cards import SAMPLES
from edge.web.pages import script_words
from words import messages


def modules_of(package: ModuleType) -> list[ModuleType]:
    return [import_module(f"{package.__name__}.{module.name}") for module in pkgutil.iter_modules(package.__path__)]


def sentences(*modules: ModuleType) -> set[str]:
    """Constants of the modules that are whole sentences."""
    return {
        value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, str) and not name.startswith("__") and value.endswith(".")
    }


OF_NUMBERS = sentences(*modules_of(identity_numbers))
OF_CARDS = sentences(*modules_of(cards), id_module, pcsc_reader)


def test_what_is_said_of_numbers_is_one_catalogue_for_halls_and_centre() -> None:
    assert len(OF_NUMBERS) > 25
    assert set(messages("words", "identity", "zh")) == OF_NUMBERS


@pytest.mark.parametrize("sentence", sorted({*OF_NUMBERS, *OF_CARDS, *(sample.description for sample in SAMPLES)}))
def test_every_sentence_has_its_chinese_on_the_halls_pages(sentence: str) -> None:
    assert script_words("zh")[sentence] != sentence
