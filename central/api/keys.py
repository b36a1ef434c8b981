"""Keys of the programs that book for people. Only the SHA-256 of a key is kept: 256 random bits need no slower hash."""

import hashlib
import logging
import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from central import audit
from central.audit import Actor
from central.db.engine import writing
from central.db.tables import ApiKey, Hall, Webhook
from central.errors import Invalid, Refused, Unknown

log = logging.getLogger(__name__)

PREFIX = "hk_"
CHANNELS = ("app", "wechat", "partner")
SHOWN = 9
"""Signs of a key by which people tell it from others."""
LONGEST_NAME = 64
PER_MINUTE = 120
MOST_PER_MINUTE = 100_000
USED_MS = 5 * 60_000
"""How exactly it is noted when a key was last used."""


class Key(msgspec.Struct, frozen=True):
    """One key as its requests see it. `halls` empty: all."""

    id: int
    name: str
    channel: str
    halls: tuple[str, ...] = ()
    per_minute: int = PER_MINUTE

    def may(self, hall: str) -> bool:
        return not self.halls or hall in self.halls


def add(
    engine: Engine, name: str, channel: str, by: Actor, *, at: int, halls: Sequence[str] = (),
    per_minute: int = PER_MINUTE,
) -> tuple[int, str]:  # fmt: skip
    """Gives its id and the key itself, which nobody can be shown again. Raises Invalid, Refused."""
    _check(name, channel, per_minute)
    secret = PREFIX + secrets.token_urlsafe(32)
    with writing(engine).begin() as connection:
        if connection.scalar(select(ApiKey.id).where(ApiKey.name == name, ApiKey.active)) is not None:
            raise Refused("There is a key of this name already; choose another.", "name")
        values = {"channel": channel, "halls": _known(connection, halls), "per_minute": per_minute}
        made = insert(ApiKey).values(
            name=name, key_hash=_hashed(secret), prefix=secret[:SHOWN], active=True, created_at=at,
            created_by=by.name, **values,
        )  # fmt: skip
        id_ = connection.execute(made.returning(ApiKey.id)).scalar_one()
        audit.record(connection, by, "api_key.created", "api_key", id_, at=at, after={"name": name, **values})
    return id_, secret


def renew(engine: Engine, id_: int, by: Actor, *, at: int) -> str:
    """Another key in its place: what was booked and registered with it stays within reach. The old one opens nothing
    from now on. Raises Unknown."""
    secret = PREFIX + secrets.token_urlsafe(32)
    with writing(engine).begin() as connection:
        _change(connection, id_, key_hash=_hashed(secret), prefix=secret[:SHOWN])
        audit.record(connection, by, "api_key.renewed", "api_key", id_, at=at)
    return secret


def change(engine: Engine, id_: int, by: Actor, *, at: int, halls: Sequence[str], per_minute: int) -> None:
    """Other halls, another allowance. Raises Unknown, Invalid."""
    _check_allowance(per_minute)
    with writing(engine).begin() as connection:
        old = connection.execute(select(ApiKey.halls, ApiKey.per_minute).where(ApiKey.id == id_)).first()
        values = {"halls": _known(connection, halls), "per_minute": per_minute}
        _change(connection, id_, **values)
        before, after = audit.changed(old._asdict() if old else {}, values)
        audit.record(connection, by, "api_key.changed", "api_key", id_, at=at, before=before, after=after)


def revoke(engine: Engine, id_: int, by: Actor, *, at: int) -> None:
    """It opens nothing from now on, and its webhooks are told nothing more. Raises Unknown."""
    with writing(engine).begin() as connection:
        _change(connection, id_, active=False)
        connection.execute(update(Webhook).where(Webhook.api_key == id_).values(active=False))
        audit.record(connection, by, "api_key.revoked", "api_key", id_, at=at)


def listed(connection: Connection) -> Sequence[Row[Any]]:
    """All of them, those in force first."""
    return connection.execute(select(*ApiKey.__table__.columns).order_by(ApiKey.active.desc(), ApiKey.id)).all()


def find(engine: Engine, secret: str, *, at: int) -> Key | None:
    """The key in force, None for anything else. Notes that it was used."""
    with engine.connect() as connection:
        query = select(*ApiKey.__table__.columns).where(ApiKey.key_hash == _hashed(secret), ApiKey.active)
        row = connection.execute(query).first()
    if row is None:
        return None
    if row.used_at is None or at - row.used_at > USED_MS:
        _note_use(engine, row.id, at)
    return Key(row.id, row.name, row.channel, tuple(row.halls), row.per_minute)


def _note_use(engine: Engine, id_: int, at: int) -> None:
    """No request fails because this cannot be written."""
    try:
        with writing(engine).begin() as connection:
            connection.execute(update(ApiKey).where(ApiKey.id == id_).values(used_at=at))
    except SQLAlchemyError as error:
        log.warning("when key %d was used could not be noted: %s", id_, error)


def _change(connection: Connection, id_: int, **values: Any) -> None:
    """Of a key in force. Raises Unknown."""
    done = connection.execute(update(ApiKey).where(ApiKey.id == id_, ApiKey.active).values(**values))
    if done.rowcount == 0:
        raise Unknown("There is no such key, or it was revoked before.", "key")


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def _check(name: str, channel: str, per_minute: int) -> None:
    if not name or len(name) > LONGEST_NAME or name != name.strip() or not name.isprintable():
        raise Invalid("A name has 1 to 64 printable characters and no blanks around it.", "name")
    if channel not in CHANNELS:
        raise Invalid("The channel is one of app, wechat and partner.", "channel")
    _check_allowance(per_minute)


def _check_allowance(per_minute: int) -> None:
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise Invalid("Give a number of requests from 1 to 100000 a minute.", "per_minute")


def _known(connection: Connection, halls: Sequence[str]) -> list[str]:
    known = set(connection.scalars(select(Hall.id)))
    for hall in halls:
        if hall not in known:
            raise Invalid("There is no such hall.", "halls")
    return sorted(set(halls))
