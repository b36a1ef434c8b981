"""Signing on elsewhere: OpenID Connect through Authlib, with PKCE, state and nonce in the session."""

import logging
import warnings
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from central.config import Oidc, secret
from central.errors import ConfigError, Invalid, LinkError
from central.people.roles import expanded

with warnings.catch_warnings(record=True):  # it advises its own users of a later HTTP client, on every start of ours
    from authlib.common.errors import AuthlibBaseError
    from authlib.integrations.starlette_client import OAuth

log = logging.getLogger(__name__)

AWAY = "The sign-on service cannot be reached: log in with a password, or try again later."
BROKEN = "Signing on was not completed: start again."
TIMEOUT_S = 10.0
LEEWAY_S = 60
"""How far the provider's clock may be off."""
_NEXT = "oidc_next"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SingleSignOn:
    """One provider. `client_secret`: None for a public client. Raises ConfigError."""

    def __init__(self, oidc: Oidc, client_secret: str | None) -> None:
        _check(oidc)
        self.oidc = oidc
        self.name = oidc.name or urlsplit(oidc.issuer).hostname or oidc.issuer
        self._client = OAuth().register(
            "oidc",
            client_id=oidc.client_id,
            client_secret=client_secret,
            server_metadata_url=oidc.issuer.rstrip("/") + "/.well-known/openid-configuration",
            client_kwargs={"scope": oidc.scopes, "code_challenge_method": "S256", "timeout": TIMEOUT_S},
        )

    async def start(self, request: Request, back: str, then: str) -> Response:
        """To the provider, which sends the browser to `back`; `then`: where it goes once it is in. Raises LinkError."""
        request.session[_NEXT] = then
        try:
            answer: Response = await self._client.authorize_redirect(request, back)
        except (AuthlibBaseError, httpx.HTTPError, ValueError, RuntimeError) as error:
            log.warning("single sign-on: %s", error)
            raise LinkError(AWAY) from error
        return answer

    async def finish(self, request: Request) -> tuple[Mapping[str, Any], str]:
        """The claims of the checked ID token, and where to go. Raises Invalid, and LinkError where it is away."""
        then = str(request.session.get(_NEXT, ""))
        known: dict[str, Any] = {
            "iss": {"essential": True, "value": self.oidc.issuer},
            "aud": {"essential": True, "value": self.oidc.client_id},
            "nonce": {"essential": True},
        }
        try:
            token = await self._client.authorize_access_token(request, claims_options=known, leeway=LEEWAY_S)
        except httpx.TransportError as error:
            log.warning("single sign-on: %s", error)
            raise LinkError(AWAY) from error
        except (AuthlibBaseError, JoseError, httpx.HTTPError, ValueError, RuntimeError, KeyError) as error:
            # What a provider or a forged answer says is for the log, not for the page.
            log.warning("single sign-on refused: %s: %s", type(error).__name__, error)
            raise Invalid(BROKEN) from error
        claims = token.get("userinfo")
        if not claims:
            log.warning("single sign-on: the provider gave no ID token; is `openid` among the scopes?")
            raise Invalid(BROKEN)
        return claims, then


def single_sign_on(oidc: Oidc) -> SingleSignOn | None:
    """As configured; None without an issuer. Raises ConfigError."""
    if not oidc.issuer:
        return None
    return SingleSignOn(oidc, secret(oidc.client_secret, oidc.client_secret_file, "oidc.client_secret"))


def _check(oidc: Oidc) -> None:
    address = urlsplit(oidc.issuer)
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in _LOOPBACK):
        raise ConfigError("oidc.issuer begins with https://", "oidc.issuer")
    if not oidc.client_id:
        raise ConfigError("oidc.client_id is missing: the name this centre has at the provider", "oidc.client_id")
    if "openid" not in oidc.scopes.split():
        raise ConfigError("oidc.scopes: openid must be among them", "oidc.scopes")
    if not oidc.roles:
        raise ConfigError("oidc.roles is empty: nobody could log in", "oidc.roles")
    for group, roles in oidc.roles.items():
        try:
            expanded(roles)
        except ValueError as error:
            raise ConfigError(f"oidc.roles: {group!r} gives {error}, which is no role", "oidc.roles") from None
