"""Plain-text days, played over every example hall (README.md)."""

import tomllib
from pathlib import Path

import pytest

from edge import config
from tests.scenario.day_steps import Day, Stage, days

HALLS = sorted((Path(__file__).parents[2] / "firmware_config" / "halls").glob("*.toml"))


def _marks(day: Day) -> list[pytest.MarkDecorator]:
    return [(pytest.mark.fault if each.startswith("F") else pytest.mark.clause)(each) for each in day.shows]


def _cases() -> list[object]:
    return [
        pytest.param(day, hall, id=f"{day.name}@{hall.stem}", marks=_marks(day))
        for day in days()
        for hall in HALLS
        if day.hall in (None, hall.stem)
    ]


@pytest.mark.parametrize(("day", "hall"), _cases())
def test_day(day: Day, hall: Path) -> None:
    stage = Stage(config.parse(tomllib.loads(hall.read_text(encoding="utf-8"))))
    for step in day.steps:
        try:
            stage.play(step)
        except AssertionError as wrong:
            raise AssertionError(f"{day.name}.day line {step.line}, {step.time or 'then'}: {wrong}") from wrong
    stage.end()


def test_there_are_halls_to_play_in() -> None:
    assert {each.stem for each in HALLS} >= {"bank-branch", "government-hall"}


@pytest.mark.parametrize(
    "text", ["09:00  Ann sings", "09:00  counter 1 next        calls Bob", "Ann takes service 1       refused no_day"]
)
def test_a_day_that_goes_otherwise_fails(tmp_path: Path, text: str) -> None:
    """The runner itself: a step it does not know, a wrong call, a refusal that does not come."""
    path = tmp_path / "wrong.day"
    path.write_text(f"Wrong\n\n09:00  counter 1 opens\n09:00  Ann takes service 1\n{text}\n", encoding="utf-8")
    from tests.scenario.day_steps import read

    stage = Stage(config.parse(tomllib.loads(HALLS[0].read_text(encoding="utf-8"))))
    *sound, wrong = read(path).steps
    for step in sound:
        stage.play(step)
    with pytest.raises(AssertionError):
        stage.play(wrong)
