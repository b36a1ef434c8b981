"""From a key to the lamps in the example halls: keys → engine and journal → boards, all but the metal real."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image, ImageDraw, ImageFont

from contract.events import DeviceFailed, DeviceRecovered
from edge import bindings, config
from edge.boards import UNIFONT, Boards, placed
from edge.clock import ManualClock
from edge.devices.gpio_keys import GpioKeys
from edge.devices.hearing import Hearing
from edge.devices.keypad import Keypad
from edge.devices.twins.board import TwinBoard
from edge.devices.twins.keys import TwinKeys
from edge.engine import Engine
from edge.faces.board import Setting
from edge.hall.commands import LogIn
from edge.journal import Journal
from edge.keypress import Bank, Keypress, Turned
from edge.line_news import Batch
from tests.waiting import until

HALLS = Path(__file__).parents[2] / "firmware_config" / "halls"
TEN = 1_793_239_200_000
"""2026-10-29 10:00:00 in Shanghai, a Thursday."""
DRIVERS = {config.GpioKeys: GpioKeys, config.UsbKeypad: Keypad, config.TwinKeys: TwinKeys}


@pytest.mark.parametrize("path", sorted(HALLS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_key_and_board_of_the_example_halls_is_understood(path: Path) -> None:
    settings = config.load(path)
    catalogue = config.catalogue(settings)
    assert settings.keys
    for section in settings.keys:
        DRIVERS[type(section)](section)
        assert len(bindings.bind(section.bind, catalogue, f"keys.{section.id}")) == len(section.bind)
    for board in settings.boards:
        assert placed(TwinBoard(board), board, catalogue).parts


@pytest.fixture
def branch(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """The bank branch on twins, its three windows open."""
    settings = config.load(HALLS / "bank-branch.toml")
    catalogue = config.catalogue(settings)
    engine = Engine(Journal.open(tmp_path / "journal.db", boot="b"), ManualClock(TEN), settings)
    keys = {section.id: TwinKeys(section) for section in settings.keys}
    boards = {section.id: TwinBoard(section) for section in settings.boards}
    shown = Boards(
        tuple(placed(boards[section.id], section, catalogue) for section in settings.boards),
        Setting(languages=("zh",)),
    )
    turned: list[Turned] = []
    banks = tuple(
        Bank(keys[section.id], bindings.bind(section.bind, catalogue, section.id), section.debounce_ms)
        for section in settings.keys
    )
    keypress = Keypress(banks, engine.submit, turned_down=turned.append)
    # a machine that stands still in the middle of a press makes no silence of it
    keypress._hearing = Hearing(keypress._next_due, more_s=3)
    for device in (*keys.values(), *boards.values()):
        device.open()
    shown.start()
    engine.subscribe(lambda batch: shown.show(batch.view))
    engine.start()
    keypress.start()
    for counter in settings.counters:
        engine.submit(LogIn(counter.id, f"clerk-{counter.id}")).result(60)
    yield SimpleNamespace(engine=engine, keys=keys, boards=boards, turned=turned)
    keypress.stop()
    engine.stop()
    shown.stop()
    for device in (*keys.values(), *boards.values()):
        device.close()


def words(text: str) -> bytes:
    """These words in the middle of a window board, as Unifont has them."""
    font = ImageFont.truetype(UNIFONT[0], 16)
    image = Image.new("1", (64, 16))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    draw.text(((64 - int(font.getlength(text))) // 2, 0), text, font=font, fill=1)
    return image.tobytes()


def says(branch: SimpleNamespace, board: str, text: str) -> None:
    until(lambda: branch.boards[board].lamps().tobytes() == words(text))


def test_a_pressed_ticket_is_called_by_a_key_and_stands_on_its_window_and_the_summary(
    branch: SimpleNamespace,
) -> None:
    branch.keys["ticket-buttons"].bounce("2", 6)
    until(lambda: branch.engine.view.services[0].waiting == 1)
    dark = branch.boards["summary-board"].lamps().tobytes()
    branch.keys["caller-2"].press("15")
    says(branch, "board-2", "请A001")
    until(lambda: branch.boards["summary-board"].lamps().tobytes() != dark)
    assert branch.engine.view.counters[1].number == "A001"
    assert branch.engine.view.services[0].issued == 1
    assert branch.turned == []


def test_a_call_with_nobody_waiting_is_turned_down_and_changes_nothing(branch: SimpleNamespace) -> None:
    before = branch.engine.view.seq
    branch.keys["caller-1"].press("6")
    until(lambda: branch.turned)
    assert (branch.turned[0].device, branch.turned[0].key) == ("caller-1", "6")
    assert branch.engine.view.seq == before


@pytest.mark.fault("F42")
def test_two_counters_calling_in_one_instant_get_two_customers(branch: SimpleNamespace) -> None:
    for key in ("2", "5"):
        branch.keys["ticket-buttons"].press(key)
    until(lambda: branch.engine.view.services[0].waiting == 2)
    branch.keys["caller-1"].press("6")
    branch.keys["caller-2"].press("15")
    until(lambda: all(branch.engine.view.counters[at].number for at in (0, 1)))
    numbers = {branch.engine.view.counters[at].number for at in (0, 1)}
    assert numbers == {"A001", "A002"}


@pytest.mark.fault("F40")
def test_a_chattering_key_makes_no_tickets_and_is_seen_by_the_hall_until_it_is_quiet(branch: SimpleNamespace) -> None:
    seen: list[tuple[type, bool]] = []

    def see(batch: Batch) -> None:
        kinds = [type(one.event) for one in batch.recorded if isinstance(one.event, DeviceFailed | DeviceRecovered)]
        seen.extend((kind, "ticket-buttons:4" in batch.view.failed_devices) for kind in kinds)

    branch.engine.subscribe(see)
    branch.keys["ticket-buttons"].bounce("4", 100)
    until(lambda: len(seen) == 2)
    assert seen == [(DeviceFailed, True), (DeviceRecovered, False)]
    assert branch.engine.view.services[2].issued == 0
