"""The page that says how to set up what people are told can be followed to the letter."""

import re
import tomllib
from pathlib import Path

from central.config import parse
from central.notices.wording import faults

PAGE = Path(__file__).parents[3] / "docs" / "notices.md"


def test_every_example_of_the_page_is_a_configuration() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    assert len(blocks) == 3
    settings = [parse(tomllib.loads(block)) for block in blocks]
    assert settings[0].sms.body["outId"] == "{id}" and settings[0].sms.headers["Authorization"] == "Bearer {token}"
    template = settings[1].wechat.templates["booking.confirmed"]
    assert [faults(text, ("matter", "date", "time", "hall")) for text in template.data.values()] == [[], [], []]
    assert settings[2].alerts.urgent == ("offline", "alarm", "link", "copy")
