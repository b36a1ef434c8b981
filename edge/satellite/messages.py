"""PURE. What a satellite and its node say to each other: msgpack arrays, one a frame, the tag first.

Times are `time.monotonic_ns()` of the satellite. A board's `bits` are Pillow's mode "1": rows from the
top, eight lamps a byte, the left one in the highest bit, each row filled up to a whole byte.
"""

from typing import Literal

import msgspec

VERSION = 1
MOST_BYTES = 16_384
"""The largest frame either side takes. The largest board (512 × 64 lamps) is 4,096 bytes."""

Status = Literal["ok", "degraded", "failed"]


class Message(msgspec.Struct, frozen=True, array_like=True):
    """Base of all."""


class DeviceState(msgspec.Struct, frozen=True, array_like=True):
    """One device at the satellite. `keys`: the names it has, for keys; width and height for a board."""

    id: str
    status: Status
    cause: str
    keys: tuple[str, ...] = ()
    width: int = 0
    height: int = 0


class NumberedEdge(msgspec.Struct, frozen=True, array_like=True):
    """One change of one contact; numbered from 1 in the life of one satellite process (`Hello.boot`)."""

    number: int
    key: str
    down: bool
    mono_ns: int


# --- from the satellite ---------------------------------------------------------


class Hello(Message, frozen=True, tag="hello"):
    """First of all. `held`: keys that are closed and were told of before."""

    version: int
    boot: str
    software: str
    now: int
    devices: tuple[DeviceState, ...]
    held: tuple[str, ...]


class Edges(Message, frozen=True, tag="edges"):
    """In the order they happened. They are sent again after each `Welcome` until they are `Taken`."""

    now: int
    edges: tuple[NumberedEdge, ...]


class Alive(Message, frozen=True, tag="alive"):
    """Every two seconds, with the satellite's clock."""

    now: int


class State(Message, frozen=True, tag="state"):
    """A device became other than it was said to be."""

    device: DeviceState


class Shown(Message, frozen=True, tag="shown"):
    """The board took picture `number` (`cause` empty), or did not and why. Earlier ones are answered by it."""

    board: str
    number: int
    cause: str


class Checked(Message, frozen=True, tag="checked"):
    """What `Check` found."""

    board: str
    number: int
    status: Status
    cause: str


# --- from the node --------------------------------------------------------------


class Welcome(Message, frozen=True, tag="welcome"):
    """`taken`: the last edge of this boot that the node has, 0: none."""

    version: int
    taken: int


class Taken(Message, frozen=True, tag="taken"):
    """All edges up to `number` are taken."""

    number: int


class Show(Message, frozen=True, tag="show"):
    """A whole picture. A later one that comes before it was shown takes its place."""

    board: str
    number: int
    bits: bytes


class Check(Message, frozen=True, tag="check"):
    """Try the board for real."""

    board: str
    number: int


class Here(Message, frozen=True, tag="here"):
    """Every two seconds."""


FromSatellite = Hello | Edges | Alive | State | Shown | Checked
FromNode = Welcome | Taken | Show | Check | Here

MALFORMED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What the decoders raise for bytes that are no message."""
_encoder = msgspec.msgpack.Encoder()
_from_satellite: "msgspec.msgpack.Decoder[FromSatellite]" = msgspec.msgpack.Decoder(FromSatellite)
_from_node: "msgspec.msgpack.Decoder[FromNode]" = msgspec.msgpack.Decoder(FromNode)


def encode(message: Message) -> bytes:
    return _encoder.encode(message)


def from_satellite(data: bytes) -> FromSatellite:
    """Raises one of `MALFORMED` for anything else."""
    return _from_satellite.decode(data)


def from_node(data: bytes) -> FromNode:
    """Raises one of `MALFORMED` for anything else."""
    return _from_node.decode(data)
