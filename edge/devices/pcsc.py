"""pcscd's calls as they are used here, over pyscard's thin layer `smartcard.scard`.

Not its CardMonitor: that one's thread dies of an exception nobody sees (pyscard #82), keeps a poisoned
state after an early pull (#63) and can deadlock (#220). These calls say what happened and keep nothing.
"""

import importlib
from typing import Any

TICK_MS = 300
"""How long one wait for a change lasts at most; an insertion itself is told at once."""

_MISSING = "pyscard is missing: install hallkeeper[pi], and the Debian packages pcscd and libccid"
_NO_SERVICE = "pcscd does not run: `systemctl start pcscd.socket`, or install the package pcscd"
_REFUSED = "pcscd refuses this user; polkit must allow it org.debian.pcsc-lite.access_pcsc and access_card"
_ADVICE = {
    "SCARD_E_NO_SERVICE": _NO_SERVICE,
    "SCARD_E_SERVICE_STOPPED": _NO_SERVICE,
    "SCARD_F_COMM_ERROR": "pcscd went away in the middle; if this stays, look at `journalctl -u pcscd`",
    "SCARD_E_INVALID_HANDLE": "pcscd was started anew; if this stays, look at `journalctl -u pcscd`",
    "SCARD_E_NO_READERS_AVAILABLE": "no card reader is plugged in; `pcsc_scan` shows what pcscd sees",
    "SCARD_E_READER_UNAVAILABLE": "the card reader is unplugged; put its cable back",
    "SCARD_E_UNKNOWN_READER": "the card reader is unplugged; put its cable back",
    "SCARD_W_SECURITY_VIOLATION": _REFUSED,
    "SCARD_E_NO_ACCESS": _REFUSED,
    "SCARD_E_SHARING_VIOLATION": "another program holds the card reader; stop it",
}
_GONE = (
    "NO_SERVICE", "SERVICE_STOPPED", "INVALID_HANDLE", "NO_READERS_AVAILABLE", "READER_UNAVAILABLE", "UNKNOWN_READER",
    "NO_ACCESS", "NO_MEMORY", "TOO_MANY",
)  # fmt: skip


class PcscError(Exception):
    """`name` as in winscard.h, `cause` for a technician; `reader_gone`: it is about the reader, not the card."""

    def __init__(self, name: str, cause: str) -> None:
        super().__init__(cause)
        self.name, self.cause = name, cause
        self.reader_gone = name.endswith(_GONE)


class Pcsc:
    """One program's view of pcscd. `calls`: `smartcard.scard`, or what stands in for it. Loaded at the first use."""

    def __init__(self, calls: Any = None) -> None:
        self._given = calls

    @property
    def calls(self) -> Any:
        """Raises PcscError where pyscard, or the library it binds, is not installed."""
        if self._given is None:
            try:
                self._given = importlib.import_module("smartcard.scard")
            except ImportError:
                raise PcscError("MISSING", _MISSING) from None
        return self._given

    def establish(self) -> Any:
        code, context = self.calls.SCardEstablishContext(self.calls.SCARD_SCOPE_USER)
        self._judge(code)
        return context

    def release(self, context: Any) -> None:
        """Of a pcscd that is gone nothing is expected any more."""
        self.calls.SCardReleaseContext(context)

    def readers(self, context: Any) -> list[str]:
        code, names = self.calls.SCardListReaders(context, [])
        self._judge(code)
        return list(names)

    def change(self, context: Any, reader: str, known: int, timeout_ms: int = TICK_MS) -> int | None:
        """The reader's state once it differs from `known` (0: at once); None: not within the time."""
        code, states = self.calls.SCardGetStatusChange(context, timeout_ms, [(reader, known)])
        if self._is(code, "SCARD_E_TIMEOUT"):
            return None
        self._judge(code)
        state = int(states[0][1])
        if state & (
            self.calls.SCARD_STATE_UNKNOWN | self.calls.SCARD_STATE_UNAVAILABLE | self.calls.SCARD_STATE_IGNORE
        ):
            raise PcscError("SCARD_E_READER_UNAVAILABLE", _ADVICE["SCARD_E_READER_UNAVAILABLE"])
        return state & ~int(self.calls.SCARD_STATE_CHANGED)

    def present(self, state: int) -> bool:
        return bool(state & self.calls.SCARD_STATE_PRESENT)

    def mute(self, state: int) -> bool:
        """A card is in, and does not answer."""
        return bool(state & self.calls.SCARD_STATE_MUTE)

    def connect(self, context: Any, reader: str) -> tuple[Any, int]:
        """The card, for nobody else meanwhile: another program's SELECT between ours would mix two files."""
        calls = self.calls
        either = calls.SCARD_PROTOCOL_T0 | calls.SCARD_PROTOCOL_T1
        code, card, protocol = calls.SCardConnect(context, reader, calls.SCARD_SHARE_EXCLUSIVE, either)
        self._judge(code)
        return card, protocol

    def transmit(self, card: Any, protocol: int, apdu: bytes) -> bytes:
        code, answer = self.calls.SCardTransmit(card, protocol, list(apdu))
        self._judge(code)
        if len(answer) < 2:  # some drivers call a card pulled in the middle a success without an answer
            raise PcscError("SCARD_E_NOT_TRANSACTED", "the card did not answer")
        return bytes(byte & 0xFF for byte in answer)

    def disconnect(self, card: Any) -> None:
        """Powers the card down, so that nothing stays selected; of a card that is gone nothing is expected."""
        self.calls.SCardDisconnect(card, self.calls.SCARD_UNPOWER_CARD)

    def _is(self, code: int, name: str) -> bool:
        return bool(code & 0xFFFFFFFF == getattr(self.calls, name) & 0xFFFFFFFF)

    def _judge(self, code: int) -> None:
        if self._is(code, "SCARD_S_SUCCESS"):
            return
        names = (name for name in dir(self.calls) if name.startswith(("SCARD_E_", "SCARD_F_", "SCARD_W_")))
        name = next((name for name in names if self._is(code, name)), f"0x{code & 0xFFFFFFFF:08X}")
        raise PcscError(name, _ADVICE.get(name, f"the card reader reports {name}; unplug it and put it back"))
