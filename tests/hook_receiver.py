"""A partner's server on loopback: takes messages, and misbehaves as it is told."""

import ssl
import threading
import time
from datetime import UTC, datetime, tzinfo
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from unittest.mock import patch

from standardwebhooks import Webhook


class Got(NamedTuple):
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


class Receiver:
    """`manner`: an HTTP status, or hang, drip, flood or redirect. `got`: every request."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.manner: int | str = 200
        self.headers: dict[str, str] = {}
        self.got: list[Got] = []
        self._ending = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                owner._answer(self)

            def do_GET(self) -> None:
                owner._answer(self)

            def log_message(self, *_: Any) -> None: ...

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128
            """Beyond it Linux drops a caller, who tries again after a second, then after three."""

            def handle_error(self, *_: Any) -> None: ...

        self._server = Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://localhost:{self.port}/hooks?from=hall"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True)
        self._thread.start()

    def verified(self, secret: str, at: int) -> list[dict[str, Any]]:
        """What every message says, its signature checked as a partner checks it whose clock shows `at` (ms)."""

        class Then(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                return cls.fromtimestamp(at / 1000, tz or UTC)

        with patch("standardwebhooks.webhooks.datetime", Then):
            return [Webhook(secret).verify(one.body, one.headers) for one in self.got]

    def close(self) -> None:
        self._ending.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, asked: BaseHTTPRequestHandler) -> None:
        body = asked.rfile.read(int(asked.headers.get("Content-Length", 0)))
        self.got.append(Got(asked.path, {k.lower(): v for k, v in asked.headers.items()}, body))
        match self.manner:
            case "hang":
                self._ending.wait(110)
            case "drip":
                self._drip(asked)
            case "flood":
                asked.send_response(500)
                asked.end_headers()
                while not self._ending.is_set():
                    asked.wfile.write(b"x" * 65_536)
            case "redirect":
                asked.send_response(307)
                asked.send_header("Location", self.headers["Location"])
                asked.end_headers()
            case int(status):
                asked.send_response(status)
                for name, value in self.headers.items():
                    asked.send_header(name, value)
                asked.end_headers()
                asked.wfile.write(b"<b>no</b>" if status >= 400 else b"")

    def _drip(self, asked: BaseHTTPRequestHandler) -> None:
        """Never long without a byte, and never done."""
        asked.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        end = time.monotonic() + 110
        while not self._ending.wait(0.05) and time.monotonic() < end:
            asked.wfile.write(b"x")
            asked.wfile.flush()
