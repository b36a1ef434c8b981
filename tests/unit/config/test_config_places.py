"""What stands on the guide sign: places and areas of the hall's file, each within the map."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from edge import config
from edge.errors import ConfigError
from edge.hall.catalogue_check import MAP

HALLS = sorted((Path(__file__).parents[3] / "firmware_config" / "halls").glob("*.toml"))
KIOSK = {"id": "kiosk", "name": {"zh": "取号机"}, "icon": "kiosk", "x": 40, "y": 40}


def document(**more: Any) -> dict[str, Any]:
    return {
        "hall": {"id": "east", "name": {"zh": "东厅"}},
        "node": {"id": "east-1"},
        "services": [{"id": "a", "letter": "A", "name": {"zh": "储蓄"}, "zone": "a"}],
        "counters": [{"id": "1", "name": {"zh": "1号窗口"}, "serves": [["a"]]}],
        "zones": [{"id": "a", "name": {"zh": "A区"}}],
        **more,
    }


def test_areas_and_places_are_read() -> None:
    area = {"id": "a", "name": {"zh": "A区"}, "way": {"zh": "进门左侧"}, "map": [0, 0, 100, 60]}
    read = config.parse(document(places=[KIOSK], zones=[area], kiosk={"queue_limit": 8}))
    assert config.catalogue(read).zones[0].map == (0, 0, *MAP)
    assert (read.places[0].icon, read.kiosk.queue_limit) == ("kiosk", 8)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"places": [KIOSK, KIOSK]}, "two places are called 'kiosk'"),
        ({"places": [KIOSK | {"name": {}}]}, r"places\[0\] needs a name"),
        ({"places": [KIOSK | {"icon": "kisok"}]}, "icon"),
        ({"places": [KIOSK | {"x": 101}]}, "x"),
        ({"places": [KIOSK | {"y": 61}]}, "y"),
        ({"places": [KIOSK | {"colour": "red"}]}, "colour"),
        ({"kiosk": {"queue_limit": 0}}, "queue_limit"),
        ({"zones": [{"id": "a", "name": {"zh": "A区"}, "map": [60, 0, 41, 10]}]}, r"zones\[0\].map.*100×60"),
        ({"zones": [{"id": "a", "name": {"zh": "A区"}, "map": [0, 0, 3, 10]}]}, r"zones\[0\].map"),
        ({"zones": [{"id": "a", "name": {"zh": "A区"}, "map": [-1, 0, 10, 10]}]}, r"zones\[0\].map"),
        ({"zones": [{"id": "a", "name": {"zh": "A区"}, "way": {"zh": "左" * 201}}]}, r"zones\[0\].way"),
    ],
)
def test_what_is_wrong_is_named(more: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        config.parse(document(**more))


@pytest.mark.parametrize("path", HALLS, ids=lambda path: path.stem)
def test_every_example_hall_has_a_sign_in_both_languages(path: Path) -> None:
    """Areas with a place on the map and the way there; a door, a kiosk, a desk and a way out that is marked."""
    hall = config.load(path)
    assert hall.zones and {each.zone for each in hall.services} <= {zone.id for zone in hall.zones}
    for zone in hall.zones:
        assert zone.map is not None and set(zone.way) == set(zone.name) == {"zh", "en"}, zone.id
    for place in hall.places:
        assert set(place.name) == {"zh", "en"} and (place.icon == "entrance" or set(place.way) == {"zh", "en"}), (
            place.id
        )
    assert {"entrance", "kiosk", "desk", "exit"} <= {place.icon for place in hall.places}
    assert "places" in tomllib.loads(path.read_text(encoding="utf-8"))
