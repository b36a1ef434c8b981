"""Clients in a process of their own: `python -m bench.client HOST PORT PATH CLIENTS SECONDS`.

Each keeps one connection and asks again as soon as it is answered; plain sockets, so that the client
costs less than the server. Says one JSON: seconds, requests, p50_ms, p99_ms, tickets (those issued).
"""

import asyncio
import sys
import time

import msgspec

from bench.figures import percentile

BODY = b'{"service":"personal"}'


class Told(msgspec.Struct, frozen=True):
    seconds: float
    requests: int
    p50_ms: float
    p99_ms: float
    tickets: list[str]


class _Ticket(msgspec.Struct, frozen=True):
    ticket: str


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    """The body of the answer. Raises RuntimeError for anything but 201."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = await reader.readexactly(length)
    if not head.startswith(b"HTTP/1.1 201"):
        raise RuntimeError(f"{head.splitlines()[0].decode()}: {body.decode()}")
    return body


async def client(host: str, port: int, path: str, until: float, took: list[float], tickets: list[str]) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    head = f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
    request = f"{head}Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY
    while (start := time.perf_counter()) < until:
        body = await ask(reader, writer, request)
        took.append((time.perf_counter() - start) * 1000)
        if body:
            tickets.append(msgspec.json.decode(body, type=_Ticket).ticket)
    writer.close()


async def main(host: str, port: int, path: str, clients: int, seconds: float) -> Told:
    took: list[float] = []
    tickets: list[str] = []
    start = time.perf_counter()
    await asyncio.gather(*(client(host, port, path, start + seconds, took, tickets) for _ in range(clients)))
    lasted = time.perf_counter() - start
    return Told(lasted, len(took), percentile(took, 50), percentile(took, 99), tickets)


if __name__ == "__main__":
    host, port, path, clients, seconds = sys.argv[1:]
    told = asyncio.run(main(host, int(port), path, int(clients), float(seconds)))
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
