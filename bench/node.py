"""A node in a process of its own: `python -m bench.node HALL.toml [--commit-ms MS]`, on simulated devices.

Says its address when it is open. Beside its own calls it answers `/bench/empty` with nothing, through
the same server and the same guard.
"""

import argparse
import signal
import threading
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.raw import slow_disk
from edge import config
from edge.app import Node

EMPTY = "/bench/empty"


async def empty(request: Request) -> Response:
    """Reads the body, as every handler must, and does nothing."""
    await request.body()
    return Response(status_code=201)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("hall", type=Path)
    parser.add_argument("--commit-ms", type=float, default=0.0)
    asked = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    node = Node(config.load(asked.hall), simulated=True, before_commit=slow_disk(asked.commit_ms))
    node.open()
    # second in line, behind the call it is compared with
    node.web.app.router.routes.insert(1, Route(EMPTY, empty, methods=["POST"]))
    print(node.web.url, flush=True)
    try:
        ended.wait()
    finally:
        node.close()


if __name__ == "__main__":
    main()
