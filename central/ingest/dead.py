"""PURE: why something became a dead letter: the reason as it is kept, and of which kind it is."""

from typing import Literal

Kind = Literal["event", "message", "topic", "stranger", "twice"]

NO_TOPIC = "this topic is none of protocol 1"
TWICE = "its number was given to two customers, by the node and by a copy of it; both are in the list of tickets"
_STRANGER = "no active node is called {node}; enrol it first"


def stranger(node: str) -> str:
    """The reason against a message of a name nobody enrolled."""
    return _STRANGER.format(node=node)


def kind(seq: int | None, reason: str) -> Kind:
    """`seq`: the place in a stream, of an event. What is no whole case of ours is a message that cannot be read."""
    if seq is not None:
        return "event"
    if reason == NO_TOPIC:
        return "topic"
    if reason == TWICE:
        return "twice"
    return "stranger" if reason.startswith(_STRANGER.partition("{")[0]) else "message"
