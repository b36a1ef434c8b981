"""`/wechat`: the menu of an official account leads here (S0-9). The account tells who came (openid, scope snsapi_base:
nobody is asked anything), it is kept with the visit, and notices can go that way. Without it booking goes on all the
same."""

import hashlib
import logging
import secrets
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from central.config import secret
from central.site import ids
from central.site.front import HEADERS, Front
from central.site.visit import Visit

log = logging.getLogger(__name__)

AUTHORIZE = "https://open.weixin.qq.com/connect/oauth2/authorize"
LONGEST_OPENID = 64


class WeChatPages:
    """Raises ConfigError where the account's secret is missing."""

    def __init__(self, front: Front) -> None:
        self._front, self._account = front, front.settings.wechat
        account, self._public_url = self._account, front.settings.public_url.rstrip("/")
        self._secret = secret(account.secret, account.secret_file, "wechat.secret") or ""

    def routes(self) -> APIRouter:
        routes = self._front.routes()
        options: dict[str, Any] = {"methods": ["GET"], "response_model": None}
        routes.add_api_route("/wechat", self.enter, **options)
        routes.add_api_route("/wechat/back", self.back, **options)
        return routes

    def enter(self, request: Request, hall: str = "") -> Response:
        """`hall`: whose booking page the menu item leads to; else the first page."""
        ids.require(hall=hall)
        visit = msgspec.structs.replace(self._front.visit(request), channel="wechat")
        if not self._account.app_id or visit.openid:
            return self._front.go(request, _to(hall), visit)
        query = {
            "appid": self._account.app_id,
            "redirect_uri": f"{self._here(request)}/wechat/back" + (f"?hall={hall}" if hall else ""),
            "response_type": "code",
            "scope": "snsapi_base",
            "state": _state(visit),
        }
        response = RedirectResponse(f"{AUTHORIZE}?{urlencode(query)}#wechat_redirect", 302, HEADERS)
        self._front.visits.keep(response, visit)
        return response

    def back(self, request: Request, code: str = "", state: str = "", hall: str = "") -> Response:
        """With the code that is exchanged for the openid; only for the browser that was sent there."""
        ids.require(hall=hall)
        visit = msgspec.structs.replace(self._front.visit(request), channel="wechat")
        if code and secrets.compare_digest(state.encode(), _state(visit).encode()):
            visit = msgspec.structs.replace(visit, openid=self._openid(code))
        return self._front.go(request, _to(hall), visit)

    def _openid(self, code: str) -> str:
        """Empty where the account does not say."""
        query = {
            "appid": self._account.app_id or "",
            "secret": self._secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        try:
            answer = httpx.get(
                f"{self._account.api}/sns/oauth2/access_token", params=query, timeout=self._account.timeout_s
            )
            told = msgspec.json.decode(answer.raise_for_status().content, type=dict[str, Any])
        except (httpx.HTTPError, msgspec.MsgspecError) as error:
            log.error("WeChat did not say who came: %s", type(error).__name__)
            return ""
        if "openid" not in told:
            log.error("WeChat did not say who came: %s %s", told.get("errcode"), told.get("errmsg"))
        return str(told.get("openid", ""))[:LONGEST_OPENID]

    def _here(self, request: Request) -> str:
        """The site as browsers reach it."""
        scheme = "https" if self._front.settings.https else request.url.scheme
        return self._public_url or f"{scheme}://{request.url.netloc}"


def _state(visit: Visit) -> str:
    """Letters and digits, as WeChat wants it; only this browser's visit has it."""
    return hashlib.sha256(b"wechat " + visit.id.encode()).hexdigest()[:32]


def _to(hall: str) -> str:
    return f"/h/{hall}/book" if hall else "/"
