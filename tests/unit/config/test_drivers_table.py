"""Every kind of device a hall's file can name has a driver that can be imported, and a twin where it is simulated."""

import typing
from importlib import import_module
from pathlib import Path

import msgspec
import pytest

from edge import config, drivers
from edge.equipment import Equipment

SECTIONS = {
    kind
    for field in ("keys", "boards", "printers", "voices", "readers")
    for kind in typing.get_args(typing.get_args(typing.get_type_hints(config.Settings)[field])[0])
}
HALLS = sorted(Path("firmware_config/halls").glob("*.toml"))


def test_every_section_has_its_driver_and_none_is_left_over() -> None:
    assert set(drivers._DRIVERS) == SECTIONS


@pytest.mark.parametrize("place", sorted(drivers._DRIVERS.values()))
def test_every_driver_is_where_the_table_says(place: str) -> None:
    module, _, name = place.partition(":")
    made = getattr(import_module(module), name)
    assert {"open", "close", "health", "check"} <= set(dir(made))


@pytest.mark.parametrize("hall", HALLS, ids=lambda path: path.stem)
@pytest.mark.parametrize("simulated", [True, False])
def test_the_equipment_of_the_example_halls(hall: Path, simulated: bool) -> None:
    settings = config.load(hall)
    equipment = Equipment(settings, simulated=simulated)
    named = [*settings.keys, *settings.boards, *settings.printers, *settings.voices, *settings.readers]
    assert [device.id for device in equipment.all] == [section.id for section in named]
    twins = ["twins" in type(device).__module__ for device in equipment.all]
    assert all(twins) if simulated else not all(twins)


def test_simulated_a_hall_waits_for_no_satellite() -> None:
    settings = config.load(HALLS[0])
    away = config.Satellite(id="window-9", key="00" * 32)
    keys = config.RemoteKeys(id="far", satellite="window-9", bind={"next": "counter:1:next"})
    settings = msgspec.structs.replace(settings, satellites=(away,), keys=(*settings.keys, keys))
    assert [link.id for link in Equipment(settings, simulated=False).hub.links] == ["window-9"]
    assert Equipment(settings, simulated=True).hub.links == ()
