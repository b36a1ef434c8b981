"""A board whose bus is not there names the line of config.txt that brings just that bus."""

from pathlib import Path

import pytest

from edge import config
from edge.devices.led_board import Max7219Board
from edge.devices.spi_bus import Wire

CONFIG_TXT = (Path(__file__).parents[3] / "firmware_config" / "boot" / "config.txt").read_text().splitlines()


def missing() -> Wire:
    raise FileNotFoundError(2, "No such file or directory")


@pytest.mark.parametrize(("port", "line"), [(0, "dtparam=spi=on"), (1, "dtoverlay=spi1-2cs")])
def test_the_line_named_is_the_bus_s_own_and_is_shipped(port: int, line: str) -> None:
    board = Max7219Board(config.Max7219(id="board-1", shows="summary", spi_port=port), missing)
    board.open()
    try:
        assert f"/dev/spidev{port}.0" in board.health().cause
        assert f"add {line} to config.txt" in board.health().cause
        assert line in CONFIG_TXT
    finally:
        board.close()
