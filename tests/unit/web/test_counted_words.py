"""One of a thing is not said as many: by the pages, their scripts and in the words of a ticket."""

from types import SimpleNamespace
from typing import Any

import pytest

from edge.web.pages import script_words
from edge.web.why import placed_words


def ticket(times: int) -> Any:
    return SimpleNamespace(slot_at=None, returns=times, moves=times)


@pytest.mark.parametrize(
    ("language", "times", "said"),
    [
        ("en", 1, ["Passed and brought back 1 time.", "Moved back 1 time at its customer's wish."]),
        ("en", 2, ["Passed and brought back 2 times.", "Moved back 2 times at its customer's wish."]),
        ("zh", 1, ["过号后回叫 1 次。", "应客户要求顺延 1 次。"]),
    ],
)
def test_how_often_a_ticket_came_back_is_counted(language: str, times: int, said: list[str]) -> None:
    assert placed_words(ticket(times), "Asia/Shanghai", language) == said


def test_scripts_know_both_english_forms_of_a_counted_sentence() -> None:
    words = script_words("zh")
    assert words["{n} device failed."] == words["{n} devices failed."] == "{n}台设备故障。"
