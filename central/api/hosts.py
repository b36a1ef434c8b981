"""Only names this centre is known under are answered, so no foreign page can be pointed at it (DNS rebinding)."""

from starlette.types import ASGIApp, Receive, Scope, Send

from central.api.errors import shape
from central.config import Http

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class KnownHosts:
    """ASGI middleware; refuses another `Host` with 400 in the error shape."""

    def __init__(self, app: ASGIApp, http: Http) -> None:
        self._app = app
        self._names = {name.lower() for name in (*LOOPBACK, http.host, *http.allowed_hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _host(scope) not in self._names:
            answer = shape(400, "invalid", "this centre has another name; add it to http.allowed_hosts", "Host")
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _host(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"host":
            text: str = value.decode("latin-1").lower()
            return text[1:].partition("]")[0] if text.startswith("[") else text.partition(":")[0]
    return ""
