"""Bytes <-> the structs of contract/messages.py, strictly: what is too large, too deep or not JSON is a WireError.

A batch of events is opened in two steps: `events` gives the exact bytes of each, `envelope` reads one.
So one bad event costs itself and not its neighbours, and its bytes can be kept as they came.
"""

import re
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from contract import messages
from contract.errors import WireError
from contract.events import Envelope

MAX_PAYLOAD = 64 * 1024
"""Bytes of one message."""
MAX_EVENT = 16 * 1024
"""Bytes of one stored event."""
MAX_DEPTH = 32
"""Nested objects and lists inside one event or directive."""
MAX_NUMBER = 2**63 - 1
"""The largest integer of any field: what the databases of both sides hold."""
MAX_NAME = 128
"""Characters of boot, epoch, generation, lease, id and type."""

UP: dict[str, type[msgspec.Struct]] = {
    "hello": messages.Hello,
    "events": messages.Events,
    "lost": messages.Lost,
    "taken": messages.Taken,
    "state": messages.StateReport,
    "link": messages.LinkReport,
}
DOWN: dict[str, type[msgspec.Struct]] = {
    "welcome": messages.Welcome,
    "ack": messages.Ack,
    "directives": messages.Directives,
}
"""Topic name (contract/topics.py) to the struct it carries."""

M = TypeVar("M", bound=msgspec.Struct)

_HASH = re.compile(r"[0-9a-f]{64}")
_HASHES = frozenset({"hash", "prev_hash", "last_hash", "next_hash"})
_NAMES = frozenset({"boot", "epoch", "prev_epoch", "generation", "lease", "type"})
_NAME = re.compile(rf"[!-~]{{1,{MAX_NAME}}}")
_PATH = re.compile(r" - at `\$\.?(.*)`$")
_MISSING = re.compile(r"missing required field `(\w+)`")
_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*"|[][{}]', re.DOTALL)
_NEXT_EVENT = re.compile(rb',(?=\{"seq":(\d{1,20}),)')
_BATCH = b'"events":['

_ENCODER = msgspec.json.Encoder()
_ANY = msgspec.json.Decoder()
_ENVELOPE = msgspec.json.Decoder(Envelope)
_MESSAGES: list[type[msgspec.Struct]] = [*UP.values(), *DOWN.values(), messages.CentreNotice]
_DECODERS: dict[type[msgspec.Struct], Any] = {cls: msgspec.json.Decoder(cls) for cls in _MESSAGES}


def encode(message: msgspec.Struct) -> bytes:
    """The payload of one message. Raises WireError where it would be larger than `MAX_PAYLOAD`."""
    payload = _ENCODER.encode(message)
    if len(payload) > MAX_PAYLOAD:
        raise WireError(type(message).__name__, "", f"{len(payload)} bytes; at most {MAX_PAYLOAD} are sent")
    return payload


def decode(payload: bytes, cls: type[M]) -> M:
    """One message. `Events` are opened by `events`; `data` of directives is checked to be sound JSON here."""
    if len(payload) > MAX_PAYLOAD:
        raise WireError(cls.__name__, "", f"{len(payload)} bytes; at most {MAX_PAYLOAD} are read")
    message: M = _decoded(payload, _DECODERS[cls], cls.__name__)
    _check(message, cls.__name__, "")
    if isinstance(message, messages.Lost) and not 1 <= message.from_ <= message.to:
        raise WireError("Lost", "from", f"{message.from_} to {message.to} is no range")
    return message


def events(payload: bytes) -> messages.Events:
    """A batch; its events are still unread bytes, and not necessarily JSON: `envelope` opens each.

    Where an event spoils the JSON of the whole batch, the batch is cut at the events' beginnings, so that
    the sound ones are saved and the bad one stands alone. Raises WireError where not even the head reads.
    """
    try:
        batch = decode(payload, messages.Events)
    except WireError:
        batch = _salvaged(payload)
    if not batch.events:
        raise WireError("Events", "events", "is empty")
    if batch.first < 1 or batch.first > MAX_NUMBER - len(batch.events):
        raise WireError("Events", "first", f"{batch.first} is no event number")
    return batch


def envelope(raw: bytes, seq: int | None = None) -> Envelope:
    """The envelope of one event, `raw` proved to be sound JSON throughout; with `seq`, to be that event."""
    found = _sound(raw)
    if found is None:
        found = _examined(raw)
    if seq is not None and found.seq != seq:
        raise WireError("Envelope", "seq", f"says {found.seq} in the place of {seq}")
    return found


def fitting(sizes: list[int], room: int) -> int:
    """How many items of these sizes (bytes), with a comma between, go into `room`; at least one, if there is one."""
    used = count = 0
    for size in sizes:
        used += size + 1
        if count and used - 1 > room:
            break
        count += 1
    return count


def _decoded(payload: bytes, decoder: Any, name: str) -> Any:
    try:
        return decoder.decode(payload)
    except msgspec.ValidationError as error:
        text = str(error)
        path, missing = _PATH.search(text), _MISSING.search(text)
        parts = [path[1] if path else "", missing[1] if missing else ""]
        raise WireError(name, ".".join(p for p in parts if p), _PATH.sub("", text)) from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise WireError(name, "", str(error)) from error
    except RecursionError as error:
        raise WireError(name, "", "nested too deep") from error


def _sound(raw: bytes) -> Envelope | None:
    """The envelope where nothing at all is wrong with it; None where it wants a closer look.

    The same as `_examined`, without finding out what and where: every event comes by here.
    """
    if len(raw) > MAX_EVENT or raw.count(b"{") + raw.count(b"[") > MAX_DEPTH:
        return None
    try:
        _ANY.decode(raw)
        found = _ENVELOPE.decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    within = (
        0 <= found.seq <= MAX_NUMBER
        and 0 <= found.mono_ms <= MAX_NUMBER
        and 0 <= found.at <= MAX_NUMBER
        and 0 <= found.v <= MAX_NUMBER
        and _is_name(found.boot)
        and _is_name(found.type)
    )
    return found if within else None


def _examined(raw: bytes) -> Envelope:
    """The envelope, or a WireError that names what is wrong."""
    if len(raw) > MAX_EVENT:
        raise WireError("Envelope", "", f"{len(raw)} bytes; at most {MAX_EVENT} are kept")
    _check_json(raw, "Envelope", "")
    found: Envelope = _decoded(raw, _ENVELOPE, "Envelope")
    _check(found, "Envelope", "")
    return found


@lru_cache(4096)
def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def _check(value: Any, name: str, path: str) -> None:
    """Bounds that types do not say: numbers, names, hashes, and JSON inside `Raw`."""
    if isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            _check_field(getattr(value, field), field, name, f"{path}.{field}" if path else field)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            _check(item, name, f"{path}[{i}]")
    elif isinstance(value, int) and not 0 <= value <= MAX_NUMBER:
        raise WireError(name, path, f"{value} is not within 0 to {MAX_NUMBER}")


def _check_field(value: Any, field: str, name: str, path: str) -> None:
    if field in _HASHES:
        # A node that pruned may not know any more what came before a hole; it says so with "".
        if not _HASH.fullmatch(value) and not (name == "Lost" and field == "prev_hash" and value == ""):
            raise WireError(name, path, "is no lowercase hex SHA-256")
    elif isinstance(value, str) and (field in _NAMES or (field == "id" and name == "Directives")):
        if not _NAME.fullmatch(value):
            raise WireError(name, path, f"is not 1 to {MAX_NAME} printable characters")
    elif isinstance(value, msgspec.Raw):
        if name != "Envelope":  # an envelope's data was read with it
            _check_json(bytes(value), name, path)
    elif field != "events":
        _check(value, name, path)


def _check_json(raw: bytes, name: str, path: str) -> None:
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and _depth(raw) > MAX_DEPTH:
        raise WireError(name, path, f"nested deeper than {MAX_DEPTH}")
    try:
        _ANY.decode(raw)
    except (msgspec.MsgspecError, ValueError) as error:
        raise WireError(name, path, str(error)) from error


def _depth(raw: bytes) -> int:
    deepest = depth = 0
    for token in _BRACKET.finditer(raw):
        if (sign := token[0]) in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in b"]}":
            depth -= 1
    return deepest


def _salvaged(payload: bytes) -> messages.Events:
    """A batch whose JSON is broken inside `events`: the head is read alone, the rest cut where events begin."""
    head, found, body = payload[: MAX_PAYLOAD + 1].partition(_BATCH)
    if len(payload) > MAX_PAYLOAD or not found or not body.endswith(b"]}"):
        return decode(payload, messages.Events)  # raises what was wrong in the first place
    batch = decode(head + _BATCH + b"]}", messages.Events)
    pieces = _cut(body[:-2], batch.first)
    return msgspec.structs.replace(batch, events=[msgspec.Raw(piece) for piece in pieces])


def _cut(body: bytes, first: int) -> list[bytes]:
    pieces: list[bytes] = []
    start = 0
    for comma in _NEXT_EVENT.finditer(body):
        if int(comma[1]) == first + len(pieces) + 1:
            pieces.append(body[start : comma.start()])
            start = comma.end()
    return [*pieces, body[start:]]
