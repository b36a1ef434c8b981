"""A whole node on twins: one chain of lamps for two windows and a waiting area, a loudspeaker, an emergency."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from edge import config
from edge.app import Node
from edge.boards import UNIFONT
from edge.clock import ManualClock
from edge.devices.twins.board import TwinBoard
from edge.devices.twins.voice import TwinVoice
from edge.hall.commands import CallNext, Command, DeclareEmergency, EndEmergency, IssueTicket, LogIn, RaiseAlarm
from edge.tokens import fresh
from hallkeeper.system import free_port
from tests.line import NOON
from tests.waiting import until

DOCUMENT = {
    "hall": {"id": "east", "name": {"zh": "东城政务大厅", "en": "East Hall"}, "timezone": "UTC", "languages": ["zh"]},
    "services": [
        {"id": "a", "letter": "A", "name": {"zh": "综合业务"}, "zone": "north"},
        {"id": "b", "letter": "B", "name": {"zh": "储蓄业务"}, "zone": "south"},
    ],
    "zones": [{"id": "north", "name": {"zh": "北侧"}}, {"id": "south", "name": {"zh": "南侧"}}],
    "counters": [
        {"id": "1", "name": {"zh": "1号窗口"}, "serves": [["a"]]},
        {"id": "2", "name": {"zh": "2号窗口"}, "serves": [["b"]]},
    ],
    "clerks": [{"id": "wang", "name": "王", "role": "supervisor"}],
    "boards": [
        {
            "id": "chain", "driver": "twin", "width": 160, "height": 64,
            "views": [
                {"shows": "counter:1", "width": 64, "height": 16},
                {"shows": "counter:2", "x": 64, "width": 64, "height": 16},
                {"shows": "summary:north", "y": 16, "width": 160, "height": 16},
                {"shows": "summary:south", "y": 32, "width": 160, "height": 16},
            ],
        }
    ],
    "voices": [{"id": "voice", "driver": "twin", "quiet": [["00:00", "00:00"]]}],
}  # fmt: skip


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    document = DOCUMENT | {"node": {"id": "east-1", "data": str(tmp_path), "port": free_port()}}
    made = Node(config.parse(document), simulated=True, clock=ManualClock(NOON))
    made.open()
    yield made
    made.close()


def chain(node: Node) -> Image.Image:
    board = node.equipment.boards[0]
    assert isinstance(board, TwinBoard)
    return board.lamps()


def spoken(node: Node) -> list[str]:
    voice = node.equipment.voices[0]
    assert isinstance(voice, TwinVoice)
    return [line.text for line in reversed(voice.lines())]


def do(node: Node, *commands: Command) -> None:
    for command in commands:
        node.engine.submit(command).result(60)


def words(text: str, width: int) -> bytes:
    """These words in the middle, as Unifont has them."""
    font = ImageFont.truetype(UNIFONT[0], 16)
    image = Image.new("1", (width, 16))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    draw.text(((width - int(font.getlength(text))) // 2, 0), text, font=font, fill=1)
    return image.tobytes()


def row(node: Node, top: int, left: int = 0, width: int = 160) -> bytes:
    return chain(node).crop((left, top, left + width, top + 16)).tobytes()


def lit(node: Node) -> bytes:
    """The whole chain at a moment when the number called, which blinks, is lit on its window; b"" at others."""
    whole = chain(node)
    number = whole.crop((0, 0, 64, 16)).tobytes()
    return whole.tobytes() if number == words("请A001", 64) else b""


@pytest.mark.clause("S0-32")
def test_a_customer_waits_in_an_area_is_called_there_and_goes_to_the_window(node: Node) -> None:
    do(node, LogIn("1", "wang"), IssueTicket("a", fresh(), "kiosk"))
    until(lambda: row(node, 32) == words("南侧 欢迎光临", 160))
    do(node, CallNext("1"))
    until(lambda: row(node, 0, 0, 64) == words("请A001", 64))
    left = Image.new("1", (160, 16))
    left.paste(Image.frombytes("1", (32, 16), words("A001", 32)), (0, 0))
    left.paste(Image.frombytes("1", (88, 16), words("请到1号窗口", 88)), (72, 0))
    until(lambda: row(node, 16) == left.tobytes())
    assert row(node, 32) == words("南侧 欢迎光临", 160), "the other area is not troubled"
    called = node.engine.view.recent[0]
    assert (called.number, called.counter, called.at) == ("A001", "1", NOON)


def test_an_emergency_is_on_every_view_and_spoken_in_quiet_hours_and_an_alarm_nowhere(node: Node) -> None:
    do(node, LogIn("1", "wang"), IssueTicket("a", fresh(), "kiosk"), CallNext("1"))
    before = until(lambda: lit(node))
    do(node, RaiseAlarm("silent", "counter:1", "wang"))
    assert node.engine.view.alarms
    until(lambda: lit(node) == before)
    assert spoken(node) == [], "calls keep quiet here, and so do alarms"
    do(node, DeclareEmergency("fire", "wang"))
    until(lambda: row(node, 0, 0, 64) == words("火警", 64))
    for top in (16, 32):
        until(lambda top=top: row(node, top) == words("火警 有序撤离", 160))  # type: ignore[misc]
    until(lambda: len(spoken(node)) >= 2)
    assert spoken(node)[0].startswith("火警，火警") and spoken(node)[1].startswith("Fire.")
    do(node, EndEmergency("wang"))
    assert node.engine.view.alarms
    until(lambda: lit(node) == before)
    until(lambda: "紧急情况已经解除，感谢您的配合" in spoken(node))
