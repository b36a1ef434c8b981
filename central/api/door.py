"""The door of `/api/v1`: who asks (a key, or nobody in particular), and whether as often as that."""

import logging
import time
from collections.abc import Callable
from math import ceil
from typing import Annotated

import msgspec
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine

from central.api import keys
from central.api.keys import Key
from central.api.sentences import ApiRefused
from central.audit import Actor
from central.pace import Pace

log = logging.getLogger(__name__)

CHALLENGE = {"WWW-Authenticate": "Bearer"}


class Asker(msgspec.Struct, frozen=True):
    """A program with its key. `address`: where it asks from."""

    key: Key
    address: str

    @property
    def actor(self) -> Actor:
        """In the audit trail."""
        return Actor(f"api:{self.key.name}", self.address)

    @property
    def name(self) -> str:
        """Under which its Idempotency-Keys and its allowance are kept."""
        return f"key:{self.key.id}"


class Door:
    """One for the application (`app.state.door`). Its methods raise ApiRefused. `wall`: ms since 1970.

    `addresses` counts the questions without a key and every guess; the site's guesses belong into the same.
    """

    def __init__(self, engine: Engine, addresses: Pace, wall: Callable[[], int]) -> None:
        self._engine, self._addresses, self._wall = engine, addresses, wall
        self._keys = Pace(keys.PER_MINUTE)

    def count(self, address: str) -> None:
        """One question from there."""
        _require(self._addresses.wait_s(address, time.monotonic()))

    def admitted(self, secret: str, address: str) -> Asker:
        """Who has that key; the question is counted."""
        key = keys.find(self._engine, secret, at=self._wall())
        now = time.monotonic()
        if key is None:
            self.count(address)
            self._addresses.missed(address, now)
            log.warning("an API key that is not known was sent from %s", address)
            raise ApiRefused("key_wrong", "Authorization", headers=CHALLENGE)
        asker = Asker(key, address)
        _require(self._keys.wait_s(asker.name, now, key.per_minute))
        return asker

    def guessing(self, asker: Asker) -> None:
        """Before a booking is looked up that this key did not make."""
        self.count(asker.address)

    def missed(self, asker: Asker) -> None:
        """A booking was asked for that is not there, or not theirs (F50). Of the key's allowance it takes no more than
        any question: a partner's customers mistype."""
        log.warning("a booking that is not there was asked for with the key %s from %s", asker.key.name, asker.address)
        self._addresses.missed(asker.address, time.monotonic())


_bearer = HTTPBearer(
    auto_error=False, scheme_name="key", bearerFormat="hk_…", description="The key of a channel, as the office gave it."
)


def anyone(request: Request) -> None:
    """Dependency of what is public: with a key its allowance counts, without one that of the address."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    door: Door = request.app.state.door
    if scheme.lower() == "bearer":
        door.admitted(secret.strip(), _address(request))
    else:
        door.count(_address(request))


def keyed(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Asker:
    """Dependency of what needs a key."""
    door: Door = request.app.state.door
    if credentials is None:
        door.count(_address(request))
        raise ApiRefused("key_missing", "Authorization", headers=CHALLENGE)
    return door.admitted(credentials.credentials, _address(request))


Asking = Annotated[Asker, Depends(keyed)]


def too_often(wait_s: float) -> ApiRefused:
    """The answer to who must wait."""
    seconds = ceil(wait_s)
    return ApiRefused("too_often", headers={"Retry-After": str(seconds)}, seconds=seconds)


def _require(wait_s: float) -> None:
    if wait_s > 0:
        raise too_often(wait_s)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
