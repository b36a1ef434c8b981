"""A request that comes twice counts once: its Idempotency-Key is noted in the transaction of what came of it."""

import hashlib

import msgspec
from sqlalchemy import Connection, select

from central.booking import store
from central.booking.sentences import BookingRefused
from central.db.tables import IdempotencyKey


def before(connection: Connection, caller: str, key: str, asked: object, result: str, at: int) -> str | None:
    """What came of the same request before; None where it is new, and `result` (a booking's code) is noted as that.

    Two at once wait for each other here. Raises BookingRefused "key_reused" for another request.
    """
    digest = hashlib.sha256(msgspec.json.encode(asked)).digest()
    note = store.quiet_insert(connection, IdempotencyKey).values(
        caller=caller, key=key, request=digest, code=result, at=at
    )
    if connection.execute(note.returning(IdempotencyKey.key)).first() is not None:
        return None
    query = select(IdempotencyKey).where(IdempotencyKey.caller == caller, IdempotencyKey.key == key)
    known = connection.execute(query).one()
    if bytes(known.request) != digest:
        raise BookingRefused("key_reused", "Idempotency-Key")
    return str(known.code)
