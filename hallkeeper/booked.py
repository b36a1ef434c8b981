"""A booking in the demo, as its customer knows it."""

import msgspec


class Booked(msgspec.Struct, frozen=True):
    """`comes_at` (ms): None: not at all."""

    code: str
    service: str
    comes_at: int | None
