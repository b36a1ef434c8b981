"""Runs the pages under uvicorn in a thread of their own; the composition root starts and stops it."""

import logging
import socket
import threading

import uvicorn
from starlette.applications import Starlette

from edge.errors import ConfigError
from edge.web.house import House

log = logging.getLogger(__name__)

START_S = 15.0
STOP_S = 3
"""How long open requests may take to end."""


class WebServer:
    """`port` 0 takes a free one; `port` says which after `start`."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        self.app, self.host, self.port = app, host, port
        self._house: House = app.state.house
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, ws="none", lifespan="on",
            proxy_headers=False, timeout_graceful_shutdown=STOP_S,
        )  # fmt: skip
        # Proxy headers stay off: whoever may forge them would pass for somebody at the node itself.
        self._server = uvicorn.Server(config)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def start(self) -> None:
        """Returns when the pages answer. Raises ConfigError where the address cannot be had."""
        listening = self._bind()
        self.port = listening.getsockname()[1]
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="web", daemon=True
        )
        self._thread.start()
        pause = threading.Event()
        for _ in range(int(START_S / 0.01)):
            if self._server.started:
                return
            if not self._thread.is_alive():
                break
            pause.wait(0.01)
        raise ConfigError(f"The pages did not start on {self.url}; the log says why.", "node.port")

    def stop(self) -> None:
        """Ends the streams, then the server; may be called twice."""
        self._house.feed.close_soon()
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(STOP_S + 5)
            if self._thread.is_alive():
                log.error("the pages did not stop within %d s", STOP_S + 5)

    def _bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        # The protocol is named because asyncio sets TCP_NODELAY only on sockets that say they are TCP;
        # without it every answer waits 40 ms for the acknowledgement of its own head.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((self.host, self.port))
            listening.listen(128)
            return listening
        except OSError as error:
            listening.close()
            raise ConfigError(
                f"The pages cannot listen on {self.host} port {self.port}: {error.strerror}. "
                "Stop what uses it, or choose another node.port.",
                "node.port",
            ) from error
