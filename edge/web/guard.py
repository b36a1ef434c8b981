"""The door: one plain ASGI layer around everything that checks Host and Origin, says who asks, and
sets the security headers.

Host: a page of somebody else's whose name was bent to this node (DNS rebinding) still says its own
name here. Origin: a page of somebody else's may send us forms, but cannot hide where it comes from.
"""

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.web.answers import HttpError, trouble
from edge.web.pairing import LOCAL, NOBODY, Who, may
from edge.web.terminals import Terminals

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
SAFE = ("GET", "HEAD")

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class Guard:
    """`hosts`: the names this node is reached under, besides loopback; `cookie`: what holds a terminal's token."""

    def __init__(self, app: ASGIApp, terminals: Terminals, hosts: Iterable[str], cookie: str) -> None:
        self._app = app
        self._terminals = terminals
        self._cookie = cookie
        self._hosts = frozenset(name.lower() for name in (*LOOPBACK_NAMES, *hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refusal(scope["method"], headers)
        if refused is not None:
            answer = trouble(refused.status, refused.code, refused.detail, refused.field)
            await answer(scope, receive, _secured(send))
            return
        scope["who"] = self._who(scope, headers)
        await self._app(scope, receive, _secured(send))

    def _refusal(self, method: str, headers: Headers) -> HttpError | None:
        host = headers.get("host", "").lower()
        if _name_of(host) not in self._hosts:
            return HttpError(
                400, "bad_host", f"This node is not called {host!r}; add it to node.allowed_hosts.", "Host"
            )
        if method in SAFE:
            return None
        origin = headers.get("origin")
        foreign = origin is not None and origin.lower() not in (f"http://{host}", f"https://{host}")
        if foreign or headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return HttpError(403, "bad_origin", "Pages of other sites may not command this node.", "Origin")
        return None

    def _who(self, scope: Scope, headers: Headers) -> Who:
        token = _token(headers, self._cookie)
        if token:
            known = self._terminals.who(token)
            if known.role is not None:
                return known
        return LOCAL if _is_loopback(scope) else NOBODY


def who(request: Request) -> Who:
    known: Who = request.scope["who"]
    return known


def require(request: Request, need: str, counter: str | None = None) -> Who:
    """Who asks, if allowed. Raises HttpError: 401 not paired, 403 another role."""
    asking = who(request)
    if asking.role is None:
        raise HttpError(
            401, "unpaired", "This terminal is not paired: open /pair and type the code the node shows.",
            headers={"WWW-Authenticate": "Bearer"},
        )  # fmt: skip
    if not may(asking.role, need, counter):
        raise HttpError(403, "role", f"The role {asking.role} may not do this; pair the terminal for another role.")
    return asking


def address(request: Request) -> str:
    return request.client.host if request.client else ""


def _name_of(host: str) -> str:
    """The Host header without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _is_loopback(scope: Scope) -> bool:
    client: tuple[str, int] | None = scope.get("client")
    try:
        return client is not None and ip_address(client[0]).is_loopback
    except ValueError:
        return False


def _token(headers: Headers, name: str) -> str | None:
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return bearer.strip()
    cookie = headers.get("cookie")
    if cookie is None or name not in cookie:
        return None
    try:
        morsel = SimpleCookie(cookie).get(name)
    except CookieError:
        return None
    return morsel.value if morsel else None


def _secured(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Content-Security-Policy"] = CONTENT_POLICY
            headers["X-Content-Type-Options"] = "nosniff"
            headers.setdefault("Referrer-Policy", "no-referrer")
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending
