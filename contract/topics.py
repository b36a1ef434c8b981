"""MQTT topics of protocol.md: one name for each direction, and back."""

import re
from typing import Literal, NamedTuple

Direction = Literal["up", "down"]

ROOT = "hk/1"
CENTRE = f"{ROOT}/centre"
UP = frozenset({"hello", "events", "lost", "taken", "state", "link"})
DOWN = frozenset({"welcome", "ack", "directives"})
RETAINED = frozenset({"state", "link"})
"""Of `UP`; so is `CENTRE`."""
ALL_UP = f"{ROOT}/+/up/#"
"""What the centre subscribes to."""

CENTRE_USER = "_centre"
"""The centre's name at the broker; no node can carry it."""

_NODE = re.compile(r"[a-z0-9-]{1,32}")
_TOPIC = re.compile(rf"{ROOT}/(?P<node>{_NODE.pattern})/(?P<direction>up|down)/(?P<name>[a-z]+)")


class Address(NamedTuple):
    node: str
    direction: Direction
    name: str


def up(node: str, name: str) -> str:
    """Raises ValueError for a node or a name that is none."""
    return _topic(node, "up", name, UP)


def down(node: str, name: str) -> str:
    """Raises ValueError for a node or a name that is none."""
    return _topic(node, "down", name, DOWN)


def all_down(node: str) -> str:
    """What a node subscribes to, besides `CENTRE`."""
    return f"{ROOT}/{_checked(node)}/down/#"


def parse(topic: str) -> Address | None:
    """None for a topic that is not one of ours."""
    found = _TOPIC.fullmatch(topic)
    if found is None or found["name"] not in (UP if found["direction"] == "up" else DOWN):
        return None
    return Address(found["node"], "up" if found["direction"] == "up" else "down", found["name"])


def _topic(node: str, direction: Direction, name: str, names: frozenset[str]) -> str:
    if name not in names:
        raise ValueError(f"{direction} has no topic {name!r}; it has {', '.join(sorted(names))}")
    return f"{ROOT}/{_checked(node)}/{direction}/{name}"


def _checked(node: str) -> str:
    if not _NODE.fullmatch(node):
        raise ValueError(f"{node!r} is no node name: 1 to 32 of a-z, 0-9 and -")
    return node
