"""PURE: who a terminal may be, what its role allows, and the one-time codes that pair it.

A code is shown on the node itself, lives five minutes and serves once. Guessing is bounded twice:
five wrong tries per address and window, and twenty from anywhere put every open code out of use.
"""

import re

import msgspec

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No I, L, O, 0 or 1: codes are read off a screen and typed by hand."""
CODE_LENGTH = 8
CODE_MS = 5 * 60_000
TRIES_PER_ADDRESS = 5
TRIES = 20

_ROLE = re.compile(r"(?:kiosk|display|desk|supervisor|panel|counter:[A-Za-z0-9-]{1,32})")


class Who(msgspec.Struct, frozen=True):
    """Who asks. `role`: local, kiosk, display, desk, supervisor, panel or counter:<id>; None: nobody known."""

    id: str
    role: str | None
    name: str = ""


LOCAL = Who("local", "local")
"""Somebody at the node itself."""
NOBODY = Who("", None)

NEEDS: dict[str, frozenset[str]] = {
    "look": frozenset({"local", "panel", "supervisor", "kiosk", "display", "counter", "desk"}),
    "ticket": frozenset({"local", "panel", "supervisor", "kiosk", "counter", "desk"}),
    "kiosk": frozenset({"local", "panel", "supervisor", "kiosk"}),
    "staff": frozenset({"local", "panel", "supervisor", "counter", "desk"}),
    "desk": frozenset({"local", "panel", "supervisor", "desk"}),
    "office": frozenset({"local", "panel", "supervisor"}),
    "panel": frozenset({"local", "panel"}),
}
"""What a route needs, and which kinds of role have it."""


def is_role(text: str) -> bool:
    return _ROLE.fullmatch(text) is not None


def may(role: str, need: str, counter: str | None = None) -> bool:
    """Whether `role` has `need`; where the route names a `counter`, a counter's terminal only for its own, and the
    service desk's for none.
    """
    kind, _, own = role.partition(":")
    if counter is not None and kind in ("counter", "desk") and own != counter:
        return False
    return kind in NEEDS[need]


def sees_all(role: str) -> bool:
    """Whether a page of `role` is staff's; a kiosk and a display stand before the public."""
    return may(role, "staff")


class Code(msgspec.Struct, frozen=True):
    text: str
    role: str
    until: int


class Wrong(msgspec.Struct, frozen=True):
    """One wrong try."""

    address: str
    at: int


class Desk(msgspec.Struct, frozen=True):
    """The open codes and the wrong tries of the last five minutes."""

    codes: tuple[Code, ...] = ()
    wrong: tuple[Wrong, ...] = ()


def tidy(desk: Desk, now: int) -> Desk:
    """Without what has run out."""
    return Desk(
        tuple(code for code in desk.codes if now < code.until),
        tuple(wrong for wrong in desk.wrong if now - wrong.at < CODE_MS),
    )


def offer(desk: Desk, text: str, role: str, now: int) -> Desk:
    """A new code for `role`; an older one for the same role goes out of use."""
    kept = tuple(code for code in tidy(desk, now).codes if code.role != role)
    return Desk((*kept, Code(text, role, now + CODE_MS)), tidy(desk, now).wrong)


def wait_ms(desk: Desk, address: str, now: int) -> int:
    """How long `address` must wait before its next try; 0: it may try."""
    own = [wrong.at for wrong in tidy(desk, now).wrong if wrong.address == address]
    return 0 if len(own) < TRIES_PER_ADDRESS else own[-TRIES_PER_ADDRESS] + CODE_MS - now


def redeem(desk: Desk, text: str, address: str, now: int) -> tuple[Desk, Code | None]:
    """Uses up a code. None: wrong, run out, or this address must wait; a wrong try is kept."""
    desk = tidy(desk, now)
    if wait_ms(desk, address, now):
        return desk, None
    meant = typed(text)
    found = next((code for code in desk.codes if code.text == meant), None)
    if found is not None:
        return Desk(tuple(code for code in desk.codes if code is not found), desk.wrong), found
    wrong = (*desk.wrong, Wrong(address, now))
    return Desk(() if len(wrong) >= TRIES else desk.codes, wrong), None


def typed(text: str) -> str:
    """A code as people type it: small letters, spaces and dashes do not matter."""
    return re.sub(r"[\s-]", "", text).upper()
