"""A request that comes twice counts once: its Idempotency-Key is noted in the transaction of what came of it."""

import hashlib
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from central.booking import store
from central.booking.sentences import BookingRefused
from central.db.tables import IdempotencyKey


@cache
def _noting(dialect: str) -> Any:
    return store.quiet(dialect, IdempotencyKey).returning(IdempotencyKey.key)


def before(connection: Connection, caller: str, key: str, asked: object, result: str, at: int) -> str | None:
    """What came of the same request before; None where it is new, and `result` (a booking's code) is noted as that.

    Two at once wait for each other here. Raises BookingRefused "key_reused" for another request.
    """
    digest = hashlib.sha256(msgspec.json.encode(asked)).digest()
    note = {"caller": caller, "key": key, "request": digest, "code": result, "at": at}
    if connection.execute(_noting(connection.dialect.name), note).first() is not None:
        return None
    query = select(IdempotencyKey).where(IdempotencyKey.caller == caller, IdempotencyKey.key == key)
    known = connection.execute(query).one()
    if bytes(known.request) != digest:
        raise BookingRefused("key_reused", "Idempotency-Key")
    return str(known.code)
