"""A TCP connection between a satellite and its node: the greeting, then sealed frames.

    greeting    "HKS1", then from the satellite: length of its id (1 byte), id, 32 random bytes;
                from the node: 32 random bytes
    frame       length (4 bytes, big-endian), count, ciphertext (`sealing.py`)

The satellite speaks first; neither side has proved anything before its first frame opened. What is too
large is refused by its length, before it is read. Only whole, genuine frames are signs of life, so a
peer that trickles bytes is as gone as one that is silent.
"""

import contextlib
import secrets
import select
import socket
import threading
import time

from edge.errors import LinkError
from edge.satellite.messages import MOST_BYTES, Message, encode
from edge.satellite.sealing import OVERHEAD, Opener, Sealer, connection_keys

MAGIC = b"HKS1"
NONCE_BYTES = 32
GONE_S = 6.0
"""A peer of which nothing was heard for so long is gone; each speaks every `ALIVE_S`."""
ALIVE_S = 2.0
GREETING_S = 5.0


class Channel:
    """One greeted connection. `send` from any thread; `receive` from one."""

    def __init__(self, sock: socket.socket, sealing: bytes, opening: bytes) -> None:
        self._socket = sock
        self._sealer, self._opener = Sealer(sealing), Opener(opening)
        self._sending = threading.Lock()

    def send(self, message: Message) -> None:
        """Raises LinkError "gone" when the peer takes nothing any more; the connection is closed then."""
        with self._sending:
            frame = self._sealer.seal(encode(message))
            try:
                self._socket.sendall(len(frame).to_bytes(4, "big") + frame)
            except OSError as error:
                # A half-sent frame cannot be taken back: what follows would be noise.
                self.close()
                raise LinkError(f"the connection broke: {error}", code="gone") from None

    def receive(self, within_s: float = GONE_S) -> bytes:
        """The next message. Raises LinkError "gone", "oversize", "wrong_key", "replay", "forged"."""
        until = time.monotonic() + within_s
        length = int.from_bytes(read(self._socket, 4, until), "big")
        if not OVERHEAD < length <= MOST_BYTES + OVERHEAD:
            raise LinkError(f"a frame of {length} bytes; {MOST_BYTES} are the most", code="oversize")
        return self._opener.open(read(self._socket, length, until))

    def close(self) -> None:
        """Ends the talk, from any thread; who receives finds it "gone". The socket is its owner's to close."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)


def call(sock: socket.socket, satellite: str, key: bytes) -> Channel:
    """The satellite's side of the greeting. Raises LinkError."""
    until = time.monotonic() + GREETING_S
    mine = secrets.token_bytes(NONCE_BYTES)
    name = satellite.encode()
    _prepare(sock)
    try:
        sock.sendall(MAGIC + bytes([len(name)]) + name + mine)
    except OSError as error:
        raise LinkError(f"the connection broke: {error}", code="gone") from None
    if read(sock, len(MAGIC), until) != MAGIC:
        raise LinkError("what answers there is no node of this kind", code="malformed")
    upward, downward = connection_keys(key, satellite, mine, read(sock, NONCE_BYTES, until))
    return Channel(sock, upward, downward)


def heard(sock: socket.socket) -> tuple[str, bytes]:
    """The node's first half: who calls, and its random bytes. Raises LinkError."""
    until = time.monotonic() + GREETING_S
    _prepare(sock)
    if read(sock, len(MAGIC), until) != MAGIC:
        raise LinkError("what called is no satellite", code="malformed")
    name = read(sock, read(sock, 1, until)[0], until)
    return name.decode("ascii", "replace"), read(sock, NONCE_BYTES, until)


def answer(sock: socket.socket, satellite: str, key: bytes, its_nonce: bytes) -> Channel:
    """The node's second half. Raises LinkError."""
    mine = secrets.token_bytes(NONCE_BYTES)
    try:
        sock.sendall(MAGIC + mine)
    except OSError as error:
        raise LinkError(f"the connection broke: {error}", code="gone") from None
    upward, downward = connection_keys(key, satellite, its_nonce, mine)
    return Channel(sock, downward, upward)


def read(sock: socket.socket, size: int, until: float) -> bytes:
    """Exactly `size` bytes before `until` (`time.monotonic()`). Raises LinkError "gone"."""
    ready = select.poll()
    ready.register(sock, select.POLLIN)
    data = b""
    while len(data) < size:
        left = until - time.monotonic()
        if left <= 0 or not ready.poll(left * 1000):
            raise LinkError("nothing whole was heard in time", code="gone")
        try:
            more = sock.recv(size - len(data))
        except OSError as error:
            raise LinkError(f"the connection broke: {error}", code="gone") from None
        if not more:
            raise LinkError("the connection was closed", code="gone")
        data += more
    return data


def _prepare(sock: socket.socket) -> None:
    """Presses are small and must not wait for one another (Nagle); a peer that takes nothing is gone as well."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.settimeout(GONE_S)
