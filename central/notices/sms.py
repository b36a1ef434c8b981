"""Text messages through the gateway of the configuration: one HTTP request each."""

import hashlib
import hmac
from typing import Any

import httpx
import msgspec

from central.config import secret
from central.config_notices import Sms
from central.errors import ConfigError
from central.notices import sms_length
from central.notices.answers import dig, filled
from central.notices.events import EVENTS
from central.notices.ways import Later, Message, Outcome, Refused, Told

HOUR_MS = 3_600_000
_AT_FAULT = {400, 410, 413, 422}
"""Statuses that speak of the message; any other is of the gateway's or of our configuration, which can be mended."""
_LONGEST_ERROR = 200


class SmsGateway:
    """A `Way`. Raises ConfigError where a secret's file cannot be read."""

    name = "sms"
    refusals = 2

    def __init__(self, settings: Sms) -> None:
        self._settings = settings
        self._token = secret(settings.token, settings.token_file, "sms.token") or ""
        if httpx.URL(settings.url or "").scheme not in ("http", "https"):
            raise ConfigError("sms.url: write the whole address of the gateway, with https://", "sms.url")
        self._sign_key = secret(settings.sign_key, settings.sign_key_file, "sms.sign_key")
        self._http = httpx.Client(timeout=settings.timeout_s)
        self.give_up_ms = int(settings.give_up_h * HOUR_MS)

    def send(self, message: Message) -> Outcome:
        """A try whose answer does not come is `Later`: the gateway may have it, and knows it by its id."""
        try:
            return self._judged(self._http.send(self._request(message)))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Later(f"{type(error).__name__}: {error}"[:_LONGEST_ERROR])

    def close(self) -> None:
        self._http.close()

    def _request(self, message: Message) -> httpx.Request:
        settings = self._settings
        values = {
            "id": message.id,
            "phone": message.address,
            "text": sms_length.signed(message.body, settings.signature),
            "template": message.template or ("" if message.event in EVENTS else settings.staff_template),
            "signature": settings.signature,
            "token": self._token,
        }
        headers = {name: str(filled(text, values, "")) for name, text in settings.headers.items()}
        facts: Any = dict(message.facts)
        if settings.format == "form":
            facts = msgspec.json.encode(facts).decode()
        body = filled(settings.body, values, facts)
        if settings.method == "GET":
            return self._http.build_request("GET", settings.url or "", params=body, headers=headers)
        content, kind = _encoded(body, settings.format)
        if self._sign_key:
            headers[settings.sign_header] = hmac.new(self._sign_key.encode(), content, hashlib.sha256).hexdigest()
        headers.setdefault("Content-Type", kind)
        return self._http.build_request(settings.method, settings.url or "", content=content, headers=headers)

    def _judged(self, response: httpx.Response) -> Outcome:
        settings = self._settings
        answer = _decoded(response.content)
        why = f"HTTP {response.status_code}: {dig(answer, settings.error_at) or response.text}"[:_LONGEST_ERROR]
        if not response.is_success:
            return Refused(why) if response.status_code in _AT_FAULT else Later(why)
        reference = dig(answer, settings.reference_at)
        if not settings.taken_at:
            return Told(reference)
        said = dig(answer, settings.taken_at)
        if said in settings.taken_is:
            return Told(reference)
        return Later(why) if not said or said in settings.busy_is else Refused(f"{said}: {why}"[:_LONGEST_ERROR])


def _encoded(body: Any, form: str) -> tuple[bytes, str]:
    if form == "json":
        return msgspec.json.encode(body), "application/json"
    return str(httpx.QueryParams(body)).encode(), "application/x-www-form-urlencoded"


def _decoded(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
