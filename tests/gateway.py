"""An SMS gateway on loopback: answers, refuses, is away or slow as it is told, and knows a message by our id."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        """The document or form of it."""
        if self.headers.get("content-type", "").startswith("application/json"):
            return dict(json.loads(self.body))
        return dict(parse_qsl(self.body.decode() or urlsplit(self.path).query, keep_blank_values=True))


Answer = tuple[int, Any]
"""Status and document; status 0 hangs up without an answer."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    """Beyond it Linux drops a caller, who tries again after a second, then after three."""


class Gateway:
    """`plan` holds the answers of the next requests, in order; afterwards, or where it is empty, all is taken."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.delivered: dict[str, dict[str, Any]] = {}
        """What reached a phone, by our id: the same id is delivered once."""
        self.plan: list[Answer | Callable[[Request], Answer]] = []
        self.hold = threading.Event()
        self.hold.set()
        """Cleared: no request is answered until it is set again."""
        self._guard = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.hold.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: Request) -> Answer:
        with self._guard:
            self.asked.append(request)
            planned = self.plan.pop(0) if self.plan else None
        self.hold.wait(110)
        if planned is not None:
            return planned(request) if callable(planned) else planned
        return self.take(request)

    def take(self, request: Request) -> Answer:
        """As a gateway does that knows our ids."""
        with self._guard:
            self.delivered.setdefault(str(request.said.get("id", len(self.asked))), request.said)
        return 200, {"code": "0", "id": f"ref-{request.said.get('id')}"}

    def _handler(gateway) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, answer = gateway._answer(Request(self.command, self.path, headers, body))
                if status == 0:
                    self.close_connection = True
                    self.connection.close()
                    return
                content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_GET = do_PUT = _serve  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        return Handler
