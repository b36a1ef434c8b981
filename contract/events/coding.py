"""From a fact to its bytes and back."""

import msgspec

from contract.events import (
    centre,
    counters,
    days,
    desk,
    devices,
    identity,
    life,
    matters,
    papers,
    safety,
    shares,
    tickets,
)
from contract.events.base import Envelope, Event

KINDS = (life, days, tickets, identity, papers, matters, safety, shares, desk, counters, devices, centre)
"""Every file that defines facts; importing them fills `EVENTS`."""


def _kinds(base: type[Event]) -> dict[str, type[Event]]:
    return {cls.__name__: cls for cls in base.__subclasses__()}


EVENTS: dict[str, type[Event]] = _kinds(Event)
"""Every fact this version knows, by its `type` on the wire."""

_DECODERS = {name: msgspec.json.Decoder(cls) for name, cls in EVENTS.items()}
_ENVELOPE = msgspec.json.Decoder(Envelope)
_ENCODER = msgspec.json.Encoder()


def encode(event: Event, *, seq: int, boot: str, mono_ms: int, at: int, synced: bool) -> bytes:
    """The exact bytes an event is stored, hashed and sent as."""
    data = msgspec.Raw(_ENCODER.encode(event))
    return _ENCODER.encode(Envelope(seq, boot, mono_ms, at, synced, type(event).__name__, event.v, data))


def envelope(raw: bytes) -> Envelope:
    """Raises msgspec.DecodeError or msgspec.ValidationError where `raw` is no envelope."""
    return _ENVELOPE.decode(raw)


def fact(env: Envelope) -> Event | None:
    """The fact inside, or None for a type or version this software does not know."""
    decoder = _DECODERS.get(env.type)
    if decoder is None or env.v > EVENTS[env.type].v:
        return None
    return decoder.decode(env.data)
