"""Cuts a stream of ESC/POS bytes into whole commands, across any boundaries it arrives in."""

import msgspec

ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10

_FIXED = {
    # command to the parameter bytes behind it
    b"\x1b@": 0, b"\x1b2": 0, b"\x1b3": 1, b"\x1bJ": 1, b"\x1bd": 1, b"\x1ba": 1, b"\x1bE": 1, b"\x1bG": 1,
    b"\x1b!": 1, b"\x1b-": 1, b"\x1bM": 1, b"\x1bt": 1, b"\x1bR": 1, b"\x1b{": 1, b"\x1b ": 1,
    b"\x1d!": 1, b"\x1dB": 1, b"\x1dr": 1, b"\x1da": 1, b"\x1dI": 1, b"\x1dL": 2, b"\x1dW": 2, b"\x1dP": 2,
    b"\x1c&": 0, b"\x1c.": 0, b"\x1c!": 1, b"\x1cS": 2, b"\x1cW": 1,
    b"\x10\x04": 1, b"\x10\x05": 1,
}  # fmt: skip


class Token(msgspec.Struct, frozen=True):
    """`command`: its first bytes, e.g. b"\\x1ba"; b"" for one character of text. `data`: what follows them."""

    command: bytes
    data: bytes


class Tokenizer:
    """Feed it bytes, get whole commands; half a command stays until the rest comes, as in a printer."""

    def __init__(self) -> None:
        self._rest = b""
        self._kanji = False
        self.unknown: list[bytes] = []
        """Commands it had to skip: a printer would have printed rubbish."""

    def reset(self) -> None:
        self._rest = b""
        self._kanji = False

    def feed(self, data: bytes) -> list[Token]:
        stream = self._rest + data
        tokens, at = [], 0
        while at < len(stream):
            size = self._size(stream, at)
            if size is None or at + size[0] + size[1] > len(stream):
                break
            head, tail = size
            token = Token(stream[at : at + head], stream[at + head : at + head + tail])
            at += head + tail
            self._follow(token)
            tokens.append(token)
        self._rest = stream[at:]
        return tokens

    def _follow(self, token: Token) -> None:
        if token.command == b"\x1c&":
            self._kanji = True
        elif token.command in (b"\x1c.", b"\x1b@"):
            self._kanji = False

    def _size(self, stream: bytes, at: int) -> tuple[int, int] | None:
        """Length of the command and of what follows it, or None while that cannot be told yet."""
        first = stream[at]
        if first not in (ESC, FS, GS, DLE):
            return self._character(stream, at)
        command = stream[at : at + 2]
        if len(command) < 2:
            return None
        if command in _FIXED:
            return 2, _FIXED[command]
        return self._variable(stream, at, command)

    def _variable(self, stream: bytes, at: int, command: bytes) -> tuple[int, int] | None:
        known = len(stream) - at
        if command in (b"\x1d(", b"\x1c("):
            return (3, 2 + int.from_bytes(stream[at + 3 : at + 5], "little")) if known >= 5 else None
        if command == b"\x1dv":
            if known < 8:
                return None
            across, rows = (int.from_bytes(stream[at + i : at + i + 2], "little") for i in (4, 6))
            return 3, 5 + across * rows
        if command == b"\x1dV":
            return (2, 2 if stream[at + 2] in (65, 66) else 1) if known >= 3 else None
        if command == b"\x10\x14":
            return (2, {1: 3, 2: 3, 8: 8}.get(stream[at + 2], 1)) if known >= 3 else None
        self.unknown.append(command)
        return 2, 0

    def _character(self, stream: bytes, at: int) -> tuple[int, int] | None:
        if not self._kanji or not 0x81 <= stream[at] <= 0xFE:
            return 0, 1
        if at + 1 >= len(stream):
            return None
        return 0, 4 if 0x30 <= stream[at + 1] <= 0x39 else 2
