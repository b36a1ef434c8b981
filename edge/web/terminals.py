"""The paired terminals of this node: a key, a list of who is paired, and the open codes.

In the data folder: `terminals.key` (0600, made once) signs the tokens, `terminals.json` (0600) lists
who is paired. A token holds only while its terminal is in the list, so taking it off revokes it.
"""

import logging
import os
import secrets
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
from itsdangerous import BadSignature, URLSafeSerializer

from edge.disk import sync_folder
from edge.errors import StorageError, Unknown
from edge.web.pairing import ALPHABET, CODE_LENGTH, NOBODY, Code, Desk, Who, offer, redeem, tidy, wait_ms

log = logging.getLogger(__name__)


class Terminal(msgspec.Struct, frozen=True):
    """One paired terminal; `at` in ms."""

    id: str
    role: str
    name: str
    at: int


class Terminals:
    """All methods may be called from any thread. `clock` gives the wall time in ms."""

    def __init__(self, folder: Path, clock: Callable[[], int]) -> None:
        self._file = folder / "terminals.json"
        self._clock = clock
        self._lock = threading.Lock()
        self._desk = Desk()
        self._signer = URLSafeSerializer(_key(folder / "terminals.key"), salt="terminal")
        self._paired = {terminal.id: terminal for terminal in _load(self._file)}

    def new_code(self, role: str) -> Code:
        text = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        with self._lock:
            self._desk = offer(self._desk, text, role, self._clock())
            return self._desk.codes[-1]

    def codes(self) -> tuple[Code, ...]:
        with self._lock:
            self._desk = tidy(self._desk, self._clock())
            return self._desk.codes

    def wait_ms(self, address: str) -> int:
        with self._lock:
            return wait_ms(self._desk, address, self._clock())

    def pair(self, text: str, name: str, address: str) -> tuple[Terminal, str] | None:
        """The new terminal and its token, once the list is on disk; None for a wrong code."""
        with self._lock:
            self._desk, code = redeem(self._desk, text, address, self._clock())
            if code is None:
                return None
            terminal = Terminal(secrets.token_hex(8), code.role, name or code.role, self._clock())
            self._keep({**self._paired, terminal.id: terminal})
        return terminal, str(self._signer.dumps([terminal.id, terminal.role]))

    def who(self, token: str) -> Who:
        """NOBODY for a token that is forged, of another node, or revoked."""
        try:
            identity, role = self._signer.loads(token)
        except (BadSignature, ValueError, TypeError):
            return NOBODY
        terminal = self._paired.get(identity)
        if terminal is None or terminal.role != role:
            return NOBODY
        return Who(terminal.id, terminal.role, terminal.name)

    def holds(self, asking: Who) -> bool:
        """Whether what was granted to `asking` still holds; asked again and again by open streams."""
        return asking.role == "local" or asking.id in self._paired

    def paired(self) -> list[Terminal]:
        return sorted(self._paired.values(), key=lambda terminal: terminal.at)

    def revoke(self, identity: str) -> None:
        with self._lock:
            if identity not in self._paired:
                raise Unknown(f"No terminal {identity} is paired; see the list on the front panel.", "terminal")
            self._keep({key: kept for key, kept in self._paired.items() if key != identity})

    def _keep(self, paired: dict[str, Terminal]) -> None:
        """Disk first, then memory, so that nobody is paired or revoked only until the next restart."""
        aside = self._file.with_suffix(".new")
        try:
            _write_synced(aside, msgspec.json.encode(list(paired.values())))
            aside.rename(self._file)
            sync_folder(self._file.parent)
        except OSError as error:
            raise StorageError(f"The list of terminals could not be written: {error}.") from error
        self._paired = paired


def _key(file: Path) -> bytes:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            aside = file.with_suffix(".key-new")
            _write_synced(aside, secrets.token_bytes(32))
            aside.rename(file)
            sync_folder(file.parent)
        return file.read_bytes()
    except OSError as error:
        raise StorageError(f"The key of the terminals cannot be had: {error}.") from error


def _load(file: Path) -> list[Terminal]:
    """A damaged list is kept aside and nobody is paired: closed is the safe side."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=list[Terminal])
    except FileNotFoundError:
        return []
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        file.rename(file.with_suffix(".damaged"))
        log.error("terminals.json is damaged (%s): set aside; pair the terminals again", error)
        return []


def _write_synced(file: Path, data: bytes) -> None:
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(handle)
