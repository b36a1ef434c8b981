"""Subscription messages (订阅通知) of a WeChat official account, to customers who came to the site from it."""

import threading
import time
from typing import Any

import httpx
import msgspec

from central.config import secret
from central.config_notices import WeChat
from central.notices import wording
from central.notices.ways import Later, Message, Outcome, Refused, Told

_RENEW_BEFORE_S = 300
_TOKEN_IS_OVER = {40001, 40014, 42001}
_LATER = {-1, 45009, 45011}
"""Busy, the day's or the minute's calls are used up."""
_LONGEST = {"thing": 20, "phrase": 5, "character_string": 32, "name": 10, "number": 32, "short_thing": 5}
"""Characters WeChat takes in a field, by the field's kind."""


class WeChatAccount:
    """A `Way`. Raises ConfigError where the secret is missing."""

    name = "wechat"
    refusals = 1
    give_up_ms = 6 * 3_600_000

    def __init__(self, settings: WeChat) -> None:
        self._settings = settings
        self._secret = secret(settings.secret, settings.secret_file, "wechat.secret") or ""
        self._http = httpx.Client(base_url=settings.api, timeout=settings.timeout_s)
        self._guard = threading.Lock()
        self._token = ""
        self._until = 0.0

    def send(self, message: Message) -> Outcome:
        """An event without a template is not told this way."""
        template = self._settings.templates.get(message.event)
        if template is None:
            return Refused(f"wechat.templates has none for {message.event}")
        body = {
            "touser": message.address,
            "template_id": template.id,
            "page": wording.fill(template.page, message.facts),
            "data": {key: {"value": _clipped(key, text, message)} for key, text in template.data.items()},
        }
        try:
            return self._sent(body)
        except (httpx.HTTPError, msgspec.DecodeError, UnicodeDecodeError) as error:
            return Later(f"{type(error).__name__}: {error}")

    def close(self) -> None:
        self._http.close()

    def _sent(self, body: dict[str, Any]) -> Outcome:
        answer: dict[str, Any] = {}
        for _ in range(2):
            token = self._access()
            if not token:
                return Later("WeChat gave no access token: look at wechat.app_id, the secret and the IP white list")
            answer = self._asked("/cgi-bin/message/subscribe/bizsend", body, {"access_token": token})
            if answer.get("errcode", 0) not in _TOKEN_IS_OVER:
                break
            self._forget(token)
        code = answer.get("errcode", 0)
        if code == 0:
            return Told(str(answer.get("msgid", "")))
        why = f"{code}: {answer.get('errmsg', '')}"
        return Later(why) if code in _LATER | _TOKEN_IS_OVER else Refused(why)

    def _access(self) -> str:
        """The account's token, kept until shortly before it ends; asked for by one thread at a time."""
        with self._guard:
            if time.monotonic() < self._until:
                return self._token
            wish = {
                "grant_type": "client_credential",
                "appid": self._settings.app_id,
                "secret": self._secret,
            }
            answer = self._asked("/cgi-bin/stable_token", wish, {})
            self._token = str(answer.get("access_token", ""))
            lasts = float(answer.get("expires_in", 0)) - _RENEW_BEFORE_S
            self._until = time.monotonic() + lasts if self._token else 0.0
            return self._token

    def _forget(self, token: str) -> None:
        with self._guard:
            if self._token == token:
                self._until = 0.0

    def _asked(self, path: str, body: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
        response = self._http.post(path, json=body, params=query)
        response.raise_for_status()
        return msgspec.json.decode(response.content, type=dict[str, Any])


def _clipped(key: str, text: str, message: Message) -> str:
    """WeChat refuses a field that is too long or empty."""
    said = wording.fill(text, message.facts).strip() or "-"
    longest = _LONGEST.get(key.rstrip("0123456789"))
    return said if longest is None or len(said) <= longest else f"{said[: longest - 1]}…"
