"""What the site remembers of one browser, in a signed cookie that ends with the browser's session.

The proof of a booking (its code and the phone's last digits were known) lives here, so it stands in no address.
"""

import hashlib
import secrets
from typing import Literal

import msgspec
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

COOKIE = "visit"
LONGEST_S = 12 * 3600
PROOF_MS = 30 * 60_000
"""A booking stays open so long after it was last looked at."""
FORM_S = 2 * 3600
"""How long somebody may fill in a form."""

_SIGNING = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
Channel = Literal["web", "app", "wechat"]
_SOURCES: dict[str, Channel] = {"app": "app", "wechat": "wechat"}
"""`?src=` of the address that the installed app starts with, and of the menu of the official account."""


class Visit(msgspec.Struct, frozen=True, omit_defaults=True):
    """`id`: what forms are bound to. `booking`, `notice`: codes whose phone was proven, at `proved_at` (ms)."""

    id: str
    booking: str = ""
    notice: str = ""
    proved_at: int = 0
    channel: Channel = "web"
    openid: str = ""
    told: str = ""
    """What the next page is to say was done; said once."""

    def proven(self, at: int) -> bool:
        return 0 <= at - self.proved_at < PROOF_MS

    def proving(self, at: int, *, booking: str = "", notice: str = "", told: str = "") -> "Visit":
        """With that code open. The id stays: a form that is sent once more is known again."""
        return msgspec.structs.replace(self, booking=booking, notice=notice, proved_at=at, told=told)

    def leaving(self) -> "Visit":
        """Nothing is open any more, and no form of before is of any use."""
        return Visit(id=_fresh(), channel=self.channel, openid=self.openid)


def _fresh() -> str:
    return secrets.token_urlsafe(16)


class Visits:
    """`secret` signs; `https`: the cookie is never sent without it."""

    def __init__(self, secret: str, https: bool) -> None:
        self._https = https
        self._cookies = URLSafeTimedSerializer(secret, salt="site visit", signer_kwargs=_SIGNING)
        self._forms = URLSafeTimedSerializer(secret, salt="site form", signer_kwargs=_SIGNING)

    def of(self, request: Request) -> Visit:
        """The browser's, or a new one."""
        try:
            kept = self._cookies.loads(request.cookies.get(COOKIE, ""), max_age=LONGEST_S)
            return msgspec.convert(kept, Visit)
        except (BadSignature, msgspec.ValidationError):
            return Visit(_fresh())

    def from_menu(self, request: Request, source: str) -> Visit | None:
        """As it is kept from now on where it came by the installed app or WeChat; None: nothing is new."""
        visit = self.of(request)
        channel = _SOURCES.get(source)
        return None if channel in (None, visit.channel) else msgspec.structs.replace(visit, channel=channel)

    def keep(self, response: Response, visit: Visit) -> None:
        text = self._cookies.dumps(msgspec.to_builtins(visit))
        response.set_cookie(
            COOKIE, text if isinstance(text, str) else text.decode(), path="/", httponly=True, samesite="lax",
            secure=self._https,
        )  # fmt: skip

    def form(self, visit: Visit) -> str:
        """For the hidden field of a form: whose it is, a key by which it counts once, which booking was open."""
        return str(self._forms.dumps([visit.id, _fresh(), visit.booking]))

    def key(self, visit: Visit, form: str) -> str | None:
        """The key of a form that was made for this browser and is not too old; None for any other."""
        owner, key, _ = self._read(form, FORM_S)
        return key if key and secrets.compare_digest(owner, visit.id) else None

    def about(self, form: str) -> str:
        """The code of the booking that was open when the form was made, also long ago; empty for none."""
        return self._read(form, None)[2]

    def _read(self, form: str, max_age: int | None) -> tuple[str, str, str]:
        """Owner, key and booking; empty ones of what is no form of ours."""
        try:
            owner, key, booking = self._forms.loads(form, max_age=max_age)
        except (BadSignature, ValueError, TypeError):
            return "", "", ""
        return str(owner), str(key), str(booking)
