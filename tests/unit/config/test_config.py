"""One hall's file: what is wrong is named, with section, key, bounds and the nearest right name."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge import config
from edge.errors import ConfigError

HALLS = sorted((Path(__file__).parents[3] / "firmware_config" / "halls").glob("*.toml"))


def document() -> dict[str, Any]:
    return tomllib.loads(HALLS[0].read_text())


@pytest.mark.parametrize("path", HALLS, ids=lambda p: p.stem)
def test_shipped_halls_load(path: Path) -> None:
    settings = config.load(path)
    offered = config.catalogue(settings)
    assert {s for c in offered.counters for g in c.serves for s in g} == {s.id for s in offered.services}


@pytest.mark.parametrize(
    ("spoil", "field", "words"),
    [
        (
            lambda d: d["hall"].update(langauges=["zh"]),
            "hall.langauges",
            ["[hall]", "'langauges'", "'languages'"],
        ),
        (lambda d: d["node"].update(port=0), "node.port", ["[node] port", ">= 1"]),
        (lambda d: d["day"].update(opens="25:00"), "day.opens", ["HH:MM"]),
        (lambda d: d["keys"][1].update(bounce=3), "keys[1].bounce", ["entry 2", "'debounce_ms'"]),
        (lambda d: d["services"][0].pop("letter"), "services[0].letter", ["'letter' is missing"]),
        (
            lambda d: d["boards"][0].update(driver="max7218"),
            "boards[0].driver",
            ["'max7218'", "'max7219'", "twin"],
        ),
        (
            lambda d: d["printers"][0].update(chinese="gbk"),
            "printers[0].chinese",
            ["'gbk'", "gb18030", "raster"],
        ),
        (lambda d: d["boards"][0].update(shows="counter:9"), "boards.summary-board.shows", ["9"]),
        (lambda d: d["boards"][0].update(width=9), "boards[0].width", ["multiple of 8"]),
        (lambda d: d.update(sevices=[]), "sevices", ["'services'"]),
        (lambda d: d["hall"].update(timezone="Asia/Shangai"), "hall.timezone", ["Asia/Shanghai"]),
        (lambda d: d["voices"][0].update(id="slip-printer"), "id", ["two devices", "slip-printer"]),
        (lambda d: d.update(centre={"host": "broker"}), "centre.password", ["enrol"]),
        (
            lambda d: d.update(centre={"host": "broker", "password": "x", "site": "javascript:alert(1)"}),
            "centre.site",
            ["https://"],
        ),
        (
            lambda d: d.update(centre={"host": "broker", "password": "x", "verify_key": "abc"}),
            "centre.verify_key",
            ["enrol"],
        ),
        (
            lambda d: d.update(centre={"host": "broker", "password": "x", "roster_key": "xyz"}),
            "centre.roster_key",
            ["enrol"],
        ),
        (
            lambda d: d.update(centre={"host": "broker", "password": "x", "seal_key": "A" * 42}),
            "centre.seal_key",
            ["enrol"],
        ),
        (lambda d: d["services"][1].update(letter="A"), "services", ["two entries", "'A'"]),
        (lambda d: d["counters"][0].update(serves=[["persnal"]]), "counters[0].serves", ["'persnal'"]),
        (lambda d: d["keys"][0]["bind"].update({"7": "ticket:welth"}), "keys.ticket-buttons.bind.7", ["wealth"]),
        (lambda d: d["keys"][1]["bind"].update({"2": "counter:1:next"}), "keys.caller-1.bind.2", ["GPIO 2"]),
        (lambda d: d.update(rules={"priority": 0}), "rules.priority", ["1"]),
        (lambda d: d["hall"].update(id="Main Hall"), "hall.id", ["lowercase"]),
    ],
)
def test_a_wrong_key_is_named(spoil: Callable[[dict[str, Any]], None], field: str, words: list[str]) -> None:
    wrong = document()
    spoil(wrong)
    with pytest.raises(ConfigError) as caught:
        config.parse(wrong)
    assert caught.value.field == field
    assert not [word for word in words if word not in caught.value.detail]


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "hall.toml"
    broken.write_text("[hall\n")
    with pytest.raises(ConfigError, match=r"hall\.toml: not TOML"):
        config.load(broken)
    with pytest.raises(ConfigError, match="No such file"):
        config.load(tmp_path / "none.toml")
