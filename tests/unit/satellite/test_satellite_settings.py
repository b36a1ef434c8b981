"""WINDOW.toml: the example is understood, and what is wrong is named."""

from pathlib import Path
from typing import Any

import pytest

from edge import config
from edge.devices.twins.board import TwinBoard
from edge.devices.twins.keys import TwinKeys
from edge.errors import ConfigError
from edge.satellite import settings
from edge.satellite.app import Fittings

EXAMPLE = Path(__file__).parents[3] / "firmware_config" / "satellites" / "window.toml"
GOOD: dict[str, Any] = {
    "satellite": {"id": "window-3", "host": "10.0.0.2", "key": "5a" * 32},
    "keys": [{"driver": "gpio", "id": "caller", "bind": {"5": "next", "6": "recall"}}],
    "boards": [{"driver": "max7219", "id": "board", "width": 64, "height": 16}],
}


def test_the_example_is_understood_and_its_devices_can_be_made() -> None:
    example = settings.load(EXAMPLE)
    assert example.keys
    assert example.boards
    Fittings(example)
    twins = Fittings(example, simulated=True)
    assert {type(each) for each in twins.all} == {TwinKeys, TwinBoard}


@pytest.mark.parametrize(
    ("section", "change", "says"),
    [
        ("satellite", {"hots": "x"}, "did you mean 'host'?"),
        ("satellite", {"id": "Window 3"}, "lowercase"),
        ("keys", {"bind": {"5": "counter:3:next"}}, "what the key does stands in the hall's file"),
        ("keys", {"bind": {"5": "next", "6": "next"}}, "is the name of keys.caller.bind.5 already"),
        ("keys", {"id": "board"}, "two devices are called 'board'"),
        ("keys", {"driver": "remote"}, "none of gpio, keypad, serial, twin"),
        ("boards", {"shows": "counter:3"}, "stands in the hall's file; take it out"),
        ("boards", {"width": 60}, "multiple"),
    ],
)
def test_what_is_wrong_is_named(section: str, change: dict[str, Any], says: str) -> None:
    old = GOOD[section]
    changed = [old[0] | change] if isinstance(old, list) else old | change
    with pytest.raises(ConfigError) as wrong:
        settings.parse(GOOD | {section: changed})
    assert says in wrong.value.detail


def test_a_file_that_is_none_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        settings.load(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("[satellite\n")
    with pytest.raises(ConfigError, match="not TOML"):
        settings.load(tmp_path / "bad.toml")


def test_every_section_of_a_hall_has_its_twin() -> None:
    """What `--simulated` makes of a hall with satellites."""
    assert TwinKeys(config.RemoteKeys(id="k", satellite="window-3", bind={"next": ""})).names == ("next",)
    assert TwinKeys(config.SerialKeypad(id="s", path="/dev/x", bind={"1.1": ""})).names == ("1.1",)
    board = TwinBoard(config.RemoteBoard(id="b", satellite="window-3", board="board", shows="counter:3", width=128))
    assert (board.width, board.height) == (128, 16)
